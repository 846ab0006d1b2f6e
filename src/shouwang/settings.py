"""Settings of one deployment: read from the environment, with defaults that run the demo.

What a district would change in daily work (hours, thresholds, amounts, posts) is dated data in the
database, never a setting. Settings say only where things are and which parts are installed.
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from shouwang.database import connection

BASE_DIR = Path(__file__).resolve().parent
VAR_DIR = Path(os.environ.get("SHOUWANG_VAR", "var")).absolute()
IS_DEMO = os.environ.get("SHOUWANG_DEMO", "") == "1"
DISTRICT = os.environ.get("SHOUWANG_DISTRICT", "shouwang.districts.jinshui")

SECRET_KEY = connection.secret_key(VAR_DIR)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SHOUWANG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PUBLIC_URL = os.environ.get("SHOUWANG_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")

#: One line here adds a domain; everything else it brings along in its own folder.
DOMAINS = [
    "shouwang.domains.gates",
    "shouwang.domains.quarantine",
    "shouwang.domains.survey",
    "shouwang.domains.tracing",
    "shouwang.domains.medical",
    "shouwang.domains.sanitation",
    "shouwang.domains.care",
    "shouwang.domains.donations",
    "shouwang.domains.enterprises",
    "shouwang.domains.handbook",
    "shouwang.domains.orders",
]

KERNEL = [
    "shouwang.kernel.journal",
    "shouwang.kernel.places",
    "shouwang.kernel.parties",
    "shouwang.kernel.duties",
    "shouwang.kernel.notices",
    "shouwang.kernel.rules",
    "shouwang.kernel.documents",
    "shouwang.kernel.sheets",
    "shouwang.kernel.indicators",
    "shouwang.kernel.cases",
    "shouwang.kernel.procedures",
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    *KERNEL,
    *DOMAINS,
    "shouwang.web",
    "shouwang.desk",
    "shouwang.board",
    "shouwang.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "shouwang.web.middleware.QueuedFormMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shouwang.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shouwang.web.middleware.ActingPersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwang.web.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "shouwang.urls"
WSGI_APPLICATION = "shouwang.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shouwang.web.context.shell",
            ],
            "builtins": ["shouwang.web.templatetags.shouwang"],
        },
    }
]

DATABASES = {"default": connection.settings_from_environment(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "parties.Account"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

#: Jobs stand in each app's `jobs.py`; they are deferred in the transaction that causes them.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/work/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
#: A phone form may have waited for its network for hours; a stale token must then teach, not lose.
CSRF_FAILURE_VIEW = "shouwang.web.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
#: Once collected (see `shouwang demo` and `shouwang serve`), files bear their digest and are cached for ever.
IS_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "shouwang.web.static_files.HashedFiles"
        if IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_COLLECTED
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "style-src": [SELF, "'unsafe-inline'"],  # bpmn-js and Tabler set style attributes
        "script-src": [SELF, NONCE],
        "connect-src": [SELF],
        "font-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SHOUWANG_LOG", "WARNING")},
}
