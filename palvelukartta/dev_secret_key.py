"""A generated secret key for the demo and tests. Production sets its own."""

import os
import secrets

from palvelukartta.embedded import EmbeddedServer, unprivileged

SECRET_KEY_VARIABLE = "PALVELUKARTTA_SECRET_KEY"


def ensure_secret_key(server: EmbeddedServer) -> None:
    """Set the environment variable unless it is set. The key is stored beside the data, so logins survive restarts."""
    if os.environ.get(SECRET_KEY_VARIABLE):
        return
    server.make_folder()
    path = server.folder / "secret-key"
    if not path.exists() or not path.read_text().strip():
        # Rename into place, since another command may do the same concurrently.
        temporary = path.with_name(f"secret-key.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(48))
        unprivileged.match_owner(temporary)
        temporary.replace(path)
    os.environ[SECRET_KEY_VARIABLE] = path.read_text().strip()
