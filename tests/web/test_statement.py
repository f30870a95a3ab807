"""A bank statement at the desk: what is there, what is proposed, and that a person decides."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cairn.journal.models import Entry
from cairn.money.facts import MoneySent, MoneySpent
from cast import cny
from security.visitors import invited

HEAD = "Date,Credit,Debit,Description\n"


def send(bek, text, account="qarasu-committee", name="march.csv"):
    content = text if isinstance(text, bytes) else (HEAD + text).encode()
    return bek.post("statement/", account=account, file=SimpleUploadedFile(name, content))


def ticks(page) -> dict[str, str]:
    """The id of each line that can be ticked, by what would be recorded."""
    found = re.findall(r'name="line" value="([^"]+)"[^>]*> <label[^>]*>(.*?)</label>', page)
    return {said: id_ for id_, said in found}


def recorded(desks):
    return Entry.objects.filter(programme=desks.programme).count()


def test_lines_are_held_against_the_record_and_nothing_is_recorded_by_itself(desks, bek):
    paid = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("80.00"))
    desks.pen.movement(paid, on=date(2025, 3, 1))
    sent = MoneySent(source="county-office", target="qarasu-committee", amount=cny("500.00"))
    movement = desks.pen.movement(sent, on=date(2025, 3, 1))
    before = recorded(desks)
    text = (
        "2025-03-03,,80.00,pump\n2025-03-03,,80.00,pump again\n"
        "2025-03-04,500.00,,from the county\n2025-03-05,,1.50,fee\n2025-03-06,7.00,,surprise\n"
    )
    assert send(bek, text).status_code == 302

    page = bek.get("statement/").content.decode()
    there = page.partition("On record already")[2]
    assert there.count("<li>") == 1
    assert "80.00" in there
    found = ticks(page)
    assert len(found) == 2
    assert recorded(desks) == before
    assert "record/money.money-received/?account=qarasu-committee&amp;amount=7.00" in page
    assert "record/money.money-spent/?account=qarasu-committee&amp;amount=80.00" in page

    arrived = next(id_ for said, id_ in found.items() if "arrived" in said)
    assert bek.post("statement/", do="record", line=arrived).status_code == 302
    assert recorded(desks) == before + 1
    assert desks.pen.the("movement", movement).confirmed_minor == 50_000
    left = bek.get("statement/").content.decode()
    assert left.partition("On record already")[2].count("<li>") == 2
    assert bek.post("statement/", do="record", line=arrived).status_code == 302
    assert recorded(desks) == before + 1


def test_of_two_sendings_that_a_line_could_be_none_is_proposed(desks, bek):
    for _time in range(2):
        desks.pen.movement(
            MoneySent(source="county-office", target="qarasu-committee", amount=cny("500.00"))
        )
    send(bek, "2025-03-04,500.00,,county\n")

    assert not ticks(bek.get("statement/").content.decode())


def test_a_line_outside_the_days_of_a_movement_is_not_it(desks, bek):
    paid = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("80.00"))
    desks.pen.movement(paid, on=date(2025, 3, 1))
    send(bek, "2025-03-07,,80.00,pump\n")

    assert "On record already" not in bek.get("statement/").content.decode()


def test_a_line_that_is_refused_says_why_and_stays_ticked(desks, bek):
    send(bek, "2024-03-04,,1.50,fee\n")
    (line,) = ticks(bek.get("statement/").content.decode()).values()
    answer = bek.post("statement/", do="record", line=line)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="line-{line}-error"' in page
    assert "checked" in page


def test_a_stale_sign_in_leads_through_and_the_ticks_stay(desks, bek):
    send(bek, "2025-03-04,,1.50,fee\n")
    (line,) = ticks(bek.get("statement/").content.decode()).values()
    before = recorded(desks)
    session = bek.client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()

    assert "again/?next=" in bek.post("statement/", do="record", line=line)["Location"]
    assert "checked" in bek.get("statement/").content.decode()
    assert recorded(desks) == before


def test_only_ones_own_account_is_taken_and_only_ones_own_lines_are_seen(desks, bek):
    assert send(bek, "2025-03-04,1,,x\n", account="county-office").status_code == 422
    send(bek, "2025-03-04,,1.50,fee\n")
    chen = invited(desks, "committee", "chen")

    assert "Look through it" in chen.get("statement/").content.decode()
    (line,) = ticks(bek.get("statement/").content.decode()).values()
    chen.post("statement/", do="record", line=line)
    assert not Entry.objects.filter(programme=desks.programme, id=line).exists()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.4", "This is no sheet that can be read"),
        (b"a,b\n1,2\n", "No statement was recognised"),
        (b"x" * (5 * 2**20 + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_statement_is_refused_beside_the_field(bek, content, sentence):
    answer = send(bek, content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode().partition('id="id_file_error"')[2]


def test_a_bomb_is_refused_before_it_is_opened(bek):
    content = bomb()
    assert len(content) < 5 * 2**20

    answer = send(bek, content, name="march.xlsx")
    assert answer.status_code == 422
    assert "no sheet that can be read" in answer.content.decode()


def test_who_has_no_account_has_no_statement(desks):
    assert invited(desks, "auditor", "eli").get("statement/").status_code == 403


def test_the_example_of_the_how_to_is_held_against_the_record(desks, bek):
    paid = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("80.00"))
    desks.pen.movement(paid, on=date(2025, 3, 1))
    sent = MoneySent(source="county-office", target="qarasu-committee", amount=cny("500.00"))
    desks.pen.movement(sent, on=date(2025, 3, 1))
    page = Path(__file__).parents[2] / "docs" / "how-to" / "bank-statements.md"
    example = page.read_text(encoding="utf-8").partition("```xml\n")[2].partition("```")[0]
    assert send(bek, example.encode(), name="march.txt").status_code == 302

    shown = bek.get("statement/").content.decode()
    assert shown.partition("On record already")[2].count("<li>") == 1
    proposed = sorted(ticks(shown))
    assert len(proposed) == 2
    assert any("500.00" in said for said in proposed)
    assert any("1.50" in said for said in proposed)
