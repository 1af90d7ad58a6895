"""Settings of the portal. Configuration comes from the environment only; what is unset means the embedded servers."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal.embedded import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# `demonstration` runs on the embedded servers with known sign-ins; `production` refuses every such default.
PORTAL_ENV = env("PORTAL_ENV", default="") or "demonstration"
if PORTAL_ENV not in ("demonstration", "production"):
    raise ImproperlyConfigured(f"PORTAL_ENV must be demonstration or production, not {PORTAL_ENV}.")
PRODUCTION = PORTAL_ENV == "production"
DEBUG = env.bool("DEBUG", default=False)
DEMONSTRATION_SECRET = "demonstration-only-secret-key-never-used-in-production"  # noqa: S105
SECRET_KEY = env("SECRET_KEY", default=DEMONSTRATION_SECRET)
DEMO_PASSWORD = env("DEMO_PASSWORD", default="cleaner-production-2015")
if PRODUCTION:
    needed = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_URL")
    if missing := [name for name in needed if not env(name, default="")]:
        raise ImproperlyConfigured(f"Production needs these variables: {', '.join(missing)}.")
    if SECRET_KEY == DEMONSTRATION_SECRET or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured("SECRET_KEY must be a secret of your own, random, of 50 characters or more.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG shows secrets to visitors: it is refused in production.")

# Where people reach the portal: links in mails and QR codes begin with it.
PORTAL_URL = (env("PORTAL_URL", default="") or addresses.portal_url()).rstrip("/")
HTTPS = PORTAL_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[
        PORTAL_URL.split("//")[1].split(":")[0],
        "127.0.0.1",
        "localhost",
        "[::1]",
    ],
)
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
# So many proxies of our own stand before the portal, each adding to X-Forwarded-For: one ends TLS.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "portal.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "portal.frontend.StaticFiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "phonenumber_field",
    "rules",
    "portal.accounts",
    "portal.casework",
    "portal.notifications",
    "enterprises",
    "scheme",
]

MIDDLEWARE = [
    "portal.middleware.ServiceUnavailable",
    "portal.middleware.VisitorsAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.SoundInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.PrivatePages",
    "portal.accounts.middleware.RememberLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "portal.context.page",
            ],
            "builtins": ["portal.templatetags.portal"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default="") or addresses.database_url())}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": env("TEST_DATABASE", default="test_portal")},
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="") or addresses.broker_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=8 * 3600)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A publisher must not hang on a broker that is down: the row is in the database, the sweep finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Hong_Kong"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

vars().update(env.email_url_config(env("EMAIL_URL", default="") or addresses.email_url()))
# Without a mail server every mail goes to the catcher and is read on the page `/mailbox/` (portal/mailbox).
MAILBOX = not PRODUCTION and not env("EMAIL_URL", default="")
if MAILBOX:
    EMAIL_BACKEND = "portal.mailbox.backend.CatcherBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default="Cleaner Production Partners <no-reply@portal.example>")
EMAIL_TIMEOUT = 20

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "portal.accounts.backends.PortalBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
ACCOUNT_FORMS = {"signup": "portal.accounts.forms.SignUpForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Cleaner Production Partners"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Hong_Kong"
FORMAT_MODULE_PATH = "portal.formats"
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(addresses.DATA / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("vendor/htmx", BASE_DIR / "node_modules/htmx.org/dist"),
    ("vendor/fonts", BASE_DIR / "node_modules/@fontsource-variable/noto-sans/files"),
]
# Uploaded documents and certificates: outside every web root, served by checked views only.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(addresses.DATA / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        # Compressing takes far longer than all the rest, and gains nothing on one's own machine.
        if env.bool("COMPRESS_STATIC", default=PRODUCTION)
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Documents of a case (design.md, section 4): by configuration.
DOCUMENT_LARGEST = env.int("DOCUMENT_LARGEST", default=20 * 1024 * 1024)
DOCUMENTS_PER_APPLICATION = env.int("DOCUMENTS_PER_APPLICATION", default=50)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 86400 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
RATELIMIT_ENABLE = env.bool("RATELIMIT_ENABLE", default=True)
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

UNFOLD = {
    "SITE_TITLE": _("Cleaner Production Partners"),
    "SITE_HEADER": _("Cleaner Production Partners"),
    "SITE_SUBHEADER": _("Officers' desk"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("portal/emblem.svg"),
    "STYLES": [lambda request: static("portal/admin.css")],
    "SHOW_LANGUAGES": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "#eef6f3",
            "100": "#d5e9e2",
            "200": "#acd3c6",
            "300": "#7cb8a5",
            "400": "#4a9781",
            "500": "#237a63",
            "600": "#0b5d4b",
            "700": "#094c3e",
            "800": "#083e33",
            "900": "#07332a",
            "950": "#031f19",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "portal.admin_navigation.navigation",
    },
}
ADMIN_LOGIN = reverse_lazy("account_login")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # They tell each step of each PDF.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "pikepdf")},
}
# One person per address is kept by a unique index over lower(email), which the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
