"""A minimal OpenID Connect provider on a real socket (authorisation code flow with PKCE)."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "palvelukartta", "hush"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider:
    """Authenticates every visitor as `person`. `claims` override those of the ID token."""

    def __init__(self):
        self.key = self.signing_key = new_key()
        self.user_info: dict = {}
        self.codes: dict[str, dict] = {}
        self.problems: list[str] = []
        self.claims: dict = {}
        self.person = {"sub": "1", "email": "kaisa@vake.example", "email_verified": True, "name": "Kaisa"}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                {
                    "/.well-known/openid-configuration": lambda: self.answer(provider.configuration()),
                    "/authorize": lambda: self.redirect_to(provider.authorize(query)),
                    "/jwks": lambda: self.answer(provider.keys()),
                    "/userinfo": lambda: self.answer(provider.person | provider.user_info),
                }[parts.path]()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                parameters = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(*provider.token(parameters))

            def answer(self, data, status=200):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(data).encode())

            def redirect_to(self, address):
                self.send_response(302)
                self.send_header("Location", address)
                self.end_headers()

            def log_message(self, *args):
                pass

        return Handler

    def configuration(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, query):
        """Redirect to the site with a code that is bound to the code challenge."""
        if query.get("code_challenge_method") != "S256" or "openid" not in query["scope"].split():
            self.problems.append(f"wrong request: {query}")
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, parameters):
        authorisation = self.codes.pop(parameters.get("code"), {})
        digest = hashlib.sha256(parameters.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            authorisation.get("code_challenge") == proof
            and authorisation.get("redirect_uri") == parameters.get("redirect_uri")
            and (parameters.get("client_id"), parameters.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        )
        if not right:
            return {"error": "invalid_grant"}, 400
        now = int(time.time())
        facts = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.person, **self.claims}
        signed = jwt.encode(facts, self.signing_key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed}, 200

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}
