"""The secret key of a demo or a test run, which nobody has to set. Production sets its own."""

import os
import secrets

from palvelukartta.embedded import unprivileged

SECRET_KEY_VARIABLE = "PALVELUKARTTA_SECRET_KEY"


def ensure_secret_key(server):
    """Put a key into the environment unless there is one; beside the data, so logins outlive restarts."""
    if os.environ.get(SECRET_KEY_VARIABLE):
        return
    server.make_folder()
    path = server.folder / "secret-key"
    if not path.exists() or not path.read_text().strip():
        # Renamed into place: another command may be doing the same.
        new = path.with_name(f"secret-key.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(48))
        unprivileged.match_owner(new)
        new.replace(path)
    os.environ[SECRET_KEY_VARIABLE] = path.read_text().strip()
