"""Facts over the API: recorded, sent again, refused, many at once, and proven."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cairn.catalog import journal
from cairn.journal import keys
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.journal.readonly import make_read_only
from cairn.merkle.tlog_proof import TlogProof
from cairn.money.facts import EvidenceAttached, MoneyReceived, MoneySpent
from cairn.people.models import Recording
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cairn.values import Theme
from cairn.works.facts import ProjectProposed, ProjectStarted
from cast import cny, named, new_id
from people.desks import Desks
from security.visitors import invited
from web.api.devices import ON, Device, said

RECEIVED = MoneyReceived(account="county-office", grant="water-2025", amount=cny("900.00"))

SPENT = MoneySpent(account="county-office", project="qarasu-well", amount=cny("5.00"))


def place(id="upper-qarasu", within="hongliu"):
    return PlaceAdded(place=id, name=named(id), level=PlaceLevel.VILLAGE, within=within)


# One fact


def test_a_fact_is_recorded_by_the_post_of_the_token(county, desks):
    id = new_id()
    answer = county.record(place(), id=id)

    entry = Entry.objects.get(programme=desks.programme, id=id)
    assert answer.status_code == 201
    assert answer.json()["position"] == entry.position
    assert json.loads(bytes(entry.body))["post"] == "county"
    assert Recording.objects.get(fact=id).user == desks.users["county"]


def test_sent_again_it_has_the_receipt_it_has(county):
    id = new_id()
    first, again = county.record(place(), id=id), county.record(place(), id=id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_an_id_that_says_something_else_is_a_conflict(county):
    id = new_id()
    county.record(place(), id=id)

    answer = county.record(place("other"), id=id)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert str(id) in answer.json()["detail"]


def test_objections_are_per_field_and_in_the_language_asked_for(desks):
    english, chinese = Device(desks, "county"), Device(desks, "county", "zh-hans")
    wrong = said(place(within="nowhere"))
    told = [device.put(f"facts/{new_id()}", wrong).json() for device in (english, chinese)]

    assert [one["objections"][0]["field"] for one in told] == ["within", "within"]
    assert "There is no place" in told[0]["objections"][0]["message"]
    assert "没有" in told[1]["objections"][0]["message"]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"fact": {}}, "place", "This must be answered."),
        ({"fact": {**place().body(), "colour": "red"}}, "colour", "There is no such question."),
        ({"kind": "money.money-lost"}, "kind", "no kind of fact called ‘money.money-lost’"),
        ({"happened_on": "soon"}, "happened_on", "a day, like 2025-06-30"),
        ({"post": "office"}, "post", "There is no such question."),
        ({"fact": {**place().body(), "level": "galaxy"}}, "level", "one of: 'county'"),
    ],
)
def test_what_cannot_be_read_is_said_per_field(county, change, field, message):
    answer = county.put(f"facts/{new_id()}", said(place()) | change)

    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["objections"]}
    assert message in told[field]


def test_a_post_records_what_it_may_and_nothing_else(desks):
    keeper = Device(desks, "keeper")
    for answer in (
        keeper.record(place()),
        keeper.record(RECEIVED),
        Device(desks, "committee").record(RECEIVED),
    ):
        assert answer.status_code == 403
        assert answer.json()["objections"]
    assert not Entry.objects.filter(programme=desks.programme, kind=RECEIVED.kind).exists()


def test_the_two_person_rules_hold_over_the_api(desks):
    county = Device(desks, "county")
    proposed = ProjectProposed(
        project="bridge", name=named("Bridge"), place="qarasu", theme=Theme.ROAD
    )
    assert county.record(proposed).status_code == 201

    answer = county.put(
        f"facts/{new_id()}",
        {"kind": "works.project-approved", "happened_on": ON, "fact": {"project": "bridge"}},
    )
    assert answer.status_code == 422
    assert "another must do this" in answer.json()["objections"][0]["message"]


def test_a_kind_with_a_successor_is_still_taken(desks):
    county = Device(desks, "county")
    movement = new_id()
    assert county.record(SPENT, id=movement).status_code == 201
    old = EvidenceAttached.example | {"movement": str(movement)}

    answer = county.put(
        f"facts/{new_id()}", {"kind": EvidenceAttached.kind, "happened_on": ON, "fact": old}
    )
    assert EvidenceAttached.has_successor()
    assert answer.status_code == 201, answer.content


def test_a_programme_that_takes_no_facts_says_so(county, desks):
    make_read_only(desks.programme, "somebody looks.")

    answer = county.record(place())
    assert answer.status_code == 503
    assert "takes no facts" in answer.json()["detail"]


# Who asks


def test_without_a_token_nothing_is_recorded(desks):
    answer = Client().put(f"/api/facts/{new_id()}", said(place()), content_type="application/json")

    for one in (answer, Client().get("/api/kinds")):
        assert (one.status_code, one["WWW-Authenticate"]) == (401, "Bearer")
        assert one["Content-Type"] == "application/problem+json"


def test_a_session_records_with_its_csrf_token_and_not_without(desks):
    visitor = invited(desks, "county-2", "amina")
    visitor.client.handler.enforce_csrf_checks = True
    token = visitor.get("account/").context["csrf_token"]
    send = {"data": said(place()), "content_type": "application/json"}

    bare = visitor.client.put(f"/api/facts/{new_id()}", **send)
    sent = visitor.client.put(f"/api/facts/{new_id()}", **send, headers={"X-CSRFToken": str(token)})
    assert bare.status_code == 403
    assert "X-CSRFToken" in bare.json()["detail"]
    assert sent.status_code == 201


def test_a_session_without_a_second_factor_is_told_what_to_show(desks):
    visitor = invited(desks, "county-2", "amina")
    visitor.post("sign-out/")
    visitor.sign_in("amina")
    again = Client()
    again.cookies = visitor.client.cookies

    answer = again.put(f"/api/facts/{new_id()}", said(place()), content_type="application/json")
    assert answer.status_code in {401, 403}


# Many


def test_a_batch_gets_a_verdict_per_fact_in_its_order(county):
    good, bad, strange = place(), place("x", within="nowhere"), {"id": "7", "kind": "x"}
    batch = [said(one, id=str(new_id())) for one in (good, bad)] + [strange]
    answer = county.post("facts", {"facts": [*batch, said(place("y"), id=str(new_id()))]})

    verdicts = answer.json()["verdicts"]
    assert [bool(one["receipt"]) for one in verdicts] == [True, False, False, True]
    assert [one["id"] for one in verdicts[:3]] == [*(one["id"] for one in batch[:2]), "7"]
    assert verdicts[1]["objections"][0]["field"] == "within"
    again = county.post("facts", {"facts": batch[:1]}).json()["verdicts"]
    assert again == verdicts[:1]


@pytest.mark.parametrize("bad", [{"within": "nowhere"}, {"colour": "red"}])
def test_all_or_none_records_none_where_one_is_refused(county, desks, bad):
    batch = [said(place(), id=str(new_id())), said(place("x"), id=str(new_id()))]
    batch[1]["fact"] |= bad
    answer = county.post("facts?all_or_none=true", {"facts": batch})

    assert answer.status_code == 422
    assert [one["id"] for one in answer.json()["verdicts"]] == [batch[1]["id"]]
    assert (
        not journal.tables["place"]
        .objects.filter(programme=desks.programme, id="upper-qarasu")
        .exists()
    )
    assert county.post("facts?all_or_none=true", {"facts": batch[:1]}).status_code == 200


def test_a_conflict_in_a_batch_is_told_as_one(county):
    id = str(new_id())
    batch = [said(place(), id=id), said(place("other"), id=id)]

    verdicts = county.post("facts", {"facts": batch}).json()["verdicts"]
    assert [one["conflict"] for one in verdicts] == [False, True]


@pytest.mark.parametrize("facts", [[], [{}] * 501])
def test_a_batch_is_neither_empty_nor_endless(county, facts):
    assert county.post("facts", {"facts": facts}).status_code == 422


# Receipts


# Texts that could show who somebody is


def shows(**change):
    """A place whose name has somebody's number in it."""
    return {**place().body(), "name": {"en": "Ask 13800138000", "zh-hans": "村"}, **change}


