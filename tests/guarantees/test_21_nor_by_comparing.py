"""A solver that mirrors every day and takes every filter finds no small count; figures are equal, or differ by five and more."""

import re
from datetime import timedelta
from itertools import combinations, product
from random import Random

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip(
    "cairn.voice", reason="nothing that residents said is counted in this installation"
)

SMALL = 5
counts = st.integers(0, 300)


@given(counts, counts, st.sampled_from("abcdef"))
def test_two_figures_are_equal_or_differ_by_five_and_more(one, other, of):
    from cairn.voice.counts import in_steps, shown  # noqa: PLC0415 - where there are voices

    assert shown(one) == shown(other) or abs(shown(one) - shown(other)) >= SMALL
    first, second = (in_steps(count, of=of, secret="s") for count in (one, other))  # noqa: S106 - of nobody
    assert first == second or abs(first - second) >= SMALL


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9), st.data())
def test_a_filter_and_what_it_leaves_out_never_give_a_small_count(cells, data):
    """Whatever cells are asked for, and whatever others, the difference of what is shown is coarse."""
    from cairn.voice.counts import shown  # noqa: PLC0415 - likewise

    some = data.draw(st.sets(st.sampled_from(range(len(cells)))))
    more = some | data.draw(st.sets(st.sampled_from(range(len(cells)))))
    difference = shown(sum(cells[at] for at in more)) - shown(sum(cells[at] for at in some))
    assert difference % SMALL == 0


def test_a_day_and_the_next_show_the_same_while_fewer_than_five_came(db):
    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.voice import upkeep  # noqa: PLC0415 - likewise
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(1)
    before = board_of(told)
    said = {"category": "water", "text": "One more says so", "do": "send"}
    for _time in range(3):
        told.client.post(f"/en/{told.programme}/places/qarasu/say/", said)
    upkeep.work_once(journal, now=told.desks.now + timedelta(days=2))

    assert before
    assert board_of(told) == before


def test_no_address_of_a_board_narrows_it(db):
    """There is no filter over what residents said: the same board whatever is asked."""
    from guarantees.voices import speaking  # noqa: PLC0415 - likewise

    told = speaking(3)
    plain = board_of(told)
    for asked in (
        {"category": "water"},
        {"month": "2025-06"},
        {"until": "2025-06-01"},
        {"state": "answered"},
    ):
        assert board_of(told, asked) == plain, asked


# Days. That the solver, who mirrors each, finds nothing in today's pages: test_20.

SEEDS = (0,)


@pytest.fixture(scope="module")
def programmes(django_db_setup, django_db_blocker):
    """Small programmes, looked at on each day also as if steps began where everybody knows."""
    from guarantees.mirrored import mirrored  # noqa: PLC0415 - where there are voices

    with django_db_blocker.unblock(), transaction.atomic():
        yield {seed: mirrored(seed, how=("", "floor")) for seed in SEEDS}
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mirror_of_every_day_gives_no_small_count(programmes, seed):
    from cairn.voice.counts import labelled  # noqa: PLC0415 - likewise
    from guarantees.attacker import Attack, labels_found, months_over  # noqa: PLC0415 - likewise

    told = programmes[seed]
    days, offered = told.days[""], told.small.offered
    assert Attack(days).found() == {}
    for village in told.small.places:
        assert labels_found(days, village, months_over(labelled, len(offered)), offered) == {}


def test_the_solver_finds_what_steps_at_known_places_tell_of_the_day_before(programmes):
    """Of a thing that is spoken of once a day at most: on the day on which 5 comes there were 4 yesterday."""
    from guarantees.attacker import Attack, Knows  # noqa: PLC0415 - likewise

    found = {}
    for told in programmes.values():
        found |= Attack(told.days["floor"], Knows(steps="floor")).found()

    assert SMALL - 1 in {many for what, many in found.items() if " until " in what}


def test_the_solver_finds_what_labels_tell_that_come_as_answers_do():
    """All months together and as soon as there are enough, as boards once had them."""
    from guarantees.attacker import at_once, labels_found  # noqa: PLC0415 - likewise
    from guarantees.mirrored import (  # noqa: PLC0415 - likewise
        VILLAGE,
        drawn_answers,
        labelled_days,
    )

    found, categories, rule = 0, ("water", "road"), at_once(labels_of_one_day, 2)
    for seed in range(30):
        days = labelled_days(drawn_answers(Random(seed), categories), rule)  # noqa: S311 - to be foreseen
        found += bool(labels_found(days, VILLAGE, rule, categories))

    assert found >= 2


