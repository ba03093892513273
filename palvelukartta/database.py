"""Which PostgreSQL is used: the one that DATABASE_URL names, or else the embedded one."""

from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg import pq

from palvelukartta import env
from palvelukartta.embedded import EmbeddedServer

DEFAULT_DATA_FOLDER = "var/postgres"
URL_SCHEMES = ("postgres", "postgresql")
# Disks have no arms any more, and statements are too short for compiling them to pay. DATABASE_URL may say otherwise.
PLANNER_OPTIONS = "-c random_page_cost=1.1 -c jit=off"
# A connection is kept over requests, and looked at before it is used again.
COMMON_SETTINGS = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def database_settings():
    """The entry for Django's DATABASES."""
    address = env.url("DATABASE_URL", default=None, schemes=URL_SCHEMES)
    # Asked for in any case, so that the check for unknown variables knows it.
    folder = env.text("PALVELUKARTTA_DATA_DIR", default=DEFAULT_DATA_FOLDER)
    found = {
        "OPTIONS": {},
        **COMMON_SETTINGS,
        **(_parse_url(address) if address else EmbeddedServer(folder).connection()),
    }
    found["OPTIONS"]["options"] = f"{PLANNER_OPTIONS} {found['OPTIONS'].get('options', '')}".strip()
    return found


def embedded_server(*, durable=True):
    """The embedded server of the settings, not yet started; None where DATABASE_URL names another."""
    if env.url("DATABASE_URL", default=None, schemes=URL_SCHEMES):
        return None
    return EmbeddedServer(env.text("PALVELUKARTTA_DATA_DIR", default=DEFAULT_DATA_FOLDER), durable=durable)


def _parse_url(address):
    """postgres://user:password@host:port/name?sslmode=require, or a socket folder: ?host=/run/postgresql."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    for name in options:
        if name not in known:
            raise env.EnvironmentVariableError(f"DATABASE_URL has an unknown option {name!r}.")
    # The host may be a percent-encoded socket folder, which urlsplit would lower-case.
    host = unquote(parts.netloc.rpartition("@")[2])
    if not host.startswith("/"):
        host = parts.hostname or ""
    name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not name:
        raise env.EnvironmentVariableError("DATABASE_URL must end in the name of a database: postgres://.../name.")
    return {
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": host or options.pop("host", ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
