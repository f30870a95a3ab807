"""What whoever looks at a programme every day has of it: its public pages, its Open311, its log. Only where there are voices.

Nothing here asks the database, but for the entries as they are published.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.test import Client
from lxml import html

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.models import Entry

FIGURES = ("Came in", "Answered", "Closed", "Of all: done", "Not answered in time")
"""Every figure of a board. A new one fails the reading of it, until the attacker knows what it counts."""

WORKS = ("It works", "It does not", "It is not there")
CLAIMED = ("It is so", "It is not so")
SAID = "section[@class='confirmed']"
"""Where a thing's page has them."""
BATCH = "4"
"""The version of the ids of what comes in a batch; what posts record has 7."""


@dataclass(frozen=True)
class Listed:
    """An answer as a board lists it. Its `id` is Open311's, which stays when it is answered anew."""

    id: str
    told: str
    outcome: str
    closed: bool
    disputed: bool
    label: tuple[str, str]


@dataclass(frozen=True)
class Board:
    figures: dict[str, int]
    answers: dict[str, Listed]


@dataclass
class Day:
    """What is public on a day: of each village its board, of each thing what was said of it, the log."""

    on: date
    boards: dict[str, Board]
    things: dict[str, dict[str, int]]
    asked: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each notice: how often each of its choices was chosen, and that what it claims is so, and is not."""
    batches: dict[str, int] = field(default_factory=dict)
    """How many leaves each batch has, by the moment at which it was recorded."""
    erased: int = 0


def look(
    programme: str,
    on: date,
    villages: Sequence[str],
    things: Sequence[str],
    notices: Sequence[str] = (),
) -> Day:
    """Read all of it once."""
    bring_up_to_date(programme)
    client, base = Client(), f"/en/{programme}"
    listed = client.get(f"/open311/v2/{programme}/requests.json").json()
    by_text = {one["status_notes"]: one for one in listed}
    assert len(by_text) == len(listed), "each answer of these programmes reads otherwise"
    boards = {
        village: _board(client.get(f"{base}/places/{village}/answers/"), by_text)
        for village in villages
    }
    assert sum(len(board.answers) for board in boards.values()) == len(listed)
    said = {thing: _figures(client.get(f"{base}/{thing}/"), WORKS, SAID) for thing in things}
    asked = {notice: _of_notice(client, f"{base}/{notice}/") for notice in notices}
    return Day(on, boards, said, asked, *_log(programme))


def _of_notice(client: Client, address: str) -> dict[str, int]:
    rows = b"".join(client.get(address, {"csv": "answers"}).streaming_content).decode("utf-8-sig")
    chosen = {row["choice"]: int(row["at_least"]) for row in csv.DictReader(io.StringIO(rows))}
    return chosen | _figures(
        client.get(address), CLAIMED, "section[@aria-labelledby='claim-title']"
    )


def _page(answer) -> html.HtmlElement:
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def _figures(answer, known: Sequence[str], within: str = "main") -> dict[str, int]:
    found = {}
    for one in _page(answer).xpath(f"//{within}//dl[@class='figures']/div"):
        found[one.findtext("dt")] = _figure(one.find("dd").text_content())
    assert tuple(found) == tuple(known), "a figure that the attacker does not know"
    return found


def _figure(said: str) -> int:
    if said.startswith("fewer than"):
        return 0
    return int(re.search(r"\d+", said.replace(",", ""))[0])


def _board(answer, open311: dict[str, dict]) -> Board:
    answers = {}
    for one in _page(answer).xpath("//ul[contains(@class, 'answers')]/li"):
        told, note = (part.text_content().strip() for part in one.xpath(".//p"))
        outcome, *rest = (part.strip() for part in note.split("·"))
        row = open311[f"{outcome}. {told}"]
        month = next((part for part in rest if re.fullmatch(r"\d{4}-\d\d", part)), "")
        label = (rest[rest.index(month) - 1], month) if month else ("", "")
        listed = Listed(
            id=row["service_request_id"],
            told=told,
            outcome=outcome,
            closed=row["status"] == "closed",
            disputed=any("did not happen" in part for part in rest),
            label=label,
        )
        assert listed.closed == ("closed" in rest)
        assert listed.label[0] == (row["service_name"] or "")
        answers[listed.id] = listed
    return Board(_figures(answer, FIGURES), answers)


def _log(programme: str) -> tuple[dict[str, int], int]:
    batches, erased = Counter(), 0
    for body in Entry.objects.filter(programme=programme).values_list("body", flat=True):
        leaf = json.loads(bytes(body))
        if leaf["post"] == "~withheld" and leaf["id"][14] == BATCH:
            batches[leaf["recorded_at"]] += 1
        erased += leaf["kind"] == "journal.part-shredded"
    return dict(batches), erased
