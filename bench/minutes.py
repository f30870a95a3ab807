"""`python -m bench.minutes`: how much of what minutes recommend is drafted, and how much of what is drafted is so.

    python -m bench.minutes [FOLDER]      minutes as NAME.txt with NAME.expected.json; ../shared/data/minutes

**How it is counted.** A careful reader's recommendation is found if its words lie within the place of a draft
that is not refused; *recall* is how many of theirs are found, *precision* how many drafts find one of theirs.
Beside it, of those found: how many name the same speaker, the same office that is asked, the same day.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from cairn.lessons.minutes import Drafted, drafted

MINUTES = Path(__file__).parents[2] / "shared/data/minutes"


@dataclass
class Counted:
    """Of one paper, or of all: so many of so many."""

    wanted: int = 0
    drafts: int = 0
    found: int = 0
    speaker: int = 0
    asked: int = 0
    due: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            *(
                mine + theirs
                for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
            )
        )


def plain(text: str) -> str:
    """As texts are compared: one comma for both writings."""
    return text.replace("，", ",").replace("；", ";").casefold()


def counted(text: str, wanted: list[dict[str, str]]) -> Counted:
    """One paper, held to what a careful reader drafted from it."""
    drafts = [one for one in drafted(text) if not one.refused]
    found = Counted(wanted=len(wanted), drafts=len(drafts))
    used: set[int] = set()
    for want in wanted:
        at = next(
            (n for n, one in enumerate(drafts) if n not in used and _holds(text, one, want)), None
        )
        if at is None:
            continue
        used.add(at)
        one = drafts[at]
        found.found += 1
        found.speaker += plain(one.speaker) == plain(want["speaker"])
        found.asked += plain(one.asked_of) == plain(want.get("asked_of", one.asked_of))
        found.due += str(one.due or "") == want.get("due", str(one.due or ""))
    return found


def _holds(text: str, one: Drafted, want: dict[str, str]) -> bool:
    return plain(want["text"]) in plain(text[one.start : one.end])


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    print("| minutes | recall | precision | speaker | asked of | due |")
    print("|---|--:|--:|--:|--:|--:|")
    every = Counted()
    for path in sorted(folder.glob("*.txt")):
        wanted = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())[
            "recommendations"
        ]
        one = counted(path.read_text(), wanted)
        every += one
        _print(path.stem, one)
    _print("all", every)


def _print(name: str, one: Counted) -> None:
    print(
        f"| {name} | {one.found} of {one.wanted} | {one.found} of {one.drafts} | "
        f"{one.speaker} of {one.found} | {one.asked} of {one.found} | {one.due} of {one.found} |"
    )


if __name__ == "__main__":
    main()
