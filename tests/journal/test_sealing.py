"""What is sealed is kept in one place, can be erased from it, and every proof still verifies."""

import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy as _

from cairn.catalog import invariants, journal
from cairn.journal import checks, files, sealing
from cairn.journal.checks import answers
from cairn.journal.codec import canonical
from cairn.journal.columns import IN_ONE_QUERY
from cairn.journal.entry import Envelope
from cairn.journal.fact import Ask, Fact, Sealed, Visibility
from cairn.journal.facts import PartShredded
from cairn.journal.heads import entries, lock
from cairn.journal.journal import ConflictError, Journal
from cairn.journal.models import Entry, SealedPart
from cairn.journal.shredding import finish_shredding
from cairn.money.facts import EvidenceAttached, MoneySpent, PaymentEvidenced
from cairn.values import Note, Text
from cast import Pen, a_picture, cny

SPENT = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("100.00"))
CANARY = "Aynur's well, the third house"


class RequestRaised(Fact, kind="tests.request-raised"):
    """Somebody at work asks for something; only the programme's posts read it."""

    visibility = Visibility.PROGRAMME
    sentence = _("A request was raised: {text}")
    example: ClassVar[dict[str, Any]] = {"about": "pump", "text": "Send an engineer"}

    about: Annotated[str, Ask(_("About what?"))]
    text: Annotated[Note | None, Sealed(needed=True), Ask(_("What is asked?"))] = None


withheld = Journal(
    {**journal.kinds, RequestRaised.kind: RequestRaised},
    journal.tables,
    journal.rules,
    journal.steps,
    {**journal.envelopes, RequestRaised.kind: Envelope[RequestRaised]},
)


