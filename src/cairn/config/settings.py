"""Settings, from the environment. An installation is one folder: `CAIRN_DIR`."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf.locale import LANG_INFO

from cairn.config.groups import OF_EACH, groups, postgresql
from cairn.config.mail import Mail, mail
from cairn.values import LANGUAGE_NAMES, RIGHT_TO_LEFT

CAIRN_DIR = Path(os.environ.get("CAIRN_DIR", "cairn-data")).absolute()

DEBUG = os.environ.get("CAIRN_DEBUG") == "1"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "testserver")
ALLOWED_HOSTS = os.environ.get("CAIRN_HOSTS", ",".join(LOOPBACK)).split(",")
PLAIN = set(ALLOWED_HOSTS) <= set(LOOPBACK)
"""Whether pages answer to this machine alone: then plain http will do. Any other name needs https."""
CAIRN_URL = os.environ.get("CAIRN_URL", "").rstrip("/")
"""Where links lead that are read elsewhere; unless it is said, what CAIRN_HOSTS names first."""


CAIRN_LICENCE = os.environ.get("CAIRN_LICENCE", "")
"""Under which licence the public record may be used, such as CC-BY-4.0; nothing where nobody said."""


def _secret() -> str:
    """The installation's own secret, made at its first start and readable by its user alone."""
    if "CAIRN_SECRET" in os.environ:
        return os.environ["CAIRN_SECRET"]
    path = CAIRN_DIR / "secret"
    if not CAIRN_DIR.is_dir():  # no installation yet: a command that needs none is running
        return secrets.token_urlsafe(48)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "cairn.journal",
    "cairn.people",
    "cairn.programme",
    "cairn.money",
    "cairn.works",
    "cairn.assets",
    "cairn.requests",
    "cairn.notices",
    "cairn.voice",
    "cairn.lessons",
    "cairn.handover",
    "cairn.reported",
    "cairn.web",
    "allauth",  # after cairn.web, whose templates stand in for its own
    "allauth.account",
    "allauth.mfa",
    "ninja",  # for the scripts of /api/docs
    "django_tasks",
    "django_tasks_db",  # mails wait in the database: docs/decisions/digest.md
]

MIDDLEWARE = [
    "cairn.web.middleware.headers",  # outermost: what Django refuses at once has them too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cairn.web.public.unchanged.unchanged",  # before a page is packed, let alone drawn
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cairn.web.middleware.language",
    "cairn.web.api.problems.speak_problems",
    "cairn.web.middleware.limits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Only at the desk and for the API; the pages for everybody have no session to begin with.
    "cairn.web.desk.middleware.Sessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cairn.web.desk.middleware.Authentication",
    "cairn.web.desk.middleware.Messages",
    "allauth.account.middleware.AccountMiddleware",
    "cairn.web.desk.middleware.Seats",
]

ROOT_URLCONF = "cairn.config.urls"
WSGI_APPLICATION = "cairn.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cairn.web.templatetags.cairn", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "cairn.web.desk.frame.at_the_desk",
            ],
        },
    }
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": CAIRN_DIR / "cairn.sqlite3",
    # To open it reads every table's definition: dearer than most of what a page asks.
    "CONN_MAX_AGE": 600,
    "OPTIONS": {
        # A writer takes the lock when it begins: two that began as readers could both need it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # recursive_triggers: without it INSERT OR REPLACE deletes an entry past the trigger.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
            # The file is mapped, as far as SQLite can, into memory that the system shares and takes back when
            # it must; each thread holds 4 MiB of what is beyond, and of what it wrote.
            "PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=2147418112"
        ),
    },
}


def _database() -> dict[str, Any]:
    url = os.environ.get("CAIRN_DATABASE_URL")
    if not url:
        return SQLITE
    if _GROUPS.databases:
        return postgresql(url, said_by="CAIRN_DATABASE_URL")
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    if "postgresql" in config["ENGINE"]:
        config["OPTIONS"] = config.get("OPTIONS", {}) | OF_EACH
    return config


_GROUPS = groups(os.environ, CAIRN_DIR)
GROUP_NAMES = _GROUPS.names
"""The groups of programmes besides the default one: config/groups.py."""
GROUPS = _GROUPS.of
"""The group of each programme that is not in the default one."""
DATABASES = {"default": _database(), **_GROUPS.databases}
DATABASE_ROUTERS = ["cairn.journal.spread.Router"] if _GROUPS.databases else []
if _GROUPS.databases:
    MIDDLEWARE.append("cairn.web.spread.Spread")  # innermost: it needs the programme of the address
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Neither secrets nor bodies nor addresses: what Django says of a request names its route.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"routes": {"()": "cairn.web.logs.Routes"}},
    "loggers": {
        name: {"filters": ["routes"]} for name in ("django.request", "django.security.csrf")
    },
}

# Mails: config/mail.py says what CAIRN_MAIL may be.
_MAIL = mail(os.environ)
MAILS = _MAIL is not None
"""Whether this installation sends mails at all."""
_MAIL = _MAIL or Mail()
EMAIL_BACKEND = _MAIL.backend
EMAIL_FILE_PATH = _MAIL.file_path
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.host_user, _MAIL.host_password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.use_tls, _MAIL.use_ssl
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("CAIRN_MAIL_FROM", f"cairn@{ALLOWED_HOSTS[0].lstrip('.')}")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["mail"]}}

LANGUAGE_CODE = "en"
LANGUAGES = list(LANGUAGE_NAMES.items())
LANG_INFO.setdefault(  # Django knows Kyrgyz, and in Cyrillic alone
    "ky-arab",
    {
        "bidi": True,
        "code": "ky-arab",
        "name": "Kyrgyz in Arabic letters",
        "name_local": LANGUAGE_NAMES["ky-arab"],
    },
)
LANGUAGES_BIDI = sorted(RIGHT_TO_LEFT)
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
SECURE_SSL_REDIRECT = not PLAIN
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
SECURE_PROXY_SSL_HEADER = None if PLAIN else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if PLAIN else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN
SILENCED_SYSTEM_CHECKS = [
    "security.W021"
]  # to be preloaded is for the owner of a domain to ask for

# Signing in: docs/decisions/signing-in.md. A `__Host-` cookie is bound to its host and to https.
SESSION_ENGINE = "cairn.people.sessions"
SESSION_COOKIE_NAME = "cairn-session" if PLAIN else "__Host-cairn-session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = 3600
CSRF_COOKIE_NAME = "cairn-csrf" if PLAIN else "__Host-cairn-csrf"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "cairn.web.desk.frame.refused"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["cairn.web.desk.signing.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "cairn.people.passwords.NoRepetition"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["sign_in_name"]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:posts"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "cairn.web.desk.signing.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # only the other sessions end
ACCOUNT_REAUTHENTICATION_TIMEOUT = 1800
ACCOUNT_RATE_LIMITS = False  # allauth's remember addresses; cairn.people.throttle counts per name
ACCOUNT_FORMS = {"login": "cairn.web.desk.forms.SignIn"}
MFA_ADAPTER = "cairn.web.desk.signing.Factors"
MFA_FORMS = {
    "authenticate": "cairn.web.desk.forms.Code",
    "reauthenticate": "cairn.web.desk.forms.CodeAgain",
    "add_webauthn": "cairn.web.desk.forms.NewPasskey",
}
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN  # localhost
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Cairn"
MFA_TOTP_TOLERANCE = 1  # a phone whose clock is half a minute off
