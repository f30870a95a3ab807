"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - needs Django started

from cairn.catalog import journal  # noqa: E402 - likewise

journal.build()  # before there are threads: two that build one kind at once are in each other's way
_ = get_resolver().url_patterns  # every page: else the first to be asked for waits for all
gc.freeze()  # what is there by now stays: full collections look through it no more while a page waits