@pytest.fixture(autouse=True)
def _within_a_transaction(monkeypatch):
    """Tests roll back, so nothing is ever durable; tests/test_shred.py is about what is left."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)


def shown(cast, caption=CANARY, colour="teal") -> PaymentEvidenced:
    photo = files.keep(cast.programme, a_picture(colour))
    return PaymentEvidenced(movement=cast.movement(SPENT), sha256=photo, caption=Text(en=caption))


def shredded(receipt, field="caption") -> PartShredded:
    return PartShredded(entry=str(receipt.id), field=field, reason="It named somebody")


def wrong(programme, which=journal):
    found = answers(which, programme, invariants=invariants)
    return [(answer.holds, answer.wrong) for answer in found if answer.wrong]


def body_at(programme, position) -> dict:
    return json.loads(bytes(Entry.objects.get(programme=programme, position=position).body))


def test_an_entry_holds_a_commitment_and_not_the_answer(cast):
    receipt = cast.record(shown(cast))

    said = body_at(cast.programme, receipt.position)
    part = sealing.parts_at(cast.programme, [receipt.position])[receipt.position]["caption"]
    assert said["fact"].keys() == {"movement"}
    assert json.loads(part.value) == {"en": CANARY}
    expected = hmac.new(part.salt, canonical({"en": CANARY}), "sha256").hexdigest()
    assert said["sealed"]["caption"] == expected
    assert len(part.salt) == 32


def test_two_answers_alike_have_salts_of_their_own(cast):
    first, second = cast.record(shown(cast)), cast.record(shown(cast))

    parts = sealing.parts_at(cast.programme, [first.position, second.position])
    salts = {part.salt for fields in parts.values() for part in fields.values()}
    sealed = {
        body_at(cast.programme, each.position)["sealed"]["caption"] for each in (first, second)
    }
    assert len(salts) == 4
    assert len(sealed) == 2


def test_no_read_model_holds_what_is_sealed(cast):
    cast.record(shown(cast))

    assert CANARY not in json.dumps(cast.tables(), default=str)


def test_what_must_be_answered_is_asked_for(cast):
    payment = cast.movement(SPENT)

    assert cast.objections(PaymentEvidenced(movement=payment)).keys() == {"sha256", "caption"}


def test_a_file_that_was_not_sent_cannot_be_named(cast):
    payment = cast.movement(SPENT)

    said = cast.objections(
        PaymentEvidenced(movement=payment, sha256="ab" * 32, caption=Text(en="Pump"))
    )

    assert said.keys() == {"sha256"}


def test_the_same_fact_once_more_has_the_same_receipt(cast):
    draft = cast.draft(shown(cast))
    receipt = cast.append(draft)

    assert cast.append(draft) == receipt


def test_another_answer_under_the_same_id_is_a_conflict(cast):
    draft = cast.draft(shown(cast))
    cast.append(draft)
    other = draft.fact.model_copy(update={"caption": Text(en="Another")})

    with pytest.raises(ConflictError):
        cast.append(replace(draft, fact=other))


def test_the_same_twice_in_a_batch_is_recorded_once(cast):
    draft = cast.draft(shown(cast))
    other = replace(draft, fact=draft.fact.model_copy(update={"caption": Text(en="Another")}))

    first, again, conflict = cast.batch(draft, draft, other)

    assert first == again
    assert conflict.conflict


def test_shredding_leaves_the_entry_and_takes_the_answer(cast):
    receipt = cast.record(shown(cast))
    before = [bytes(entry.body) for entry in entries(cast.programme)]

    cast.record(shredded(receipt))

    assert [bytes(entry.body) for entry in entries(cast.programme)][:-1] == before
    said = sealing.answers_of(cast.programme, [str(receipt.id)])[str(receipt.id)]
    assert said.keys() == {"movement", "sha256"}
    assert wrong(cast.programme) == []


def test_what_was_shredded_and_is_sent_again_has_its_receipt(cast):
    draft = cast.draft(shown(cast))
    receipt = cast.append(draft)
    cast.record(shredded(receipt))

    assert cast.append(draft) == receipt
    assert sealing.parts_at(cast.programme, [receipt.position])[receipt.position].keys() == {
        "sha256"
    }


@pytest.mark.parametrize(
    ("entry", "field"),
    [("there", "movement"), ("there", "reason"), ("nowhere", "caption")],
)
def test_only_what_is_sealed_and_there_can_be_shredded(cast, entry, field):
    receipt = cast.record(shown(cast))
    id = str(receipt.id) if entry == "there" else str(UUID(int=7))

    said = cast.objections(PartShredded(entry=id, field=field, reason="A slip"))

    assert said.keys() == {"field"}


def test_what_is_no_id_names_no_entry(cast):
    said = cast.objections(PartShredded(entry="-" * 36, field="caption", reason="A slip"))

    assert said.keys() == {"field"}


def test_nothing_is_shredded_twice(cast):
    receipt = cast.record(shown(cast))
    cast.record(shredded(receipt))

    assert cast.objections(shredded(receipt)).keys() == {"field"}


def test_a_batch_may_shred_what_it_brought(cast):
    draft = cast.draft(shown(cast))
    gone = PartShredded(entry=str(draft.id), field="caption", reason="A slip")

    cast.batch(draft, cast.draft(gone))

    assert not SealedPart.objects.filter(programme=cast.programme, field="caption").exists()
    assert wrong(cast.programme) == []


def test_a_file_goes_with_the_last_answer_that_names_it(cast, django_capture_on_commit_callbacks):
    first, second = cast.record(shown(cast)), cast.record(shown(cast))
    photo = files.keep(cast.programme, a_picture())

    with django_capture_on_commit_callbacks() as one:
        cast.record(shredded(first, "sha256"))
    for callback in one:
        callback()
    assert files.is_kept(cast.programme, photo)

    with django_capture_on_commit_callbacks() as other:
        cast.record(shredded(second, "sha256"))
    assert files.is_kept(cast.programme, photo), "it goes once that is durable, not before"
    for callback in other:
        callback()
    assert not files.is_kept(cast.programme, photo)
    assert wrong(cast.programme) == []


def test_as_many_answers_as_there_are_go_at_once(cast):
    """More of them, and of the files they name, than one statement takes."""
    many = IN_ONE_QUERY + 1
    files_named = [f"{number:064x}" for number in range(many)]
    SealedPart.objects.bulk_create(
        SealedPart(programme=cast.programme, position=position, field=field, salt=b"s",
                   value=b"1", file=file)
        for position, file in enumerate(files_named, start=1000)
        for field in ("a", "b")
    )  # fmt: skip
    first = [(1000 + number, "a") for number in range(many)]

    assert sealing.erase(cast.programme, first) == set()
    kept = [(position, "b") for position, _field in first[1:]]
    assert sealing.erase(cast.programme, kept) == set(files_named[1:])
    assert sealing.naming(cast.programme, files_named[0]) == 1


def test_a_crash_before_a_file_was_deleted_is_made_good_at_the_next_start(
    cast, django_capture_on_commit_callbacks
):
    receipt = cast.record(shown(cast))
    photo = files.keep(cast.programme, a_picture())
    with django_capture_on_commit_callbacks():
        cast.record(shredded(receipt, "sha256"))

    assert "wait to be deleted" in str(wrong(cast.programme))
    finish_shredding()

    assert not files.is_kept(cast.programme, photo)
    assert wrong(cast.programme) == []


def test_a_crash_before_a_shredding_was_committed_deletes_nothing(cast):
    cast.record(shown(cast))
    photo = files.keep(cast.programme, a_picture())
    files.doom(cast.programme, [photo])

    finish_shredding()

    assert files.is_kept(cast.programme, photo)
    assert wrong(cast.programme) == []


def test_a_rebuild_shreds_what_an_older_copy_brought_back(cast):
    receipt = cast.record(shown(cast))
    rows = list(SealedPart.objects.filter(programme=cast.programme))
    cast.record(shredded(receipt))
    SealedPart.objects.filter(programme=cast.programme).delete()
    SealedPart.objects.bulk_create(rows)
    assert "still here" in str(wrong(cast.programme))

    journal.rebuild(cast.programme)

    left = SealedPart.objects.filter(programme=cast.programme)
    assert list(left.values_list("field", flat=True)) == ["sha256"]
    assert wrong(cast.programme) == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda rows: rows.filter(field="caption").delete(), "no fact says that it was erased"),
        (lambda rows: rows.update(salt=bytes(32)), "is not what was committed to"),
        (lambda rows: rows.filter(field="caption").update(value=b'{"en":"x"}'), "committed to"),
        (lambda rows: rows.filter(field="caption").update(field="more"), "commits to no"),
    ],
)
def test_check_notices_what_became_of_a_part(cast, spoil, says):
    cast.record(shown(cast))

    spoil(SealedPart.objects.filter(programme=cast.programme))

    assert says in str(wrong(cast.programme))


@pytest.mark.parametrize("lost", [True, False])
def test_check_notices_a_file_that_is_gone_or_another(cast, lost):
    cast.record(shown(cast))
    photo = files.keep(cast.programme, a_picture())
    path = files.path_of(cast.programme, photo)
    if lost:
        path.unlink()
    else:
        path.write_bytes(b"another")

    assert photo in str(wrong(cast.programme))


def test_check_passes_over_a_file_that_is_shredded_while_it_looks(cast, monkeypatch):
    receipt = cast.record(shown(cast))
    files.path_of(cast.programme, files.keep(cast.programme, a_picture())).unlink()
    erasing = [receipt]

    def locked(programme):
        while erasing:
            cast.record(shredded(erasing.pop(), "sha256"))
            finish_shredding()
        return lock(programme)

    monkeypatch.setattr(checks, "lock", locked)

    assert wrong(cast.programme) == []
    assert erasing == []


def test_check_passes_over_an_answer_that_is_shredded_while_it_looks(cast, monkeypatch):
    erasing, honest = [cast.record(shown(cast))], sealing.parts_at

    def parts_at(programme, positions):
        while erasing:
            cast.record(shredded(erasing.pop()))
        return honest(programme, positions)

    monkeypatch.setattr(sealing, "parts_at", parts_at)

    assert wrong(cast.programme) == []
    assert erasing == []


def test_check_gives_a_shredding_under_way_its_time(cast, monkeypatch):
    """A file is doomed before it is durable that nothing names it, and deleted after."""
    photo = files.keep(cast.programme, a_picture())
    cast.record(shown(cast))
    files.doom(cast.programme, [photo])
    monkeypatch.setattr(checks.time, "sleep", lambda _seconds: finish_shredding())

    assert wrong(cast.programme) == []


# What is not public


def test_an_entry_says_nothing_of_a_fact_that_is_not_public(db):
    pen = replace(Pen.opened(), journal=withheld)
    receipt = pen.record(RequestRaised(about="pump", text=CANARY))

    said = body_at(pen.programme, receipt.position)
    assert (said["kind"], said["post"], said["fact"]) == ("~withheld", "~withheld", {})
    assert said["sealed"].keys() == {""}
    assert b"pump" not in canonical(said)
    read = list(withheld.facts(pen.programme))[-1]
    assert read.fact == RequestRaised(about="pump")
    assert read.post == "county-accountant"
    assert wrong(pen.programme, withheld) == []


def test_an_answer_within_what_is_not_public_is_shredded_by_itself(db):
    pen = replace(Pen.opened(), journal=withheld)
    draft = pen.draft(RequestRaised(about="pump", text=CANARY))
    receipt = pen.append(draft)

    pen.record(shredded(receipt, "text"))

    assert pen.append(draft) == receipt
    assert [said.fact for said in withheld.facts(pen.programme)][1] == RequestRaised(about="pump")
    assert wrong(pen.programme, withheld) == []
    assert "text" not in sealing.answers_of(pen.programme, [str(receipt.id)])[str(receipt.id)]


def test_a_fact_that_is_not_public_and_whose_part_is_lost_is_passed_over_and_told(db):
    pen = replace(Pen.opened(), journal=withheld)
    pen.record(RequestRaised(about="pump", text=CANARY))
    SealedPart.objects.filter(programme=pen.programme).delete()

    assert [type(said.fact).__name__ for said in withheld.facts(pen.programme)] == [
        "ProgrammeOpened"
    ]
    assert withheld.rebuild(pen.programme) == 2
    assert "not in this database" in str(wrong(pen.programme, withheld))


# Kinds that have a successor


def test_an_old_kind_is_taken_and_stays_as_it_was_said(cast):
    payment = cast.movement(SPENT)
    old = EvidenceAttached(movement=payment, sha256="ab" * 32, caption=Text(en="The pump"))
    draft = cast.draft(old)

    receipt = cast.append(draft)

    assert cast.append(draft) == receipt
    assert body_at(cast.programme, receipt.position)["kind"] == "money.evidence-attached"
    assert body_at(cast.programme, receipt.position)["fact"]["caption"] == {"en": "The pump"}
    read = list(journal.facts(cast.programme))[-1]
    assert read.fact == PaymentEvidenced(movement=payment)
    assert cast.the("movement", payment).evidence == 1
    assert wrong(cast.programme) == []


def test_yesterdays_journal_still_reads(db):
    """Every entry that golden.json keeps, of whatever kind, is read in the words of today."""
    kept = json.loads(Path(__file__, "../../contract/golden.json").resolve().read_text())
    for kind, golden in kept.items():
        if "inside" in golden:
            continue  # its entry says nothing: tests/contract reads what it commits to
        entry = Entry(programme="teams", position=7, kind=kind, body=golden["entry"].encode())

        said = journal.read(entry)

        assert said.fact.upcast() is said.fact, kind
