"""Django's e-mail settings from one URL, EMAIL_URL."""

from urllib.parse import parse_qsl, unquote, urlsplit

from palvelukartta import env

URL_SCHEMES = ("smtp", "smtps", "file")
TIMEOUT_SECONDS = 10


def email_settings(address: str | None) -> dict:
    """Django's EMAIL_ settings for a URL; without one, mails are printed. Raises EnvironmentVariableError.

    smtp://user:password@host:587 (STARTTLS; `?tls=off` disables it), smtps://user:password@host:465, or
    file:///folder to write mails as files.
    """
    if address is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(address)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.netloc + parts.path),
        }
    options = dict(parse_qsl(parts.query))
    if not parts.hostname or set(options) - {"tls"} or options.get("tls", "on") not in ("on", "off"):
        raise env.EnvironmentVariableError("EMAIL_URL must be smtp://host:587, with ?tls=off where there is no TLS.")
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