def labels_of_one_day(cells, *, possible):
    """Fives that leave five and fewer than four of each cell, careful of one day and of no two."""
    fives = {cell: len(answers) // SMALL for cell, answers in cells.items()}
    months = len({month for _category, month in cells})
    total = sum(map(len, cells.values()))
    while any(fives.values()):
        rest = total - SMALL * sum(fives.values())
        if rest == 0 or SMALL <= rest < (SMALL - 1) * possible * months:
            break
        fives[min((n, repr(cell), cell) for cell, n in fives.items() if n)[2]] -= 1
    return {cell: list(cells[cell][: SMALL * n]) for cell, n in fives.items() if n}


def test_what_an_answer_says_of_itself_never_changes(programmes):
    """Once its month is over an answer has its label or has none, for good."""
    for told in programmes.values():
        seen: dict[str, tuple[str, str]] = {}
        for day in told.days[""]:
            over = f"{day.on - timedelta(1):%Y-%m}"
            for board in day.boards.values():
                labels = {id_: one.label for id_, one in board.answers.items()}
                assert all(label[1] < over for label in labels.values())
                assert not {id_ for id_, label in seen.items() if label != labels.get(id_, label)}
                seen |= {id_: label for id_, label in labels.items() if label[1]}


# What the solver takes for granted of the code, because no page shows it.


def test_where_steps_begin_the_secret_decides_for_each_figure_of_what_residents_did(db, settings):
    from cairn.voice.queries import board, confirmed  # noqa: PLC0415 - likewise
    from guarantees.small import Outcome, Small, VoiceAnswered, VoiceRouted, VoiceScreened  # noqa: PLC0415

    small = Small(Random(1), programme="small-steps")  # noqa: S311 - to be foreseen
    _seven_of_each(small)
    for voice in small._voices("received"):
        if voice.place == "石桥村":
            said = small._answered(VoiceAnswered, voice).model_copy(
                update={"outcome": Outcome.DONE}
            )
            routed = VoiceRouted(voice=voice.id, asked="committee")
            for step in (VoiceScreened(voice=voice.id), routed, said):
                small.pen.record(step, on=small.today)

    figures = set()
    late = small.today + timedelta(60)
    for number in range(24):
        settings.SECRET_KEY = f"secret {number}"
        one, other = (board(programme=small.programme, place=p, today=late) for p in small.places)
        said = [
            confirmed(programme=small.programme, thing=thing, id_=id_)
            for thing, id_ in (("asset", "pump"), ("project", "qarasu-well"))
        ]
        figures |= {("received", one.received), ("overdue", one.overdue), ("done", other.done)}
        figures |= {(word, getattr(said[0], word)) for word in ("works", "does_not", "not_there")}
        figures |= {("of a project", said[1].works)}
    every = ("received", "overdue", "done", "works", "does_not", "not_there", "of a project")
    assert figures == set(product(every, (0, SMALL)))


def _seven_of_each(small) -> None:
    """Seven voices of each village, and seven times each word of a thing: where five may have begun or not."""
    from guarantees.small import ThingConfirmed, VoiceReceived, Works  # noqa: PLC0415 - likewise

    facts = [
        VoiceReceived(place=place, category="water", text=f"{number}")
        for place in small.places
        for number in range(7)
    ]
    facts += [ThingConfirmed(asset="pump", works=works) for works in Works for _time in range(7)]
    facts += [ThingConfirmed(project="qarasu-well", works=Works.WORKS) for _time in range(7)]
    for fact in facts:
        small.pen.record(fact, on=small.today)


def test_on_some_days_without_a_voice_blanks_come_alone_and_once(db, settings):
    """Else each batch would say that somebody spoke, and days of a small village could be counted."""
    from cairn.catalog import journal  # noqa: PLC0415 - likewise
    from cairn.voice import upkeep  # noqa: PLC0415 - likewise
    from cairn.voice.clocks import is_of_blanks  # noqa: PLC0415 - likewise
    from guarantees.small import Small  # noqa: PLC0415 - likewise

    settings.SECRET_KEY = secret = "of small blanks"  # noqa: S105 - of nobody
    small = Small(Random(1), programme="small-blanks")  # noqa: S311 - to be foreseen
    appended, drawn = [], 0
    for _day in range(80):
        drawn += is_of_blanks(small.today, small.programme, secret=secret)
        small.pen.now += timedelta(days=1)
        for _time in range(2):
            done = upkeep.work_once(journal, now=small.now, chance=small.chance)
            its = [one for one in done if one.programme == small.programme]
            appended += [one.appended for one in its if one.appended]

    assert appended == [SMALL] * drawn
    assert 2 <= drawn <= 30


# Filters. Boards have none; Open311 has some, over what boards show.


def test_every_filter_of_open311_gives_what_anybody_could_choose_from_all(programmes):
    from django.test import Client  # noqa: PLC0415 - likewise

    for told in programmes.values():
        base = f"/open311/v2/{told.small.programme}/requests.json"
        everything = Client().get(base).json()
        codes = {one["service_code"] for one in everything} | {"water", "road", ""}
        for code, status in product((None, *sorted(codes - {"", None})), (None, "open", "closed")):
            asked = {"service_code": code, "status": status}
            got = Client().get(base, {name: value for name, value in asked.items() if value}).json()
            assert got == [
                one
                for one in everything
                if all(not value or one[name] == value for name, value in asked.items())
            ]
        for one, other in combinations(everything[:4], 2):
            ids = ",".join(row["service_request_id"] for row in (one, other))
            assert Client().get(base, {"service_request_id": ids}).json() == [one, other]
        for asked in ("start_date", "end_date"):
            assert Client().get(base, {asked: "2025-07-01T00:00:00Z"}).status_code == 400
        for asked in ("updated_after", "updated_before", "q", "address", "page_size", "month"):
            assert Client().get(base, {asked: "2025-07-10"}).json() == everything


def board_of(told, asked=None):
    from cairn.following.snapshot import bring_up_to_date  # noqa: PLC0415 - likewise

    bring_up_to_date(told.programme)
    page = told.client.get(f"/en/{told.programme}/places/qarasu/answers/", asked or {})
    assert page.status_code == 200
    return _figures(page)


def _figures(page) -> list[str]:
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r"<dd>(.*?)</dd>", main, re.DOTALL)


HELD_BY = ("tests/voice/test_life.py::test_answers_say_what_and_when_once_their_month_is_over",
           "tests/voice/test_life.py::test_with_what_is_erased_as_its_voice_was_closed_some_blanks_go",
           "tests/voice/test_counts.py::test_two_figures_of_two_days_or_two_filters_are_equal_or_differ_by_five",
           "tests/voice/test_counts.py::test_a_sum_of_figures_adds_nothing_to_them")  # fmt: skip
