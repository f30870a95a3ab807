"""A solver reads all that small programmes publish, knows the code, and finds no count from 1 to 4 of what residents did."""

import re
from collections import defaultdict
from datetime import date
from itertools import product
from random import Random
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from cast import a_recording

pytest.importorskip(
    "cairn.voice", reason="nothing that residents said is counted in this installation"
)

SMALL = 5


def published(counts):
    """What is shown of a village whose cells (a category in a month) have so many answers."""
    from cairn.voice.counts import labelled, shown  # noqa: PLC0415 - where there are voices

    cells = {cell: list(range(count)) for cell, count in enumerate(counts) if count}
    labels = labelled(cells, possible=len(counts))
    seen = tuple(len(labels.get(cell, ())) for cell in range(len(counts)))
    return seen, sum(counts) - sum(seen), shown(sum(counts))


@pytest.mark.parametrize(("cells", "most"), [(2, 16), (3, 10)])
def test_no_villages_labels_give_a_small_count_away(cells, most):
    """Every village of so many cells: those that publish the same must differ in each small count."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        if sum(counts) <= most:  # beyond it the enumeration cuts villages off, and is no proof
            alike[published(counts)].append(counts)

    assert len(alike) > 3
    for seen, villages in alike.items():
        for cell in range(cells):
            possible = {counts[cell] for counts in villages}
            assert len(possible) > 1 or min(possible) == 0 or min(possible) >= SMALL, (
                seen,
                villages,
            )


def test_it_would_be_found_beside_a_total_and_the_other_cells():
    """Suppressing a small cell beside a total and the other cells gives it away."""
    alike = defaultdict(set)
    for one, other in product(range(9), repeat=2):
        alike[one if one >= SMALL else None, other if other >= SMALL else None, one + other].add(
            (one, other)
        )

    assert {(3, 7)} in alike.values()


def test_a_villages_page_shows_no_figure_between_none_and_five(db):
    """Through the page itself, its tables and whatever else is served of them."""
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - where there are voices
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(4)
    bring_up_to_date(told.programme)
    board = f"/en/{told.programme}/places/qarasu/answers/"
    page = told.client.get(board)
    assert page.status_code == 200
    figures = re.findall(r"<dd>\s*(?:<bdi>)?(\d+)", page.content.decode())
    assert not [figure for figure in figures if 0 < int(figure) < SMALL]
    assert "4" not in re.findall(r"\b\d+\b", re.sub(r"<[^>]*>", " ", _main(page)))


# The solver. It reads pages as anybody does (mirror.py), and knows what the code does (attacker.py).

SEEDS = (1, 2)
"""Of the programmes that it looks at here; of more in tests/voice/test_attacker.py."""


@pytest.fixture(scope="module")
def programmes(django_db_setup, django_db_blocker):
    """Small programmes with what somebody has of them who looked on each of their days."""
    from guarantees.mirrored import mirrored  # noqa: PLC0415 - where there are voices

    with django_db_blocker.unblock(), transaction.atomic():
        yield {seed: mirrored(seed, how=("", "plain")) for seed in SEEDS}
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_solver_finds_no_small_count_in_all_that_is_published(programmes, seed):
    from guarantees.attacker import Attack  # noqa: PLC0415 - likewise

    days = programmes[seed].days[""]
    assert len(days[-1].batches) > 5
    assert any(board.answers for board in days[-1].boards.values())
    assert Attack(days).found() == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_solver_finds_of_no_category_how_few_there_were(programmes, seed):
    from cairn.voice.counts import labelled  # noqa: PLC0415 - likewise
    from guarantees.attacker import labels_found, months_over  # noqa: PLC0415 - likewise

    told = programmes[seed]
    rule = months_over(labelled, len(told.small.offered))
    for village in told.small.places:
        assert labels_found(told.days[""], village, rule, told.small.offered) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_really_is_lies_within_what_the_solver_thinks_possible(programmes, seed):
    """It would find nothing if it thought too much possible, and what is not so if too little."""
    from guarantees.attacker import Attack  # noqa: PLC0415 - likewise

    told = programmes[seed]
    attack = Attack(told.days[""])
    for nth in (len(told.truth) // 2, len(told.truth) - 1):
        truth, asked = told.truth[nth], {}
        for village in told.small.places:
            asked["came", village] = attack.came(nth, village)
            asked["waiting", village] = attack.waiting(nth, village)
            asked["disputed", village] = {("disputed", village, nth): 1}
        for of in truth:
            if of[0] == "said":
                asked[of] = attack.said(nth, *of[1:])
        for of, sum_ in asked.items():
            least, greatest = attack.of.span(sum_)
            assert least <= truth[of] <= greatest, of
            assert least < greatest or not 0 < least < SMALL, of


def test_the_solver_finds_what_careless_pages_would_show(programmes):
    """Plain numbers; and a mark on each answer that is disputed."""
    from guarantees.attacker import Attack, Knows  # noqa: PLC0415 - likewise
    from guarantees.mirrored import flagged  # noqa: PLC0415 - likewise

    plain, marked = {}, {}
    for told in programmes.values():
        plain |= Attack(told.days["plain"][:4], Knows(steps="plain")).found()
        marked |= Attack(flagged(told)[:8], Knows(flags=True)).found()

    assert any(what.startswith("waiting in ") for what in plain)
    assert any("It works until" in what for what in plain)
    assert any(what.startswith("disputed in ") for what in marked)


@given(st.integers(0, 2**32), st.sampled_from([2, 2, 2, 3]))
@settings(max_examples=12)
def test_no_labels_of_any_village_tell_a_solver_how_few_there_were(seed, many):
    from cairn.voice.counts import labelled  # noqa: PLC0415 - likewise
    from guarantees.attacker import labels_found, months_over  # noqa: PLC0415 - likewise
    from guarantees.mirrored import VILLAGE, drawn_answers, labelled_days  # noqa: PLC0415 - likewise

    categories = ("water", "road", "school")[:many]
    rule = months_over(labelled, many)
    days = labelled_days(drawn_answers(Random(seed), categories), rule)  # noqa: S311 - to be foreseen
    assert labels_found(days, VILLAGE, rule, categories) == {}


def test_the_solver_finds_what_is_suppressed_without_a_complement():
    """Each cell of five and more labelled, each smaller one not: with two categories the other is left."""
    from guarantees.attacker import labels_found, months_over  # noqa: PLC0415 - likewise
    from guarantees.mirrored import (  # noqa: PLC0415 - likewise
        VILLAGE,
        drawn_answers,
        labelled_days,
        whole_cells,
    )

    found, categories, rule = 0, ("water", "road"), months_over(whole_cells, 2)
    for seed in range(20):
        days = labelled_days(drawn_answers(Random(seed), categories), rule)  # noqa: S311 - likewise
        found += bool(labels_found(days, VILLAGE, rule, categories))

    assert found >= 3


def test_the_solver_finds_what_batches_without_blanks_of_their_own_would_tell():
    """Four batches of one village, and still fewer than five: each has one voice."""
    from guarantees.attacker import Attack, Knows  # noqa: PLC0415 - likewise
    from guarantees.mirror import FIGURES, Board, Day  # noqa: PLC0415 - likewise

    board = Board(dict.fromkeys(FIGURES, 0), {})
    days = [
        Day(
            date(2025, 7, nth + 1),
            {"qarasu": board},
            {},
            batches=dict.fromkeys(map(str, range(nth + 1)), 5),
        )
        for nth in range(4)
    ]

    careless = Attack(days, Knows(steps="floor", blanks_alone=False)).found()
    assert careless["waiting in qarasu on 2025-07-04"] == 4
    assert Attack(days, Knows(steps="floor")).found() == {}


# What the solver reads is all there is to read: whatever else is public is the same whoever spoke.


KINDS_OF_RESIDENTS = {
    "voice.voice-received",
    "voice.voice-disputed",
    "voice.voice-spoken",
    "voice.thing-confirmed",
    "voice.question-answered",
    "voice.claim-confirmed",
    "voice.blank-received",
}
"""What comes in batches, recorded by no post. Each but blanks is in one of the two futures below."""


def test_the_solver_knows_every_kind_of_fact_that_residents_make():
    """Another one must be taught to attacker.py where it is counted, and be in one of the two futures."""
    from cairn.people.rights import rights  # noqa: PLC0415 - likewise

    found = {what for what, line in rights().lines.items() if "." in what and not line.roles}
    found = {what for what in found if not what.startswith(("programme.", "journal."))}
    assert found == KINDS_OF_RESIDENTS


def test_nothing_else_that_is_public_depends_on_what_residents_did(db, monkeypatch):
    """Two futures of as many entries, one of blanks: only what the solver reads may tell them apart."""
    from cairn.journal.files import keep_as_it_is  # noqa: PLC0415 - likewise
    from cairn.voice.facts import (  # noqa: PLC0415 - likewise
        BlankReceived,
        ClaimConfirmed,
        Claimed,
        QuestionAnswered,
        ThingConfirmed,
        VoiceDisputed,
        VoiceReceived,
        VoiceSpoken,
        Works,
    )
    from guarantees.small import Small  # noqa: PLC0415 - likewise

    small = Small(Random(5))  # noqa: S311 - a test that can be foreseen
    monkeypatch.setattr("cairn.web.public.reads.timezone.now", lambda: small.now)
    for _day in range(6):
        small.go_on()
    sound = keep_as_it_is(small.programme, a_recording())
    answered = small._voices("answered", "closed")
    disputes = [VoiceDisputed(voice=one.id) for one in answered]
    boards = {"qarasu", *(one.place for one in answered)}
    spoken = [
        *(
            VoiceReceived(place="qarasu", category="water", text=f"one more, {n}")
            for n in range(15)
        ),
        *(ThingConfirmed(asset="pump", works=Works.WORKS) for _day in range(12)),
        *(ThingConfirmed(project="qarasu-well", works=Works.NOT_THERE) for _day in range(12)),
        *(QuestionAnswered(notice="wells", number=1) for _time in range(12)),
        ClaimConfirmed(notice="wells", claimed=Claimed.SO),
        ClaimConfirmed(notice="wells", claimed=Claimed.NOT_SO),
        VoiceSpoken(place="qarasu", category="water", text=sound),
        *disputes,
    ]
    quiet = _public_after(small, [BlankReceived(text="-")] * len(spoken))
    told = _public_after(small, spoken)

    assert len(disputes) > 1
    assert quiet.keys() == told.keys()
    assert len(quiet) > 120
    base = f"/en/{small.programme}"
    moved = {
        f"{base}/places/qarasu/answers/",
        f"{base}/assets/pump/",
        f"{base}/projects/qarasu-well/",
        f"{base}/notices/wells/",
        f"{base}/notices/wells/?csv=answers",
    }
    # Of all: done counts no answer that is disputed; whether its step moves the secret decides.
    may_move = {f"{base}/places/{quote(place)}/answers/" for place in boards}
    found = {address for address in quiet if quiet[address] != told[address]}
    assert moved <= found <= moved | may_move


def _public_after(small, facts) -> dict[str, str]:
    """Every page and file that is published, and every public route, by address, if these came now."""
    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - likewise
    from cairn.journal.entry import Draft  # noqa: PLC0415 - likewise
    from cairn.publish.openings import openings_of  # noqa: PLC0415 - likewise
    from cairn.publish.pages import pages_of  # noqa: PLC0415 - likewise
    from cairn.voice.upkeep import BY  # noqa: PLC0415 - likewise
    from cairn.voice.waiting import random_id  # noqa: PLC0415 - likewise

    ids = (random_id(Random(number)) for number in range(len(facts)))  # noqa: S311 - the same in both
    drafts = [Draft(id_, small.today, BY, fact) for id_, fact in zip(ids, facts, strict=True)]
    with transaction.atomic():
        verdicts = journal.append_batch(small.programme, drafts, now=small.now)
        bring_up_to_date(small.programme)
        pages = pages_of(small.programme, small.today, languages=("en",))
        found = {page.address: _without_hashes(page.body) for page in pages}
        found |= {path: _without_hashes(body) for path, body in _answers(small.programme)}
        found["openings"] = repr(list(openings_of(small.programme, 10_000, journal.kinds)))
        transaction.set_rollback(True)
    assert all(hasattr(one, "position") for one in verdicts)
    return found


def _answers(programme: str):
    """What every public route answers, of things that are there."""
    from cairn.people.rights import rights  # noqa: PLC0415 - likewise
    from guarantees.there import address_of  # noqa: PLC0415 - likewise
    from security.test_rights import ROUTES  # noqa: PLC0415 - likewise

    things = ({"asset": "pump", "id_": "pump", "project": "qarasu-well"}, {"id_": "qarasu-well"})
    for route in (one for one in ROUTES if rights().lines[one].everybody):
        for named in things:
            path = address_of(route, programme=programme, place="qarasu", **named)
            answer = Client().get(path)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            yield path, str(answer.status_code).encode() + content


def _without_hashes(body: bytes) -> str:
    """Roots, ids of checkpoints and tokens of forms: they differ wherever an entry does, and tell nothing of it."""
    text = body.decode("utf-8", "replace")
    return re.sub(r"[A-Za-z0-9+/_-]{43,64}=?", "(hash)", text)


def _main(page) -> str:
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


HELD_BY = ("tests/voice/test_counts.py::test_no_village_is_the_only_one_with_its_small_count",
           "tests/voice/test_counts.py::test_a_step_begins_where_nobody_outside_knows",
           "tests/voice/test_life.py::test_that_an_answer_is_disputed_is_not_shown",
           "tests/voice/test_life.py::test_what_was_closed_may_be_answered_anew_and_is_open_again",
           "tests/voice/test_open311.py::test_a_request_is_an_answer_and_says_no_more_than_the_board",
           "tests/voice/test_counts.py::test_labels_come_in_fives_and_leave_enough_without")  # fmt: skip
