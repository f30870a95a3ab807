"""The pages of a bundle and their tables, from a pack alone: nothing else is asked, and nothing of today."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cairn.pack import Pack
from cairn.values import LANGUAGE_NAMES, LANGUAGES, RIGHT_TO_LEFT
from cairn.verify.bundle_manifest import BundleManifest
from cairn.verify.packed import Content
from cairn.web.bundle.photos import Photos
from cairn.web.csv_out import BOM, lines
from cairn.web.drawing import draw
from cairn.web.public.packs import shown_of
from cairn.web.published import published_as_of
from cairn.web.reader import reader
from cairn.web.tables import Setting, Table
from cairn.web.words import POLICIES

LINK: Final = re.compile(r'\s(href|src)="([^"]*)"')
LOOKS: Final = ("cairn/cairn.css", "cairn/cairn.svg")
BESIDE: Final = re.compile(r"""url\("?\./(fonts/[^")]+)"?\)""")
LICENCES: Final = ("fonts/LICENSE.noto-sans-arabic.txt", "fonts/LICENSE.noto-sans.txt")

Pages = Iterator[tuple[str, Content]]


def pages_of(pack: Pack, about: BundleManifest, photos: Photos) -> Pages:
    """A page and its tables in each language, as (file, content). `about` lists no files yet."""
    for language in LANGUAGES:
        with published_as_of(pack.day), translation.override(language):
            yield from _in_language(pack, about, photos, language)
    yield "index.html", _front(about)
    yield from _looks()


def _in_language(pack: Pack, about: BundleManifest, photos: Photos, language: str) -> Pages:
    shown = shown_of(pack)
    setting, files = Setting(reader(), lambda _what, _id: ""), dict[str, str]()
    for table in shown.tables:
        files[table.id] = f"tables/{language}/{table.id}.csv"
        yield files[table.id], _csv(table, setting)
    whole = [replace(table, most=None) for table in shown.tables]
    context = {
        **shown.more,
        "about": about,
        "as_of": shown.as_of,
        "bundled": True,
        "converted": language == "ky-arab",
        "direction": reader().direction,
        "documents": (),
        "drafted": reader().drafted,
        "figures": (),
        "heads": shown.heads,
        "language": language,
        "languages": [(code, LANGUAGE_NAMES[code], f"{code}.html") for code in LANGUAGES],
        "pictures": _pictures(pack, photos),
        "policy_means": POLICIES.get(pack.as_of.policy),
        "programme": shown.programme,
        "published": True,
        "reader": reader(),
        "sealing": None,
        "tables": {one.id: draw(one, setting, file=files[one.id]) for one in whole},
        "title": shown.title,
    }
    html = render_to_string("bundle/page.html", context)
    inside = {*files.values(), *photos.contents, *_beside(about)}
    yield f"{language}.html", _within(html, inside).encode()


def _csv(table: Table[Any], setting: Setting) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines(table, replace(setting, currency=table.currency)))
    return f"{BOM}{text.getvalue()}".encode()


def _pictures(pack: Pack, photos: Photos) -> list[dict[str, Any]]:
    return [
        {
            "address": photos.of_asset[one.asset.id],
            "attached_on": one.pictured_on,
            "caption": one.asset.name,
        }
        for one in pack.assets
        if one.asset.id in photos.of_asset
    ]


def _beside(about: BundleManifest) -> set[str]:
    """What every page leads to."""
    files = {"README.txt", "pack.json", "manifest.json", "style/cairn.css", "style/cairn.svg"}
    files |= {f"{code}.html" for code in LANGUAGES}
    return files | ({"proofs/checkpoint", "proofs/verifier"} if about.origin else set())


def _within(html: str, inside: Collection[str]) -> str:
    """A page without the addresses that lead out of the bundle: what was a link is text."""

    def link(found: re.Match[str]) -> str:
        address = unescape(found[2])
        kept = address.startswith("#") or address.partition("#")[0] in inside
        return f' {found[1]}="{escape(address)}"' if kept else ""

    return LINK.sub(link, html)


def _front(about: BundleManifest) -> bytes:
    """Where to begin: the languages, and what this is in each of them."""
    fronts = []
    for language in LANGUAGES:
        with translation.override(language):
            direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
            said = _("What a team hands over")
            name = LANGUAGE_NAMES[language]
            fronts.append((language, direction, said, name, f"{language}.html"))
    context = {"fronts": fronts, "team": about.team}
    return render_to_string("bundle/index.html", context).encode()


def _looks() -> Pages:
    """The style sheet, and the letters that it names."""
    style = _static("cairn/cairn.css")
    yield "style/cairn.css", style
    yield "style/cairn.svg", _static("cairn/cairn.svg")
    for file in sorted({*BESIDE.findall(style.read_text()), *LICENCES}):
        yield f"style/{file}", _static(f"cairn/{file}")


def _static(file: str) -> Path:
    found = finders.find(file)
    if not found:
        raise FileNotFoundError(file)
    return Path(found)
