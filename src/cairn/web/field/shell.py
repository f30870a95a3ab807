"""The shell of the field app: one page that says nothing of anybody, and the worker that keeps it.

The worker is the same script for every release, behind the list of what it keeps: each file with the
SHA-256 of its bytes. A browser that sees another script installs it, so a file that changed makes a new
worker, and nothing else does.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.web.middleware import POLICY

POLICY_OF_THE_APP = (
    f"{POLICY}; script-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'"
)
"""Scripts of ours, and what they ask of us."""

BUILT = ("field.css", "field.js")
ICONS = ("cairn.svg", "field-192.png", "field-512.png")
WORKER = "field-worker.js"
PAPER, NIGHT = "#f6f4f0", "#1b1d1f"
"""The paper of colours.css by day and by night: the phone's own bar continues it."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="{paper}" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="{night}" media="(prefers-color-scheme: dark)">
<title>Cairn</title>
<link rel="manifest" href="{manifest}">
<link rel="icon" href="{icon}" type="image/svg+xml">
<link rel="apple-touch-icon" href="{touch}">
<link rel="stylesheet" href="{css}">
<script type="module" src="{js}"></script>
</head>
<body class="field"><noscript>Cairn needs JavaScript here. The desk works without.</noscript></body>
</html>
"""


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page that the app draws itself into: the same bytes for everybody."""
    del request
    return _kept_by_no_cache(HttpResponse(page(), content_type="text/html; charset=utf-8"))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, behind what it keeps."""
    del request
    built = folder()
    kept = {"version": version(built), "files": kept_files(built)}
    script = f"self.CAIRN={json.dumps(kept)};\n{(built / WORKER).read_text('utf-8')}"
    return _kept_by_no_cache(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the app among its others."""
    del request
    return HttpResponse(_manifest(), content_type="application/manifest+json")


def page() -> str:
    """The shell."""
    return PAGE.format(
        paper=PAPER,
        night=NIGHT,
        manifest=reverse("field:manifest"),
        icon=static("cairn/cairn.svg"),
        touch=static("cairn/field-192.png"),
        css=static("cairn/field.css"),
        js=static("cairn/field.js"),
    )


def folder() -> Path:
    """Where the built files are."""
    return Path(str(files("cairn.web"))) / "static" / "cairn"


def version(built: Path) -> str:
    """What tells a release from another: of what is kept, and of the worker itself."""
    everything = [*kept_files(built).items(), (WORKER, _hash_of(built / WORKER))]
    return sha256(json.dumps(everything).encode()).hexdigest()[:16]


def kept_files(built: Path) -> Mapping[str, str]:
    """What a phone keeps from the start, by address: the SHA-256 of each. Fonts and words follow as used."""
    return {
        reverse("field:app"): sha256(page().encode()).hexdigest(),
        reverse("field:manifest"): sha256(_manifest().encode()).hexdigest(),
        **{static(f"cairn/{name}"): _hash_of(built / name) for name in (*BUILT, *ICONS)},
    }


def _manifest() -> str:
    said = {
        "id": reverse("field:app"),
        "name": "Cairn",
        "short_name": "Cairn",
        "start_url": reverse("field:app"),
        "scope": reverse("field:app"),
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static("cairn/cairn.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {
                    "src": static(f"cairn/field-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in (192, 512)
                for purpose in ("any", "maskable")
            ),
        ],
    }
    return json.dumps(said)


def _kept_by_no_cache(response: HttpResponse) -> HttpResponse:
    """A browser asks each time: what is kept, the worker keeps."""
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY_OF_THE_APP
    return response


def _hash_of(path: Path) -> str:
    seen = path.stat()
    return _hash(path, seen.st_mtime_ns, seen.st_size)


@cache
def _hash(path: Path, _changed_at: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()
