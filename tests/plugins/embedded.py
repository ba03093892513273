"""Gives the tests a PostgreSQL of their own, unless DATABASE_URL names one.

Loaded by `-p`, because that comes before any settings.
"""

import os

import pytest

from palvelukartta import database, dev_secret_key, embedded, env, translations

# Never the data folder of the demo, even if the environment names it.
os.environ["PALVELUKARTTA_DATA_DIR"] = "var/test-postgres"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Start the server before pytest-django reads the settings; release it after the run."""
    try:
        server = database.embedded_server(durable=False)
        if server is not None:
            dev_secret_key.ensure_secret_key(server)
            server.acquire()
            early_config.add_cleanup(server.release)
        else:
            os.environ.setdefault(dev_secret_key.SECRET_KEY_VARIABLE, "only-for-tests")
        translations.compile_changed_catalogs()
    except (
        env.EnvironmentVariableError,
        embedded.EmbeddedServerError,
        translations.CatalogError,
    ) as problem:
        raise pytest.UsageError(str(problem)) from None
