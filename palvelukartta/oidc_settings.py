"""OpenID Connect providers of counties and municipalities, from environment variables.

PALVELUKARTTA_OIDC lists them: "vake,vantaa". Each has its own variables, PALVELUKARTTA_OIDC_VAKE_... (see
docs/configuration.md).
"""

import re
from urllib.parse import urlsplit

from palvelukartta import env

_PROVIDER_ID = re.compile(r"[a-z][a-z0-9]*")


def providers() -> list[dict]:
    """The entries of django-allauth's APPS. Raises EnvironmentVariableError."""
    return [_provider(name) for name in env.string_list("PALVELUKARTTA_OIDC", default=[])]


def login_origins(apps: list[dict]) -> list[str]:
    """The origins of the providers' login pages: https://login.vake.example"""
    parts = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return [f"{part.scheme}://{part.netloc}" for part in parts]


def _provider(name: str) -> dict:
    if not _PROVIDER_ID.fullmatch(name):
        raise env.EnvironmentVariableError(f"PALVELUKARTTA_OIDC has {name!r}: use small letters and digits.")
    prefix = f"PALVELUKARTTA_OIDC_{name.upper()}"
    # The provider is trusted to verify addresses of these domains; others are verified by mail.
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
            # Whether users of these domains may sign up.
            "signup": env.boolean(f"{prefix}_SIGNUP", default=False),
        },
    }
