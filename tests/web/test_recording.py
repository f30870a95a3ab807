"""Recording at the desk with a browser that runs no script."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cairn.catalog import journal
from cairn.journal.files import is_kept, kept
from cairn.journal.models import Entry
from cairn.journal.sealing import answers_of
from cairn.money.facts import MoneySent, MoneySpent
from cairn.people.models import FormDraft
from cast import a_picture, cny, new_id
from pdfs import a_pdf
from people.desks import Desks
from security.visitors import DESK, invited

SPENT = "money.money-spent"


def inputs_of(page) -> dict[str, str]:
    """What a browser would send of a form as it stands, by name."""
    form = page.content.decode().partition('class="recording"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1]
    for name, text in re.findall(
        r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = text.strip()
    found.pop("csrfmiddlewaretoken", None)
    return found


def spend(bek, **said):
    """Send the form of a payment as it is opened, with this typed into it."""
    filled = inputs_of(bek.get(f"record/{SPENT}/"))
    filled |= {"project": "qarasu-well", "amount": "1,850.00"} | said
    return filled, bek.post(f"record/{SPENT}/", **filled)


def entries(desks, kind):
    return Entry.objects.filter(programme=desks.programme, kind=kind)


def test_a_form_knows_the_day_its_own_account_and_its_currency(desks, bek):
    page = bek.get(f"record/{SPENT}/")

    filled = inputs_of(page)
    assert filled["account"] == "qarasu-committee"
    assert filled["amount_currency"] == "CNY"
    assert date.fromisoformat(filled["happened_on"]) >= desks.today
    assert filled["id"][14] == "7"


def test_a_payment_is_recorded_and_its_receipt_shown(desks, bek):
    filled, answer = spend(bek)

    assert answer["Location"] == f"{DESK}recorded/{filled['id']}/"
    receipt = bek.get(answer["Location"]).content.decode()
    assert "qarasu-committee spent CNY\N{NO-BREAK SPACE}1,850.00 on Deep well." in receipt
    assert desks.pen.the("movement", filled["id"]).amount_minor == 185_000
    position = entries(desks, SPENT).get().position
    assert f"<dd>{position}</dd>" in receipt
    assert f"/en/{desks.programme}/projects/qarasu-well/" in receipt
    assert "This programme signs no checkpoints here." in receipt


def test_what_is_sent_twice_is_recorded_once(desks, bek):
    filled, first = spend(bek)
    second = bek.post(f"record/{SPENT}/", **filled)

    assert second["Location"] == first["Location"]
    assert entries(desks, SPENT).count() == 1


def test_what_is_changed_and_sent_again_is_refused_and_nothing_is_lost(desks, bek):
    filled, _first = spend(bek)
    second = bek.post(f"record/{SPENT}/", **filled | {"amount": "9.00"})

    assert second.status_code == 422
    assert "already on record" in second.content.decode()
    assert inputs_of(second)["amount"] == "9.00"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount": "a lot"}, "amount", "is not an amount of CNY"),
        ({"amount": ""}, "amount", "This must be answered."),
        ({"amount": "0"}, "amount", "more than nothing"),
        ({"project": ""}, "project", "This must be answered."),
        ({"project": "palace"}, "project", "Choose one of those offered."),
        ({"happened_on": "soon"}, "happened_on", "not written as it must be"),
        ({"happened_on": "2024-01-01"}, "happened_on", ""),
        ({"amount_currency": "USD"}, "amount", "is kept in CNY, not in USD"),
    ],
)
def test_objections_stand_beside_the_field_and_what_was_typed_stays(
    desks, bek, typed, field, sentence
):
    filled, answer = spend(bek, **{"voucher": "记-7"} | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    objection = re.search(rf'<p class="wrong" id="id_{field}_error">(.*?)</p>', page)
    assert sentence in objection[1]
    assert re.search(rf'<a href="#id_{field}(_0)?">', page)
    kept = inputs_of(answer)
    only_project = {"project": "qarasu-well"}
    assert kept == filled | only_project
    assert not entries(desks, SPENT).exists()


@pytest.mark.parametrize("extra", [{"post": "office"}, {"programme": "x"}, {"visibility": "x"}])
def test_what_a_form_does_not_ask_is_refused(desks, bek, extra):
    _filled, answer = spend(bek, **extra)

    assert answer.status_code == 422
    assert f"does not ask for: {next(iter(extra))}" in answer.content.decode()
    assert not entries(desks, SPENT).exists()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("money.grant-pledged", 403),
        ("programme.programme-opened", 403),
        ("money.evidence-attached", 404),
        ("money.nothing", 404),
        (SPENT, 200),
    ],
)
def test_only_what_a_post_may_record_has_a_form(bek, kind, status):
    assert bek.get(f"record/{kind}/").status_code == status
    assert bek.post(f"record/{kind}/").status_code == {200: 422}.get(status, status)
    assert bek.post(f"record/{kind}/draft/").status_code in ({204} if status == 200 else {404})
    listed = bek.get("record/").content.decode()
    assert (f"record/{kind}/" in listed) is (status == 200)


def test_what_may_be_recorded_is_found_by_a_word(bek):
    found = bek.get("record/", q="project STARTED").content.decode()

    assert re.findall(r"record/([a-z]+\.[a-z-]+)/", found) == ["works.project-started"]


def test_only_things_within_reach_are_offered(bek):
    page = bek.get(f"record/{SPENT}/").content.decode()

    accounts = page.partition('<select name="account"')[2].partition("</select>")[0]
    assert re.findall(r'value="([^"]*)"', accounts) == ["qarasu-committee"]


def test_a_form_from_elsewhere_is_refused(desks, bek):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["cairn-session"] = bek.key
    filled = inputs_of(bek.get(f"record/{SPENT}/"))

    for path in (f"record/{SPENT}/", f"record/{SPENT}/draft/", "spend/"):
        assert strict.post(DESK + path, filled).status_code == 403
    assert not entries(desks, SPENT).exists()


def test_nothing_of_another_programme_is_there(desks, bek):
    other = Desks.opened()
    theirs = other.pen.movement(
        MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("5.00"))
    )

    assert bek.get(f"recorded/{theirs}/").status_code == 404
    page = bek.get("record/money.movement-reversed/", movement=theirs).content.decode()
    assert f'value="{theirs}"' not in page
    answer = bek.post(
        "record/money.movement-reversed/",
        id=str(new_id()),
        happened_on=str(desks.today),
        movement=theirs,
        reason="Not mine",
    )
    assert answer.status_code == 422
    assert not other.pen.the("movement", theirs).reversed_by


# Drafts


def test_a_draft_is_kept_for_its_user_and_erased_once_it_is_recorded(desks, bek):
    filled = inputs_of(bek.get(f"record/{SPENT}/")) | {"amount": "77.00"}
    assert bek.post(f"record/{SPENT}/draft/", **filled).status_code == 204

    page = bek.get(f"record/{SPENT}/")
    assert inputs_of(page)["amount"] == "77.00"
    assert inputs_of(page)["id"] == filled["id"]
    assert "This is what you had typed" in page.content.decode()
    chen = invited(desks, "committee", "chen")
    assert inputs_of(chen.get(f"record/{SPENT}/"))["amount"] == ""
    spend(bek)
    assert not FormDraft.objects.exists()


def test_a_draft_is_kept_and_thrown_away_by_buttons_too(bek):
    filled = inputs_of(bek.get(f"record/{SPENT}/")) | {"amount": "77.00", "do": "keep"}
    assert bek.post(f"record/{SPENT}/", **filled).status_code == 302

    assert inputs_of(bek.get(f"record/{SPENT}/"))["amount"] == "77.00"
    assert "Begun and not recorded" in bek.get("record/").content.decode()
    bek.post(f"record/{SPENT}/", do="forget")
    assert not FormDraft.objects.exists()


def test_a_draft_expires_and_is_forgotten(desks, bek):
    filled = inputs_of(bek.get(f"record/{SPENT}/"))
    bek.post(f"record/{SPENT}/draft/", **filled)
    FormDraft.objects.update(kept_at=desks.now - timedelta(days=8))

    assert "had typed" not in bek.get(f"record/{SPENT}/").content.decode()
    bek.post("record/works.project-started/draft/", project="qarasu-well")
    assert FormDraft.objects.count() == 1


def test_a_draft_that_is_too_long_is_not_kept(bek):
    answer = bek.post(f"record/{SPENT}/draft/", voucher="x" * 70_000)

    assert answer.status_code == 413
    assert not FormDraft.objects.exists()


# Guards


def test_a_stale_sign_in_leads_through_and_back_to_the_filled_form(desks, bek):
    session = bek.client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()
    filled, answer = spend(bek, voucher="记-7")

    assert answer["Location"].startswith(f"{DESK}factors/again/?next=")
    assert f"record/{SPENT}/" in answer["Location"].replace("%2F", "/")
    assert not entries(desks, SPENT).exists()
    back = bek.get(f"record/{SPENT}/")
    assert inputs_of(back) == filled
    assert "not recorded yet" in back.content.decode()


# Files


def photo(name="r.png", content=None):
    return SimpleUploadedFile(name, content or a_picture(), "image/png")


def test_a_payment_and_the_photo_of_its_receipt_are_recorded_together(desks, bek):
    filled = inputs_of(bek.get("spend/")) | {"project": "qarasu-well", "amount": "1850"}
    answer = bek.post("spend/", **filled, **{"evidence-sha256": photo()})

    assert answer.status_code == 302, answer.content.decode()
    assert desks.pen.the("movement", filled["id"]).evidence == 1
    said = answers_of(desks.programme, [filled["evidence-id"]])[filled["evidence-id"]]
    assert is_kept(desks.programme, said["sha256"])
    assert said["caption"] == {"en": "The receipt"}
    again = bek.post("spend/", **filled, **{"evidence-sha256": photo()})
    assert again["Location"] == answer["Location"]
    assert entries(desks, "money.payment-evidenced").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "This cannot be kept"),
        (b"x" * (20 * 2**20 + 1), "It is larger than 20 MB"),
        (b"%PDF-1.7", "It is no PDF that can be read"),
        (a_pdf(root=b"/OpenAction<</S/JavaScript/JS(x)>>"), "This PDF holds programs"),
        (None, "Choose a picture or a PDF."),
    ],
)
def test_neither_is_recorded_where_the_picture_will_not_do(desks, bek, content, sentence):
    filled = inputs_of(bek.get("spend/")) | {"project": "qarasu-well", "amount": "1850"}
    sent = {"evidence-sha256": photo(content=content)} if content else {}
    answer = bek.post("spend/", **filled, **sent)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page.partition('id="id_evidence-sha256_error"')[2].partition("</p>")[0]
    assert not entries(desks, SPENT).exists()


def test_a_receipt_may_be_a_pdf(desks, bek):
    filled = inputs_of(bek.get("spend/")) | {"project": "qarasu-well", "amount": "1850"}
    sent = SimpleUploadedFile("Rechnung von Amina.pdf", a_pdf(), "application/pdf")
    answer = bek.post("spend/", **filled, **{"evidence-sha256": sent})

    assert answer.status_code == 302, answer.content.decode()
    said = answers_of(desks.programme, [filled["evidence-id"]])[filled["evidence-id"]]
    assert kept(desks.programme, said["sha256"]).is_document
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf"' in (
        bek.get("spend/").content.decode()
    )


def test_a_picture_need_not_be_sent_again_with_a_form_that_was_refused(desks, bek):
    filled = inputs_of(bek.get("spend/")) | {"project": "qarasu-well", "amount": "much"}
    refused = bek.post("spend/", **filled, **{"evidence-sha256": photo()})
    assert refused.status_code == 422

    mended = inputs_of(refused) | {"amount": "1850"}
    assert bek.post("spend/", **mended).status_code == 302
    assert entries(desks, "money.payment-evidenced").count() == 1


# Money at work, and putting right


def sent_to_qarasu(desks, amount="100.00"):
    fact = MoneySent(source="county-office", target="qarasu-committee", amount=cny(amount))
    return desks.pen.movement(fact)


def test_what_is_to_confirm_is_two_taps_away_and_filled(desks, bek):
    movement = sent_to_qarasu(desks)
    filled_in = {"movement": movement, "amount": "100.00", "amount_currency": "CNY"}
    link = f"{DESK}record/money.money-confirmed/?{urlencode(filled_in)}"
    for page in (bek.get(""), bek.get("money/")):
        assert link.replace("&", "&amp;") in page.content.decode()

    filled = inputs_of(bek.get(link))
    assert filled | filled_in == filled
    assert bek.post("record/money.money-confirmed/", **filled | {"amount": "60"}).status_code == 302
    left = bek.get("money/").content.decode()  # on whose worklist it is: tests/worklist
    assert "amount=40.00" in left
    assert desks.pen.the("movement", movement).confirmed_minor == 6_000


def test_who_sent_money_sees_it_in_transit_and_cannot_confirm_it(desks):
    amina = invited(desks, "county", "amina")
    form = inputs_of(amina.get("record/money.money-sent/"))
    form |= {"source": "county-office", "target": "qarasu-committee", "amount": "12"}
    assert amina.post("record/money.money-sent/", **form).status_code == 302

    page = amina.get("money/").content.decode()
    assert "county-office</bdi> → <bdi>qarasu-committee" in page
    assert "record/money.money-confirmed/?" not in page
    assert f"record/money.sending-voided/?movement={form['id']}" in page


def test_a_payment_is_put_right_by_a_further_fact_and_both_are_shown(desks, bek):
    filled, answer = spend(bek)
    receipt = bek.get(answer["Location"]).content.decode()
    link = f"{DESK}record/money.movement-reversed/?movement={filled['id']}"
    assert link in receipt

    further = inputs_of(bek.get(link)) | {"reason": "Entered twice"}
    assert further["movement"] == filled["id"]
    there = bek.post("record/money.movement-reversed/", **further)
    after = bek.get(there["Location"]).content.decode()
    assert "It puts this right" in after
    assert f"recorded/{filled['id']}/" in after
    before = bek.get(answer["Location"]).content.decode()
    assert "It was put right" in before
    assert f"recorded/{further['id']}/" in before
    assert link not in before


def test_what_one_recorded_last_stands_on_the_desk(bek):
    filled, _answer = spend(bek)

    assert f"recorded/{filled['id']}/" in bek.get("").content.decode()


@pytest.mark.parametrize("kind", [k for k in journal.kinds.values() if k.put_right])
def test_what_puts_a_kind_right_is_a_kind_that_can_be_filled_so(kind):
    for one in kind.put_right:
        further = journal.kinds[one.kind]
        assert not further.has_successor()
        assert {*one.by, *one.answers} <= further.model_fields.keys()
        assert {by for by in one.by.values() if by != "id"} <= kind.model_fields.keys()
        if one.seen:
            field = next(name for name, by in one.by.items() if by == "id")
            table = journal.tables[dict(further.references())[field]]
            assert one.seen in {column.name for column in table._meta.fields}


def test_what_could_show_somebody_is_looked_at_once_more_and_then_recorded_as_it_is(desks, bek):
    raised = "works.need-raised"
    filled = inputs_of(bek.get(f"record/{raised}/"))
    filled |= {"place": "qarasu", "theme": "road", "name_en": "A bridge; call 13812345678 <b>"}

    page = bek.post(f"record/{raised}/", **filled, do="record")
    said = page.content.decode()
    assert page.status_code == 422
    assert "<mark>13812345678</mark> &lt;b&gt;" in said
    assert 'value="anyway"' in said
    assert not entries(desks, raised).exists()
    assert not FormDraft.objects.exists()

    page = bek.post(f"record/{raised}/", **(filled | {"name_en": "A bridge"}), do="record")
    assert page.status_code == 302
    again = filled | inputs_of(bek.get(f"record/{raised}/")) | {"place": "qarasu", "theme": "road"}
    again |= {"name_en": "The town hall: 13812345678"}
    page = bek.post(f"record/{raised}/", **again, do="anyway")
    assert page.status_code == 302
    assert entries(desks, raised).count() == 2


def test_what_is_refused_says_what_is_wrong_first_and_then_what_it_shows(desks, bek):
    raised = "works.need-raised"
    filled = inputs_of(bek.get(f"record/{raised}/"))

    page = bek.post(f"record/{raised}/", **(filled | {"name_en": "Call 13812345678"}), do="anyway")

    assert page.status_code == 422
    assert "<mark>" not in page.content.decode()
    assert "Put these right" in page.content.decode()
