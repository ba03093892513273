"""Choice of the PostgreSQL server: the one in DATABASE_URL, else the embedded one."""

from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg import pq

from palvelukartta import env
from palvelukartta.embedded import EmbeddedServer

DEFAULT_DATA_FOLDER = "var/postgres"
URL_SCHEMES = ("postgres", "postgresql")
# Tuned for SSDs and short statements, for which JIT does not pay off. Options in DATABASE_URL override these.
PLANNER_OPTIONS = "-c random_page_cost=1.1 -c jit=off"
# Connections persist between requests and are checked before reuse.
COMMON_SETTINGS = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def database_settings(*, lock_timeout: int = 3) -> dict:
    """The entry for Django's DATABASES. Raises EnvironmentVariableError.

    `lock_timeout`: seconds that a statement waits for a lock.
    """
    address = env.url("DATABASE_URL", default=None, schemes=URL_SCHEMES)
    # Read in any case, so that env.reject_unknown() knows it.
    folder = env.text("PALVELUKARTTA_DATA_DIR", default=DEFAULT_DATA_FOLDER)
    entry = {
        "OPTIONS": {},
        **COMMON_SETTINGS,
        **(_parse_url(address) if address else EmbeddedServer(folder).connection()),
    }
    options = entry["OPTIONS"].get("options", "")
    entry["OPTIONS"]["options"] = f"{PLANNER_OPTIONS} -c lock_timeout={lock_timeout}s {options}".strip()
    return entry


def embedded_server(*, durable: bool = True) -> EmbeddedServer | None:
    """The embedded server, not yet started; None if DATABASE_URL is set."""
    if env.url("DATABASE_URL", default=None, schemes=URL_SCHEMES):
        return None
    return EmbeddedServer(env.text("PALVELUKARTTA_DATA_DIR", default=DEFAULT_DATA_FOLDER), durable=durable)


def _parse_url(address: str) -> dict:
    """Parse postgres://user:password@host:port/name?sslmode=require, or a socket folder: ?host=/run/postgresql."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known_options = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    for name in options:
        if name not in known_options:
            raise env.EnvironmentVariableError(f"DATABASE_URL has an unknown option {name!r}.")
    # The host may be a percent-encoded socket folder, which `hostname` would convert to lower case.
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
