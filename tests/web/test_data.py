"""The page from which the public record is taken away, and its files: streamed, chosen, gone on with."""

import csv
import io
import json
import zipfile

import pytest
from django.test import Client

from cairn.exchange.tables.package import TABLES
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneyReceived
from cairn.web.public import data
from cast import cny
from told import programme_told

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    return programme_told()


def page(told, **asked):
    answer = Client().get(f"/en/{told}/data/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def taken(told, name, headers=None, **asked):
    return Client().get(f"/data/{told}/{name}", asked, headers=headers or {})


def content_of(answer):
    assert answer.status_code == 200, answer.content
    assert answer.streaming
    return b"".join(answer.streaming_content)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(content_of(answer).decode("utf-8-sig"))))


def test_the_page_links_every_format_and_table_and_each_answers(told):
    shown = page(told)

    for name in (*(one.file for one in data.FORMATS), *(f"{one.name}.csv" for one in TABLES)):
        assert f'href="/data/{told}/{name}"' in shown, name
        answer = taken(told, name)
        assert content_of(answer)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "Set-Cookie" not in answer


def test_every_page_leads_to_it(told):
    front = Client().get(f"/en/{told}/").content.decode()

    assert f'href="/en/{told}/data/"' in front


def test_the_page_says_how_many_rows_a_table_has(told):
    lines = Client().get(f"/en/{told}/data/", {"csv": "tables"})
    counted = {row["table"]: int(row["rows"]) for row in rows_of(lines)}

    assert counted["movements.csv"] == len(rows_of(taken(told, "movements.csv")))
    assert counted.keys() == {f"{one.name}.csv" for one in TABLES}


def test_filters_of_the_page_are_those_of_its_files(told):
    shown = page(told, place="qarasu", **{"from": "2025-03-01"})
    here = rows_of(taken(told, "projects.csv", place="qarasu"))

    assert f'href="/data/{told}/movements.csv?place=qarasu&amp;from=2025-03-01"' in shown
    assert {row["id"] for row in here} == {"qarasu-well"}
    assert len(rows_of(taken(told, "projects.csv"))) > 1


def test_a_wrong_filter_is_a_sentence(told):
    for asked in ({"place": "nowhere"}, {"from": "yesterday"}, {"after": "-1"}, {"after": "x"}):
        answer = taken(told, "movements.csv", **asked)
        assert answer.status_code == 400
        assert len(answer.content.decode().split()) > 4


def test_what_is_no_file_of_the_record_is_not_found(told):
    for name in ("people.csv", "requests.csv", "movements.parquet", "secret", "..%2Fsecret"):
        assert taken(told, name).status_code == 404, name
    assert taken("nobody", "movements.csv").status_code == 404


def test_a_download_that_broke_off_is_gone_on_with(told):
    first = taken(told, "movements.csv")
    whole = content_of(first)
    lines = whole.split(b"\r\n")
    came = b"\r\n".join(lines[:6]) + b"\r\n"  # the headings and five rows

    rest = taken(told, "movements.csv", after="5", headers={"If-Match": first["ETag"]})

    assert rest["ETag"] == first["ETag"]
    assert came + content_of(rest) == whole


def test_parts_of_two_states_are_not_joined(cast):
    cast.record(MoneyReceived(grant="water-2025", account="county-office", amount=cny("5.00")))
    bring_up_to_date(cast.programme)
    first = taken(cast.programme, "movements.csv")
    tag = first["ETag"]
    assert taken(cast.programme, "movements.csv", {"If-None-Match": tag}).status_code == 304

    cast.record(MoneyReceived(grant="water-2025", account="county-office", amount=cny("6.00")))
    bring_up_to_date(cast.programme)

    moved_on = taken(cast.programme, "movements.csv", {"If-Match": tag}, after="1")
    assert moved_on.status_code == 412
    assert taken(cast.programme, "movements.csv", {"If-None-Match": tag}).status_code == 200


def test_the_data_package_of_a_server_names_its_files_beside_it(told, settings):
    settings.CAIRN_LICENCE = "CC-BY-4.0"
    said = json.loads(content_of(taken(told, "datapackage.json")))

    assert {one["path"] for one in said["resources"]} == {f"{one.name}.csv" for one in TABLES}
    assert said["licenses"][0]["path"].startswith("https://creativecommons.org/")
    assert "CC-BY-4.0" in page(told)


def test_a_workbook_is_one_and_too_long_a_one_is_refused_with_a_sentence(told, monkeypatch):
    book = content_of(taken(told, "workbook.zh-hans.xlsx"))
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()

    monkeypatch.setattr(data, "MOST_IN_WORKBOOK", 3)
    refused = taken(told, "workbook.en.xlsx")
    assert refused.status_code == 400
    assert b"choose days" in refused.content


def test_a_past_has_no_files_of_its_own(told):
    assert Client().get(f"/en/{told}@20/data/").status_code == 302
    assert taken(f"{told}@20", "movements.csv").status_code == 404
