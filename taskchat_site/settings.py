"""Django settings. Every value that differs between installations comes from `environment`."""

import os
import sys
from pathlib import Path

import dj_database_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from taskchat_site import admin_theme, keys
from taskchat_site.environment import read_environment
from taskchat_site.prices import PRICES

# --- What is read from outside -------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment()
TESTING = ENVIRONMENT.testing or "pytest" in sys.modules
DEBUG = ENVIRONMENT.django_debug
VAR_DIR = ENVIRONMENT.var_dir
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Who may reach it ----------------------------------------------------------------------

SECRET_KEY = (
    ENVIRONMENT.django_secret_key.get_secret_value()
    if ENVIRONMENT.django_secret_key
    else keys.kept_secret(VAR_DIR / "secret_key")
)
JWT_PRIVATE_KEY = (
    ENVIRONMENT.jwt_private_key.get_secret_value()
    if ENVIRONMENT.jwt_private_key
    else keys.kept_private_key(VAR_DIR / "jwt_private_key.pem")
)
# Whoever serves a development build to the whole network wants to be reached from there.
_DEVELOPMENT_HOSTS = (
    ["*"]
    if ENVIRONMENT.host in ("0.0.0.0", "::")  # noqa: S104
    else ["localhost", "127.0.0.1", "[::1]", ENVIRONMENT.host]
)
ALLOWED_HOSTS = ENVIRONMENT.django_allowed_hosts or _DEVELOPMENT_HOSTS
PUBLIC_URL = str(ENVIRONMENT.public_url).rstrip("/") if ENVIRONMENT.public_url else None
TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins or (
    ["http://localhost:3000", "http://127.0.0.1:3000"] if DEBUG else []
)
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
CSRF_TRUSTED_ORIGINS = [*TRUSTED_ORIGINS, *([PUBLIC_URL] if PUBLIC_URL else [])]
CORS_ALLOWED_ORIGINS = TRUSTED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "idempotency-key",
    "last-event-id",
    "x-resume",
    "x-time-zone",
]
CORS_EXPOSE_HEADERS = ["set-auth-jwt", "X-Run-Id", "X-Request-Id", "Retry-After"]

if ENVIRONMENT.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_SECURE = PUBLIC_URL is not None and PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_NAME = "__Host-taskchat_session" if _SECURE else "taskchat_session"
CSRF_COOKIE_NAME = "__Host-taskchat_csrf" if _SECURE else "taskchat_csrf"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
X_FRAME_OPTIONS = "DENY"

# --- Parts ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "taskchat_site.accounts",
    "tasks",
    "mcp_tools",
    "chat",
    "channels",
    "corsheaders",
    "ninja",
    "rest_framework_simplejwt.token_blacklist",
    "unfold",  # the admin's look: its templates win over the admin's own
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Each hook of a stock middleware is a thread hop under ASGI (seven cost 2.5 ms a request), so
# all requests share native-async ones, and `StockStack` adds Django's own where they are needed.
MIDDLEWARE = [
    "taskchat_site.middleware.arrival",
    "corsheaders.middleware.CorsMiddleware",
    "taskchat_site.middleware.trusted_edge",
    "taskchat_site.middleware.security_headers",
    "taskchat_site.middleware.json_errors",
    "taskchat_site.middleware.StockStack",
]
STOCK_MIDDLEWARE = {
    "/admin/": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "taskchat_site.middleware.plain_direction",
    ],
}
SILENCED_SYSTEM_CHECKS = [
    # These ask for middleware in MIDDLEWARE itself; StockStack runs them on /admin/.
    "admin.E408",
    "admin.E409",
    "admin.E410",
    "security.W001",
    "security.W002",
    "security.W003",
]

ROOT_URLCONF = "taskchat_site.urls"
ASGI_APPLICATION = "taskchat_site.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "taskchat_site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

UNFOLD = admin_theme.UNFOLD

# --- Data ----------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        ENVIRONMENT.database_url or f"sqlite:///{VAR_DIR / 'taskchat.sqlite3'}",
        # Of the admin's threads. `database.run` keeps its own, and sees without Django's health
        # check, which is a query each time, when one is gone.
        conn_max_age=0,
    )
}
DATABASE_THREADS = 8
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    _OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    _OPTIONS.setdefault("connect_timeout", 3)
    # A process that is stopped in mid-transaction must not lock its runs beyond their lease, nor
    # may its other transactions take the locks over, one after the other. And no query here is
    # long enough for what compiling it takes.
    _OPTIONS.setdefault(
        "options",
        "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=4000 -c jit=off",
    )
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE_THREADS = 1
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Hints may be lost, and may not wait: no hint is worth a second.
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": ENVIRONMENT.redis_url,
                        "socket_timeout": 1,
                        "socket_connect_timeout": 1,
                        "retry": Retry(NoBackoff(), 1),
                    }
                ]
            },
        }
        if ENVIRONMENT.redis_url
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}