def test_a_text_that_could_show_somebody_is_an_objection_and_nothing_is_recorded(county, desks):
    before = Entry.objects.filter(programme=desks.programme).count()
    draft = said(place()) | {"fact": shows()}
    alone = county.put(f"facts/{new_id()}", draft)
    batch = county.post("facts", {"facts": [{**draft, "id": str(new_id())}]})

    assert (alone.status_code, batch.status_code) == (422, 200)
    assert alone.json()["objections"] == batch.json()["verdicts"][0]["objections"]
    [objection] = alone.json()["objections"]
    assert (objection["field"], objection["shows"]) == ("name", ["reach"])
    assert "a telephone number" in objection["message"]
    assert "13800138000" not in alone.content.decode() + batch.content.decode()
    assert Entry.objects.filter(programme=desks.programme).count() == before


def test_whoever_has_looked_again_has_it_recorded_as_it_is(county):
    id = new_id()
    draft = said(place()) | {"fact": shows()}
    first = county.put(f"facts/{id}", draft | {"as_it_is": True})
    again = county.put(f"facts/{id}", draft)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_the_names_of_those_who_hold_posts_are_known_and_how_often_one_asks_does_not_grow(county):
    some, one = (
        [{**said(place(f"p{nth}-{count}")), "id": str(new_id())} for nth in range(count)]
        for count in (6, 1)
    )
    with CaptureQueriesContext(connection) as few:
        county.post("facts", {"facts": one})
    with CaptureQueriesContext(connection) as many:
        county.post("facts", {"facts": some})
    names = [sum("sign_in_name" in query["sql"] for query in asked) for asked in (few, many)]

    assert names[0] == names[1]


def test_a_receipt_has_its_proof_once_a_checkpoint_covers_it(county, desks):
    id = new_id()
    county.record(place(), id=id)
    before = county.get(f"facts/{id}").json()
    keys.make(desks.programme, origin=f"cairn.example/{desks.programme}")
    Log(desks.programme).sign(keys.signer_of(desks.programme))

    after = county.get(f"facts/{id}").json()
    assert before["proof"] is None
    assert {**before, "proof": after["proof"]} == after
    assert TlogProof.parse(after["proof"].encode()).index == after["position"] - 1


def test_a_fact_of_another_programme_is_not_there(county):
    other = Desks.opened()
    id = new_id()
    other.record(other.seat("county"), ProjectStarted(project="qarasu-well"), id=id)

    assert county.get(f"facts/{id}").status_code == 404
    assert county.record(place(), id=id).status_code == 201
