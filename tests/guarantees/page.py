"""Writes docs/guarantees.md from the promises and from what their tests say of themselves: `make docs`."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/guarantees.md"

OPENING = """\
# Keeps no record of any resident: what is promised, and what holds it

Made by `make docs` from `src/cairn/web/guarantees.py` and `tests/guarantees/`; a test fails when it lags.
The same promises stand on `~guarantees/`, linked at the foot of every public page. Each has a file of tests
that fails where it is broken, run by `make test`, and some lean on tests elsewhere, too, named below it.

Tests, promises and lexicon are pinned by their hashes. A change of any is a line of
`tests/guarantees/changes.csv` that somebody else has read; a weaker promise is said beside the promise,
here and on the page (26).

What somebody read, line by line: `reviewed.csv` has every column of every table, question of every fact and
property of the API, and why it is not about a resident; `allowed.csv` where a word of the lexicon
(`src/cairn/lexicon.csv`) may stand all the same; `packages.csv` what each package is for.
"""


def page() -> str:
    from cairn.web.guarantees import GUARANTEES, NOT_COVERED  # noqa: PLC0415 - needs Django started

    leaned_on = _leaned_on()
    lines = [OPENING]
    for one in GUARANTEES:
        lines += _told(one, leaned_on.get(one.test, set()))
    lines += ["## What remains possible all the same", "", *(f"- {one}" for one in NOT_COVERED), ""]
    return "\n".join(lines)


def _told(one, leans_on: set[str]) -> Iterator[str]:
    tree = ast.parse((HERE / one.test).read_text(encoding="utf-8"))
    yield f"{one.number}. **{one.promise}**"
    if one.weaker:
        yield f"   **Weaker than before: {one.weaker}**"
    yield f"   {(ast.get_docstring(tree) or '').splitlines()[0]}"
    yield f"   `tests/guarantees/{one.test}`" + (
        "" if not leans_on else "; and " + ", ".join(f"`{test}`" for test in sorted(leans_on))
    )
    yield ""


def _leaned_on() -> dict[str, set[str]]:
    from guarantees.pins import leaned_on  # noqa: PLC0415 - as a test imports it, and as a command

    return leaned_on()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    sys.path.insert(0, str(HERE.parent))
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
