"""With a canary browser every kind of request is made; then all that is left is searched for what it said of itself."""

import ast
import re

import pytest

from guarantees.conftest import in_other_forms
from guarantees.living import BROWSER, LANGUAGES
from guarantees.there import SOURCE, table_fields

ALL_OF_IT = [BROWSER, LANGUAGES, "canary-platform", "canary-referer"]


@pytest.mark.parametrize("said", ALL_OF_IT)
def test_what_a_browser_says_of_itself_is_left_nowhere(lived, said):
    assert lived.holding(*in_other_forms(said)) == []


def test_a_browser_is_not_known_by_all_it_says(lived):
    """A fingerprint is what together tells one browser from others."""
    together = [
        "".join(ALL_OF_IT),
        "|".join(ALL_OF_IT),
        f"{BROWSER}{LANGUAGES}",
        f"{BROWSER}|{LANGUAGES}",
    ]

    for one in together:
        assert lived.holding(*in_other_forms(one)) == []


def test_no_code_of_cairn_even_reads_the_user_agent():
    wanted = {"HTTP_USER_AGENT", "User-Agent", "user-agent"}
    read = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in wanted
    ]

    # A witness is a program that asks another; it says its own name.
    assert [name for name in read if not name.startswith(("witness/", "verify/"))] == []


def test_no_column_is_called_so():
    parts = {part for _table, column in table_fields() for part in column.split("_")}

    assert parts & {"agent", "browser", "fingerprint", "useragent", "viewport", "canvas"} == set()


OF_THE_FIELD_APP = {"field.js", "field-worker.js"}
"""What a post's phone runs, which keeps its own outbox: no page that a resident reads loads it."""

LEFT = {"credentials", "languages", "locks", "onLine", "serviceWorker", "storage"}
"""What it asks a browser: which language it opens in, what keeping and sending an outbox needs, and the phone's own passkey."""


def test_the_app_of_posts_asks_a_browser_no_more_than_its_outbox_needs():
    written = "".join(
        path.read_text(encoding="utf-8")
        for path in (SOURCE.parents[1] / "front/field").rglob("*.js")
    )
    built = (SOURCE / "web/static/cairn/field.js").read_text(encoding="utf-8")

    assert set(re.findall(r"navigator\.(\w+)", written + built)) <= LEFT
    for word in ("screen.width", "toDataURL", "sessionStorage"):
        assert word not in written + built
    assert set(re.findall(r"localStorage\.\w+\(\w+", written)) == {
        "localStorage.getItem(KEPT",  # the language that was chosen, and nothing else
        "localStorage.setItem(KEPT",
    }


def test_no_page_but_the_app_itself_loads_it():
    loads = [
        path.relative_to(SOURCE).as_posix()
        for path in (*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py"))
        if "field.js" in path.read_text(encoding="utf-8")
    ]

    assert loads == ["web/field/shell.py"]


def test_no_script_of_cairn_measures_a_browser():
    wanted = (
        "navigator.",
        "screen.width",
        "toDataURL",
        "localStorage",
        "sessionStorage",
        "indexedDB",
    )
    apart = {"map.js", *OF_THE_FIELD_APP}
    ours = [path for path in (SOURCE / "web/static").rglob("*.js") if path.name not in apart]

    assert ours
    for path in ours:
        assert not [word for word in wanted if word in path.read_text(encoding="utf-8")], path
