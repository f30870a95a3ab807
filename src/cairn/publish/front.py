"""The first page of a record: a choice of language, and the files that prove it."""

from html import escape
from urllib.parse import quote

from django.conf import settings

from cairn.publish.addresses import file_of

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{programme} · Cairn</title>
<link rel="icon" href="static/cairn/cairn.svg" type="image/svg+xml">
<link rel="stylesheet" href="static/cairn/cairn.css">
</head>
<body class="page">
<main id="main" class="width">
<h1>{programme}</h1>
<ul class="programmes">{languages}</ul>
<p><a href="verify.html">Verify this record · <span lang="zh-hans">核验本记录</span></a></p>
<p class="note"><a href="checkpoint">checkpoint</a> · <a href="verifier">verifier</a> · <a href="manifest.json">manifest.json</a></p>
</main>
</body>
</html>
"""


def front_of(programme: str, pages: dict[str, bytes]) -> bytes:
    """The page, with a link to the programme's page in each language that there is."""
    languages = "".join(
        f'<li><a href="{quote(path, safe="/~")}" lang="{code}" hreflang="{code}">{escape(name)}</a></li>'
        for code, name in settings.LANGUAGES
        if (path := file_of(f"/{code}/{quote(programme)}/")) in pages
    )
    return PAGE.format(programme=escape(programme), languages=languages).encode()
