"""Login by the identity providers of counties and municipalities (OpenID Connect), by environment variables only.

PALVELUKARTTA_OIDC names them: "vake,vantaa". Each has variables of its own, PALVELUKARTTA_OIDC_VAKE_...
(docs/configuration.md).
"""

import re
from urllib.parse import urlsplit

from palvelukartta import env

_PROVIDER_ID = re.compile(r"[a-z][a-z0-9]*")


def providers() -> list[dict]:
    """The entries of django-allauth's APPS. Raises EnvironmentProblem for what is missing or malformed."""
    return [_provider(name) for name in env.string_list("PALVELUKARTTA_OIDC", default=[])]


def login_origins(apps: list[dict]) -> list[str]:
    """Where the login pages of the providers are: https://login.vake.example"""
    parts = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return [f"{part.scheme}://{part.netloc}" for part in parts]


def _provider(name: str) -> dict:
    if not _PROVIDER_ID.fullmatch(name):
        raise env.EnvironmentVariableError(f"PALVELUKARTTA_OIDC has {name!r}: use small letters and digits.")
    prefix = f"PALVELUKARTTA_OIDC_{name.upper()}"
    # Addresses of these domains are the provider's to vouch for; others are confirmed by mail as usual.
    domains = env.string_list(f"{prefix}_EMAIL_DOMAINS", default=[])
    return {
        "provider_id": name,
        "name": env.text(f"{prefix}_NAME"),
        "client_id": env.text(f"{prefix}_CLIENT_ID"),
        "secret": env.text(f"{prefix}_SECRET"),
        "settings": {
            "server_url": env.url(f"{prefix}_SERVER"),
            "oauth_pkce_enabled": True,
            "verified_email": domains,
            "email_authentication": bool(domains),
            # Whether people of those domains may come in who were not here before.
            "signup": env.boolean(f"{prefix}_SIGNUP", default=False),
        },
    }
