"""The table of rights: what it says, and that nothing is left out of it."""

import pytest
from django.urls import get_resolver

from cairn.catalog import journal
from cairn.people.rights import Guard, RightsTableError, Scope, Where, read, rights
from cairn.programme.facts import PostRole
from cairn.worklist.holders import OVERDUE

HEAD = "what,judged_on,guard,everybody,user,county,committee\n"
QARASU = Where("/kunlun/hongliu/qarasu/", "qarasu-committee")
KUNLUN = Where("/kunlun/", "county-office")


def table(*lines):
    return read(HEAD + "\n".join(lines))


def routes(patterns=None, namespace=""):
    for pattern in patterns or get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            within = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, within)
        else:
            yield f"{namespace}{pattern.name}" if pattern.name else str(pattern.pattern)


def test_every_kind_of_fact_has_a_line():
    assert not journal.kinds.keys() - rights().lines.keys()


def test_every_route_has_a_line():
    assert set(routes()) - rights().lines.keys() == set()


def test_no_line_is_about_nothing():
    appointing = {f"appoint/{role.value}" for role in PostRole}

    known = {*journal.kinds, *routes(), *appointing, OVERDUE}
    assert rights().lines.keys() == known


def test_its_roles_are_those_that_a_post_may_have():
    assert rights().roles == tuple(role.value for role in PostRole)


@pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)
def test_a_kind_is_judged_on_things_that_it_names(kind):
    line = rights().lines[kind.kind]
    named = dict(kind.references())

    for path in (part for word in line.judged_on for part in word.split("+")):
        assert path.partition(".")[0] in named, path


@pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)
def test_nobody_reaches_part_of_a_programme_in_what_has_no_place(kind):
    line = rights().lines[kind.kind]

    assert line.judged_on or set(line.roles.values()) <= {Scope.PROGRAMME}


@pytest.mark.parametrize("kind", journal.kinds.values(), ids=journal.kinds)
def test_money_always_wants_a_sign_in_of_a_moment_ago(kind):
    line = rights().lines[kind.kind]
    moves = kind.kind.startswith("money.") and kind.__name__ not in {
        "AccountOpened",
        "EvidenceAttached",
        "PaymentEvidenced",
        "GiftInKindGiven",
        "EvidenceWithdrawn",
        "GiftInKindWithdrawn",
    }

    assert not moves or line.guard is Guard.FRESH


def test_what_has_no_line_is_refused():
    assert not rights().may("programme-office", "money.nothing", of=Where())
    assert rights().scope("programme-office", "money.nothing") is None


def test_a_role_without_a_cell_is_refused():
    found = table("a,,,,,programme,")

    assert found.may("county", "a", of=Where())
    assert not found.may("committee", "a", of=Where())
    assert not found.may("nobody", "a", of=Where())


@pytest.mark.parametrize(
    ("post", "thing", "own", "subtree"),
    [
        (QARASU, QARASU, True, True),
        (QARASU, Where("/kunlun/hongliu/qarasu/"), True, True),
        (QARASU, Where("", "qarasu-committee"), True, True),
        (QARASU, Where("/elsewhere/", "qarasu-committee"), True, True),
        (QARASU, Where("/kunlun/hongliu/qarasu/", "cooperative"), False, True),
        (QARASU, Where("/kunlun/hongliu/qarasu-2/"), False, False),
        (QARASU, KUNLUN, False, False),
        (KUNLUN, QARASU, False, True),
        (KUNLUN, Where("/kunlun/"), True, True),
        (KUNLUN, Where(), False, False),
        (Where(), QARASU, False, False),
        (Where(), Where(), False, False),
        (Where("", "water-bureau"), Where("", "water-bureau"), True, True),
        (Where("", "water-bureau"), Where("", "seed-company"), False, False),
        (Where("/kunlun/hongliu/qarasu/"), QARASU, True, True),
    ],
)
def test_scope_is_judged_on_organisations_and_paths(post, thing, own, subtree):
    found = table("o,x,,,,own,", "s,x,,,,subtree,", "p,x,,,,programme,")

    assert found.may("county", "o", of=post, at=[thing]) is own
    assert found.may("county", "s", of=post, at=[thing]) is subtree
    assert found.may("county", "p", of=post, at=[thing])


def test_all_things_must_be_within_reach():
    found = table("o,x y,,,,own,")

    assert not found.may("county", "o", of=QARASU, at=[QARASU, KUNLUN])


def test_with_nothing_to_be_judged_on_only_the_whole_programme_will_do():
    found = table("o,,,,,own,subtree", "p,,,,,programme,")

    assert not found.may("county", "o", of=QARASU)
    assert not found.may("committee", "o", of=QARASU)
    assert found.may("county", "p", of=QARASU)


def test_a_role_that_moves_money_or_signs_needs_a_second_factor():
    found = table("m.o,,factor,,,own,", "m.p,,,,,own,own", "page,,fresh,,,own,own")

    assert found.needs_factor("county")
    assert not found.needs_factor("committee")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["a,,,,,everywhere,"], "a: 'everywhere' is not a valid Scope"),
        (["a,,soon,,,,"], "a: 'soon' is not a valid Guard"),
        (["a,,,maybe,,,"], "a: everybody and user are empty or yes"),
        (["a,,,,,,", "a,,,,,,"], "a stands there twice"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(lines, sentence):
    with pytest.raises(RightsTableError, match=sentence):
        table(*lines)


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(RightsTableError, match="its columns are"):
        read("what,county\n")


def test_whoever_may_record_a_payment_has_the_page_for_it():
    payment, page = rights().lines["money.money-spent"], rights().lines["desk:spend"]

    assert payment.roles.keys() == page.roles.keys()
