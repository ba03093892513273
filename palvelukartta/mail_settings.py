"""Django's e-mail settings: the server from EMAIL_URL, and the sender."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from palvelukartta import env

URL_SCHEMES = ("smtp", "smtps", "file")
TIMEOUT_SECONDS = 10


def email_settings(url: str | None, *, sender: str) -> dict[str, Any]:
    """Django's settings for sending mail; without a URL, mails are printed. Raises EnvironmentVariableError.

    smtp://user:password@host:587 (STARTTLS; `?tls=off` disables it), smtps://user:password@host:465, or
    file:///folder to write mails as files.
    """
    return {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, **_backend_settings(url)}


def _backend_settings(url: str | None) -> dict[str, Any]:
    if url is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.netloc + parts.path),
        }
    options = dict(parse_qsl(parts.query))
    if not parts.hostname or set(options) - {"tls"} or options.get("tls", "on") not in ("on", "off"):
        raise env.EnvironmentVariableError("EMAIL_URL must be smtp://host:587, with ?tls=off for a server without TLS.")
    is_smtps = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_smtps else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_smtps,
        "EMAIL_USE_TLS": not is_smtps and options.get("tls", "on") == "on",
        "EMAIL_TIMEOUT": TIMEOUT_SECONDS,
    }
