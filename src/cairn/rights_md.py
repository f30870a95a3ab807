"""Writes docs/rights.md from people/rights.csv: `python -m cairn.rights_md`, or `make docs`."""

import inspect
import os
import sys
from collections.abc import Iterator

from cairn.people.rights import Guard, Right, rights

OPENING = """\
# Rights

Who may record what, and see which page. Made from `src/cairn/people/rights.csv` by `make docs`; a
test fails when it lags. Forms, pages and the API all read that table. A kind of fact or a page that
has no line is refused, and so is a role whose cell is empty.

How far a post reaches: **own** is what its organisation holds or gave, else what stands at its very
place; **subtree** is that and whatever stands at its place or within it; **programme** is everything.
What is judged is said under *judged on*: see `src/cairn/people/scope.py`.

Some things want more of the user: **factor** is a second factor, **fresh** is that and a sign-in of
half an hour ago at most. A role that may do any of these never acts without a second factor.

Beside this table stand the two-person rules: docs/facts.md says of each kind whose recorder is kept
apart from it.
"""


def main() -> None:
    """Print the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    sys.stdout.write(page())


def page() -> str:
    """The whole of docs/rights.md."""
    return "\n".join([OPENING, *_facts(), *_posts(), *_pages()])


def _facts() -> Iterator[str]:
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started

    yield "## What a post may record\n"
    lines = [rights().lines[kind] for kind in journal.kinds]
    yield from _table("fact", [line for line in lines if line.roles])
    yield "\nOnly on the command line, by whoever runs the installation:\n"
    for line in lines:
        if not line.roles:
            told = inspect.cleandoc(journal.kinds[line.what].__doc__ or "").partition("\n")[0]
            yield f"- `{line.what}`: {told}"
    yield ""


def _posts() -> Iterator[str]:
    yield "## Whose posts it decides about\n"
    yield "A post opens and closes posts of these roles, invites to them, and ends appointments.\n"
    lines = [line for line in rights().lines.values() if line.what.startswith("appoint/")]
    yield from _table("posts of the role", lines, cut="appoint/")
    yield ""


def _pages() -> Iterator[str]:
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started

    pages = [
        line
        for line in rights().lines.values()
        if line.what not in journal.kinds and not line.what.startswith("appoint/")
    ]
    yield "## Which page it sees\n"
    yield from _table("page", [line for line in pages if line.roles])
    user = ", ".join(f"`{line.what}`" for line in pages if line.user)
    yield f"\nWhoever is signed in, whatever post they hold: {user}.\n"
    everybody = ", ".join(f"`{line.what}`" for line in pages if line.everybody)
    yield f"Everybody, without signing in: {everybody}.\n"


def _table(first: str, lines: list[Right], *, cut: str = "") -> Iterator[str]:
    roles = rights().roles
    yield f"| {first} | judged on | wants | {' | '.join(roles)} |"
    yield f"|---|---|---|{'---|' * len(roles)}"
    for line in lines:
        cells = [line.roles[role].value if role in line.roles else "" for role in roles]
        judged = " and ".join(f"`{word}`" for word in line.judged_on)
        wants = line.guard.value if line.guard is not Guard.NONE else ""
        yield f"| {line.what.removeprefix(cut)} | {judged} | {wants} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
