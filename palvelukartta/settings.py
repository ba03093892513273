"""Settings, from the environment only; a misspelt or malformed variable stops the start."""

from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from palvelukartta import env, mail_settings, oidc_settings
from palvelukartta.database import database_settings

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.boolean("PALVELUKARTTA_DEBUG", default=False)
# A key is needed in production; the demo and the tests make do with a throw-away one.
SECRET_KEY = env.text("PALVELUKARTTA_SECRET_KEY", default="" if not DEBUG else "not-secret-debug-only")
ALLOWED_HOSTS = env.string_list("PALVELUKARTTA_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.string_list("PALVELUKARTTA_CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.boolean("PALVELUKARTTA_HTTPS", default=False)
# Where readers find the site: links in mails begin with it.
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
    # After it, since the policy is about pages: on every file it would weigh more than many a file does.
    "csp.middleware.CSPMiddleware",
    # Padded at random, so that the length of an answer tells nothing of a form's token in it.
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

DATABASES = {"default": database_settings()}
# In the database, so that what is counted holds for all workers and outlives them. Few and small things.
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

# Accounts (django-allauth). Who may sign up is decided in organisations.people.adapters: whoever was invited, claims
# an organisation or adds one.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:account"
ACCOUNT_ADAPTER = "organisations.people.adapters.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "finding:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "organisations.people.adapters.user_display"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "organisations.people.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A code is typed where one signs up: programs that open the links of a mail confirm nothing, and no key is in a URL.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Nobody gets mail from us about an account that does not exist.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Many work at shared computers: a login ends with the browser, or after a working day.
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
# Besides django-allauth's own limits: whoever finds points of addresses may count, and charge, what it is asked.
ACCOUNT_RATE_LIMITS = {"find_point": "30/10m/user"}
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
# Browsers allow passkeys on this machine without TLS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Coordinators and superusers come to the desk with a second step only; the demo turns this off.
REQUIRE_MFA = env.boolean("PALVELUKARTTA_REQUIRE_MFA", default=True)
# Whether somebody with an address in the domain of an NGO's website gets the organisation without a coordinator.
CLAIMS_BY_DOMAIN = env.boolean("PALVELUKARTTA_CLAIMS_BY_DOMAIN", default=False)
SOCIALACCOUNT_ADAPTER = "organisations.people.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_settings.providers(), "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# Finnish is the first language of the product.
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_LANGUAGES = ("fi", "sv", "en")
# Something in another language beats nothing; pages mark it as such (see organisations.core.translated_text).
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
    # Leaflet's files alone: as an app, django-leaflet would bring widgets for the admin that need GDAL.
    *(Path(folder) / "static" for folder in find_spec("leaflet").submodule_search_locations),
]
# In debug and in tests files are served as they lie; elsewhere hashed, compressed and cached for ever.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "palvelukartta.static_files.MinifiedManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# The directory: who keeps it. The law wants both on the accessibility and privacy pages of a public site, so
# behind TLS they must be set; the demo makes do with invented ones.
SITE_OPERATOR = env.text("PALVELUKARTTA_OPERATOR", default=env.REQUIRED if HTTPS else "Palvelukartta (demo)")
DIRECTORY_EMAIL = env.email("PALVELUKARTTA_EMAIL", default=env.REQUIRED if HTTPS else "palvelukartta@example.org")

# Without mail nobody can confirm an address, so behind TLS it must be set; elsewhere mails are printed.
globals().update(
    mail_settings.email_settings(
        env.url("EMAIL_URL", default=env.REQUIRED if HTTPS else None, schemes=mail_settings.URL_SCHEMES)
    )
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email("PALVELUKARTTA_MAIL_FROM", default=DIRECTORY_EMAIL)

# The ground of the map: the address of tiles with {z}, {x} and {y}, and whom to thank. Unset, no other host is asked.
TILES = env.tile_url("PALVELUKARTTA_TILES", default="")
TILES_HOST = env.origin(TILES)
TILES_BY = env.text("PALVELUKARTTA_TILES_ATTRIBUTION", default=env.REQUIRED if TILES else "")

# Who finds the point of an address (Pelias), and the key that Digitransit's asks for. Unset, nobody is asked.
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
        # A form that begins a login elsewhere leads there.
        "form-action": ["'self'", *oidc_settings.login_origins(SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# Gone when the browser is closed; only forms set it.
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
