import gc

import pytest
from django.conf import settings
from django.template import Template
from django.test import override_settings
from django.utils import translation

pytest_plugins = ["tests.databases", "tests.cast", "tests.admin_client", "tests.mail_server"]


# Before Django's test environment makes every template copy its context.
_RENDER = Template._render


def pytest_collection_finish():
    """Keep what stays until the end out of every later round of the garbage collector."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment):
    """Render templates as the site does; tests read pages, not contexts."""
    Template._render = _RENDER


@pytest.fixture(scope="session", autouse=True)
def test_settings():
    """Serve static files unchanged, and use a fast password hasher."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS],
    ):
        yield


@pytest.fixture(autouse=True)
def activate_finnish():
    """Reset the active language after each test."""
    translation.activate("fi")
