"""Django settings, from environment variables only; a misspelt or malformed variable stops the start."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from palvelukartta import env, mail_settings, oidc_settings
from palvelukartta.database import database_settings
from palvelukartta.packages import package_folder

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.boolean("PALVELUKARTTA_DEBUG", default=False)
# Required in production; manage.py generates one for the demo and the tests.
SECRET_KEY = env.text("PALVELUKARTTA_SECRET_KEY", default="" if not DEBUG else "not-secret-debug-only")
ALLOWED_HOSTS = env.string_list("PALVELUKARTTA_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.string_list("PALVELUKARTTA_CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.boolean("PALVELUKARTTA_HTTPS", default=False)
# Base URL of links in mails.
SITE_ADDRESS = env.url("PALVELUKARTTA_ADDRESS", default="").rstrip("/")

INSTALLED_APPS = [
    "palvelukartta",
    "services",
    "organisations",
    "modeltranslation",
    "palvelukartta.apps.CoordinatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "palvelukartta.static_files.ProjectStaticFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "tree_queries",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise: the policy concerns pages, and the header would exceed the size of many static files.
    "csp.middleware.CSPMiddleware",
    # Adds random padding, so that the response length does not leak the CSRF token (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisations.core.audit_context.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "organisations.people.middleware.PrivateCacheMiddleware",
    "services.stewardship.usage.counting.PageViewMiddleware",
    "palvelukartta.lock_timeouts.LockTimeoutMiddleware",
]

ROOT_URLCONF = "palvelukartta.urls"
WSGI_APPLICATION = "palvelukartta.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["organisations.templatetags.text_tags"],
        },
    }
]

# Seconds that a request waits for a locked record or for the search index; commands wait longer. At most LOCK_QUEUE
# threads of a process wait for the search index, so that the others keep serving readers.
LOCK_TIMEOUT = env.integer("PALVELUKARTTA_LOCK_TIMEOUT", default=3, minimum=1, maximum=60)
COMMAND_LOCK_TIMEOUT = 60
LOCK_QUEUE = 2
DATABASES = {"default": database_settings(lock_timeout=LOCK_TIMEOUT)}
# In the database, so that rate limits are shared by all workers and survive restarts. Entries are few and small.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "palvelukartta_cache",
        "KEY_FUNCTION": "palvelukartta.cache_keys.hashed_cache_key",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "organisations.people.password_validation.PasswordValidator"}]

# Accounts (django-allauth). organisations.people.adapters decides who may sign up.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:account"
ACCOUNT_ADAPTER = "organisations.people.adapters.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "finding:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "organisations.people.adapters.user_display"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "organisations.people.signup_form.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# By code instead of a link: link scanners in mail systems verify nothing, and no key appears in a URL.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Send no mail about accounts that do not exist.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Computers are often shared: a login ends with the browser session, or after 12 hours.
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
# In addition to django-allauth's own limits: geocoders may count and charge requests, and a whole office may share the
# address from which mistakes are reported and lists handed over.
ACCOUNT_RATE_LIMITS = {
    "find_point": "30/10m/user",
    "report_mistake": "10/h/ip",
    "hand_over": "200/h/ip",
    "answer_referral": "120/h/ip",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_ADAPTER = "organisations.people.adapters.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "organisations.people.webauthn_forms.AddSecurityKeyForm",
    "edit_webauthn": "organisations.people.webauthn_forms.EditSecurityKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Palvelukartta"
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Browsers allow passkeys on localhost without TLS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Require a second login step of coordinators and superusers; the demo disables this.
REQUIRE_MFA = env.boolean("PALVELUKARTTA_REQUIRE_MFA", default=True)
# Whether a claim is approved automatically if the e-mail domain matches that of the organisation's website.
CLAIMS_BY_DOMAIN = env.boolean("PALVELUKARTTA_CLAIMS_BY_DOMAIN", default=False)
SOCIALACCOUNT_ADAPTER = "organisations.people.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {"APPS": oidc_settings.providers(), "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# Finnish is the first language of the product.
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_LANGUAGES = ("fi", "sv", "en")
# Pages mark text shown in a fallback language (see organisations.core.translated_text).
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("fi", "sv", "en")}
MODELTRANSLATION_CUSTOM_FIELDS = ()
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True
FORMAT_MODULE_PATH = ["palvelukartta.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Only Leaflet's files: the django-leaflet app would require GDAL for its admin widgets.
    package_folder("leaflet") / "static",
]
# In debug and tests, files are served unchanged; otherwise hashed, compressed and cached indefinitely.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "palvelukartta.static_files.MinifiedManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Operator of the site. Legally required on the accessibility and privacy pages of a public site, so mandatory
# with HTTPS; the demo uses placeholders.
SITE_OPERATOR = env.text("PALVELUKARTTA_OPERATOR", default=env.REQUIRED if HTTPS else "Palvelukartta (demo)")
DIRECTORY_EMAIL = env.email("PALVELUKARTTA_EMAIL", default=env.REQUIRED if HTTPS else "palvelukartta@example.org")

# Required with HTTPS, as addresses are verified by mail; otherwise mails are printed.
globals().update(
    mail_settings.email_settings(
        env.url("EMAIL_URL", default=env.REQUIRED if HTTPS else None, schemes=mail_settings.URL_SCHEMES),
        sender=env.email("PALVELUKARTTA_MAIL_FROM", default=DIRECTORY_EMAIL),
    )
)

# Tile server of the map: URL with {z}, {x} and {y}, and its attribution. If unset, no other host is contacted.
TILES = env.tile_url("PALVELUKARTTA_TILES", default="")
TILES_HOST = env.origin(TILES)
TILES_BY = env.text("PALVELUKARTTA_TILES_ATTRIBUTION", default=env.REQUIRED if TILES else "")

# Geocoder (Pelias API) and its key, required by Digitransit. If unset, geocoding is disabled.
GEOCODER = env.url("PALVELUKARTTA_GEOCODER", default="").rstrip("/")
GEOCODER_KEY = env.text("PALVELUKARTTA_GEOCODER_KEY", default="")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        # Login forms redirect to identity providers.
        "form-action": ["'self'", *oidc_settings.login_origins(SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# A session cookie; only pages with forms set it.
CSRF_COOKIE_AGE = None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# A search form has few fields; a request with thousands is an attack.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "filters": {"without_secrets": {"()": "palvelukartta.log_filters.UrlSecretFilter"}},
    "loggers": {name: {"filters": ["without_secrets"]} for name in ("django.request", "django.security.csrf")},
}

ADMIN_SITE_TITLE = _("Coordinators' desk")

env.reject_unknown()
