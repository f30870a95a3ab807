"""The addresses of the field app: no language, no session and nobody's data in any of them."""

from django.urls import path

from cairn.web.field import shell, words

app_name = "field"
urlpatterns = [
    path("", shell.app, name="app"),
    path("worker.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("words/<str:language>.json", words.words, name="words"),
]
