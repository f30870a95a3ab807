"""Settings, from the environment. An installation is one folder: `CAIRN_DIR`."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url

CAIRN_DIR = Path(os.environ.get("CAIRN_DIR", "cairn-data")).absolute()

DEBUG = os.environ.get("CAIRN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("CAIRN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")


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
    "django.contrib.staticfiles",
    "cairn.journal",
    "cairn.programme",
    "cairn.money",
    "cairn.works",
    "cairn.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cairn.web.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cairn.web.middleware.language",
]

ROOT_URLCONF = "cairn.config.urls"
WSGI_APPLICATION = "cairn.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["cairn.web.templatetags.cairn", "django.templatetags.i18n"]},
    }
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": CAIRN_DIR / "cairn.sqlite3",
    "OPTIONS": {
        # A writer takes the lock when it begins: two that began as readers could both need it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # recursive_triggers: without it INSERT OR REPLACE deletes an entry past the trigger.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456"
        ),
    },
}


def _database() -> dict[str, Any]:
    url = os.environ.get("CAIRN_DATABASE_URL")
    if not url:
        return SQLITE
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    if "postgresql" in config["ENGINE"]:
        config.setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=on"
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
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
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W003"]  # no forms that change anything yet, so no CSRF cookie
