import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation

pytest_plugins = ["tests.cast", "tests.databases", "tests.admin_client", "tests.mail_server"]


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