# --- Accounts ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
if TESTING:
    # Real hashing takes 0.2 s a user on purpose; tests make hundreds.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# An outside issuer whose JWTs are taken beside ours; None: there is none.
AUTH_JWKS_URL = ENVIRONMENT.auth_jwks_url
AUTH_ISSUER = ENVIRONMENT.auth_issuer
AUTH_AUDIENCE = ENVIRONMENT.auth_audience
AUTH_ALGORITHMS = ENVIRONMENT.auth_algorithms

# --- Limits --------------------------------------------------------------------------------


# A developer comes from one address and tries in a minute what a user does in ten.
_DEVELOPERS = 10 if DEBUG else 1


def _limit(value: int | None, default: int) -> int:
    """What the environment says; 0 is no limit, and tests of other things have none."""
    if TESTING:
        return 0
    return default if value is None else value


# Wrong passwords in five minutes, new accounts in ten, refreshed tokens in one.
SIGN_INS_PER_ACCOUNT = _limit(ENVIRONMENT.sign_ins_per_account, 10)
SIGN_INS_PER_ADDRESS = _limit(ENVIRONMENT.sign_ins_per_address, 30 * _DEVELOPERS)
SIGN_UPS_PER_ACCOUNT = _limit(ENVIRONMENT.sign_ups_per_account, 10)
SIGN_UPS_PER_ADDRESS = _limit(ENVIRONMENT.sign_ups_per_address, 30 * _DEVELOPERS)
REFRESHES_PER_ACCOUNT = _limit(ENVIRONMENT.refreshes_per_account, 30)
REFRESHES_PER_ADDRESS = _limit(ENVIRONMENT.refreshes_per_address, 300 * _DEVELOPERS)
CHAT_MESSAGES_PER_MINUTE = _limit(ENVIRONMENT.chat_messages_per_minute, 20 * _DEVELOPERS)
CHAT_RUNS_PER_USER = _limit(ENVIRONMENT.chat_runs_per_user, 3 * _DEVELOPERS)

# --- Words, times, files -------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "taskchat_site" / "static"]
STATIC_ROOT = VAR_DIR / "static"
SITE_ROOT = BASE_DIR / "frontend" / "out"
ELEMENT_ROOT = BASE_DIR / "frontend" / "chatkit-element" / "dist"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- The assistant -------------------------------------------------------------------------

OPENAI_API_KEY = (
    ENVIRONMENT.openai_api_key.get_secret_value() if ENVIRONMENT.openai_api_key else None
)
OPENAI_BASE_URL = str(ENVIRONMENT.openai_base_url) if ENVIRONMENT.openai_base_url else None
OPENAI_MODEL = ENVIRONMENT.openai_model
OPENAI_API = ENVIRONMENT.openai_api
OPENAI_TEMPERATURE = ENVIRONMENT.openai_temperature
OPENAI_TIMEOUT = ENVIRONMENT.openai_timeout  # seconds without a sign of the model
# USD for a million tokens; what the environment names replaces or joins the table.
MODEL_PRICES = {**PRICES, **ENVIRONMENT.model_prices}
CHATKIT_WORKFLOW_ID = ENVIRONMENT.chatkit_workflow_id

# The SDKs' own logs would hold what people write, and their traces leave the machine.
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_MODEL_DATA", "1")
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_TOOL_DATA", "1")
os.environ.setdefault("OPENAI_AGENTS_DISABLE_TRACING", "1")

# --- Logs and figures ----------------------------------------------------------------------

METRICS_TOKEN = ENVIRONMENT.metrics_token.get_secret_value() if ENVIRONMENT.metrics_token else None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": (
            {"()": "taskchat_site.logs.ReadableLines"}
            if DEBUG
            else {"()": "taskchat_site.logs.JsonLines", "error_texts": ENVIRONMENT.log_error_texts}
        )
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "taskchat_site": {"level": "INFO"},
        "chat": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # refusals have a line of ours
    },
}
