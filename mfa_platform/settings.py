"""Settings, all from the environment (contract, section 5); with nothing set the product runs on embedded parts.

A value that cannot be right stops the process here, with a sentence that says what to do.
"""

import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mfa_platform import development

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

# --- What differs between a developer's machine and production ---

DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules


def _secret(name: str) -> str:
    """The secret called `name`; one is made for development, in production its absence stops the process."""
    value: str = env.str(name, default="")
    if value:
        return value
    if DEBUG or TESTING:
        return development.secret(name, directory=VAR_DIR)
    raise ImproperlyConfigured(f"{name} must be set when DEBUG is off. See README, section Configuration.")


SECRET_KEY = _secret("SECRET_KEY")
# Keys that it replaced, whose sessions and links go on.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# Newest first: the first key encrypts, every key decrypts.
MFA_ENCRYPTION_KEYS: list[str] = [key.strip() for key in _secret("MFA_ENCRYPTION_KEYS").split(",") if key.strip()]
if not MFA_ENCRYPTION_KEYS:
    raise ImproperlyConfigured("MFA_ENCRYPTION_KEYS holds no key. See README, section Configuration.")

BASE_URL: str = env.str("BASE_URL", default="http://localhost:8000" if DEBUG or TESTING else "").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if DEBUG or TESTING else []
)
if not BASE_URL:
    raise ImproperlyConfigured("BASE_URL must be set when DEBUG is off, for example https://shop.example.com.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must be set when DEBUG is off, for example shop.example.com.")
HTTPS = BASE_URL.startswith("https://")
# Addresses of the reverse proxies whose X-Forwarded-For is believed; from anybody else it is ignored.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])

# --- Applications ---

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "mfa_platform.accounts",
    "mfa",
    "customers",
    "backoffice",
    "mfa_platform.operations",
    "mfa_platform.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mfa.middleware.RequestIdMiddleware",
    "mfa.middleware.UnavailableMiddleware",
    "mfa.middleware.WholeBodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mfa.web.verified.VerifiedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mfa_platform.urls"
WSGI_APPLICATION = "mfa_platform.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mfa.web.context.portal",
                "customers.web.context.cart_count",
            ],
        },
    },
]

# --- Database, cache, broker ---

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock up front instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False)
    # The few statements of `mfa.prepared` are planned once a connection, after this many runs of each.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=3, tcp_user_timeout=15_000, prepare_threshold=3
    )
if import_url := env.str("MFA_IMPORT_DATABASE_URL", default=""):
    DATABASES["import"] = env.db_url_config(import_url)  # only ever read, and only by `mfa_import`
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "mfa-platform"}
    )
}

CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# After this many seconds the task of a machine that died goes to another: more than any task waits and runs, less than
# a code lives. Workers on Redis look for such tasks every 100 s.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 2, "socket_connect_timeout": 2}
# A broker that is away must answer the person within a second or two, not after a minute of silent retries.
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE = {
    "mfa-prune": {"task": "mfa.tasks.prune", "schedule": timedelta(minutes=10)},
    "customers-prune": {"task": "customers.tasks.prune", "schedule": timedelta(hours=1)},
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Mail ---

EMAIL_URL: str = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Larch & Co. <no-reply@example.com>")
# Where people who need help write to; pages and mails name it.
SUPPORT_EMAIL: str = env.str(
    "SUPPORT_EMAIL", default="help@example.com" if DEBUG or TESTING else parseaddr(DEFAULT_FROM_EMAIL)[1]
)

# Text messages: `console://` while developing, `twilio://…`; without it there are none (docs/admin.md).
SMS_URL: str = env.str("SMS_URL", default="")

# --- Accounts, sessions, passwords ---

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["mfa_platform.accounts.backends.RealmBackend"]
# An e-mail address is unique within its realm, which a constraint holds; Django only looks for `unique=True`.
# The contract's token endpoints take a password, which newer OAuth advises against; a second factor answers that.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "oauth2_provider.W002"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "mfa_platform.accounts.passwords.LengthValidator"},
    {"NAME": "mfa_platform.accounts.passwords.VarietyValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "/login"  # where Django's and django-otp's own decorators send people

SESSION_ENGINE = "mfa_platform.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "mfa.web.flashes.Storage"
CSRF_FAILURE_VIEW = "mfa.web.failures.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []

# --- Transport and content security ---

SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Language, time, static files ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING

# --- APIs ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["mfa.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["mfa.api.permissions.IsAuthenticated", "mfa.api.permissions.SecondFactorIsFresh"],
    "DEFAULT_RENDERER_CLASSES": ["mfa.api.jsonapi.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["mfa.api.jsonapi.Parser", "mfa.api.jsonapi.PlainParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "mfa.api.jsonapi.ContentNegotiation",
    "DEFAULT_SCHEMA_CLASS": "mfa.api.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "mfa.api.jsonapi.Pagination",
    "PAGE_SIZE": 20,
    "EXCEPTION_HANDLER": "mfa.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
JSON_API_FORMAT_FIELD_NAMES = "camelize"

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "accounts.AccessToken"  # noqa: S105  # a model, not a password
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "accounts.RefreshToken"  # noqa: S105  # a model, not a password
OAUTH2_PROVIDER_GRANT_MODEL = "accounts.Grant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "accounts.IDToken"  # noqa: S105  # a model, not a password
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "mfa_platform.accounts.oauth.Validator",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.LegacyApplicationServer",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 28_800,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 14 * 24 * 3600,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # A stolen database must not hold usable tokens: only their SHA-256 is kept.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    # What the toolkit could do besides and nobody here needs.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "SCOPES": {"customer": "Act as the customer", "user": "Act as the back-office user"},
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["mfa.api.schema.camelize"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# --- Multi-factor authentication: read through mfa.conf, checked by mfa.checks --- ---

MFA_METHODS = [
    "mfa.methods.email.Email",
    "mfa.methods.totp.Totp",
    "mfa.methods.webauthn.WebAuthn",
    *(["mfa.methods.sms.Sms"] if SMS_URL else []),
    "mfa.methods.recovery_codes.RecoveryCodes",
]
MFA_SMS_GATEWAYS = {"console": "mfa.sms.gateways.Console", "twilio": "mfa.sms.twilio.Twilio"}
MFA_PORTALS = [
    "customers.portals.STOREFRONT",
    "backoffice.portals.BACK_OFFICE",
    "backoffice.portals.AGENT",
    "backoffice.portals.MERCHANT",
    "backoffice.portals.MERCHANT_AGENT",
]
MFA_POLICY: dict[str, dict[str, object]] = {"customer": {}, "user": {}}
MFA_ROLE_POLICY: dict[str, dict[str, object]] = {}
# Under which name authenticator apps list an account. Who is customer and user at once has to tell the two apart.
_NAME, _ADDRESS = parseaddr(DEFAULT_FROM_EMAIL)
_ISSUER: str = env.str("MFA_ISSUER", default=_NAME or _ADDRESS.partition("@")[2])
MFA_ISSUER = {"customer": _ISSUER, "user": f"{_ISSUER} Team"}
MFA_PROTECTED_RESOURCES = {
    "glue": ["customer-password", "customers", "addresses", "carts", "checkout", "order-payments"],
    "glue-storefront": ["customer-password", "customers", "addresses", "carts", "checkout", "order-payments"],
    "glue-backend": ["warehouse-user-assignments", "users", "api-keys"],
}
# Passkeys belong to a domain, this one or one above it, and work on its pages and in the apps that are named.
_SITE = urlsplit(BASE_URL)
MFA_WEBAUTHN_RP_ID: str = env.str("MFA_WEBAUTHN_RP_ID", default=_SITE.hostname or "")
MFA_WEBAUTHN_ORIGINS: list[str] = [
    f"{_SITE.scheme}://{_SITE.netloc}",
    *env.list("MFA_WEBAUTHN_APP_ORIGINS", default=[]),
]
MFA_PASSWORDLESS_PORTALS: list[str] = env.list(
    "MFA_PASSWORDLESS_PORTALS", default=["storefront", "back-office", "agent", "merchant", "merchant-agent"]
)
MFA_CODE_AT_TOKEN_ISSUE = env.bool("MFA_CODE_AT_TOKEN_ISSUE", default=False)

# What a monitoring system sends to read /metrics; while it is empty there is no such page.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")

# --- Logging ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mfa.logs.JsonFormatter"}},
    "filters": {"tokens": {"()": "mfa.logs.TokenFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "mfa": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Django's own handler would say everything a second time, and mail tracebacks to administrators.
        "django": {"handlers": [], "level": "INFO"},
        "django.utils.autoreload": {"level": "WARNING"},
        "django.request": {"filters": ["tokens"]},
        "django.security.csrf": {"filters": ["tokens"]},
        # At lower levels it writes down the tokens that it issues and is shown.
        "oauthlib": {"level": "WARNING"},
    },
}
