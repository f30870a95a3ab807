"""Every page says who vouches for the record; the log's page says which witnesses cosigned it."""

import shutil

import pytest
from django.test import Client

from cairn.web.published import published_as_of
from cast import DAY
from merkle.signers import COUNTY, LOG
from witness.watched import watch, with_key

ALONE = "its operator alone vouches for it"


@pytest.fixture
def log(told):
    """A log with a key and no checkpoint yet; gone after the test, as the programme is."""
    log = with_key(told)
    yield log
    shutil.rmtree(log.folder)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["", "grants/", "grants/water-2025/report/", "~log/"])
def test_a_page_says_that_no_outside_witness_watches(look, path):
    assert ALONE in text(look(path))


@pytest.mark.parametrize("path", ["", "grants/water-2025/report/", "~log/"])
def test_a_page_says_how_many_outside_witnesses_have_cosigned(look, log, path):
    watch(log)
    before = text(look(path))
    watch(log, COUNTY)
    after = text(look(path))

    assert "Too few outside witnesses" in before
    assert "1 outside witness has cosigned the newest checkpoint" in after
    assert ALONE not in before + after


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "The public log"), ("zh-hans", "公开日志")]
)
def test_the_log_page_shows_checkpoint_key_cosignatures_and_policy(look, log, language, heading):
    watch(log, COUNTY)

    page = text(look("~log/", language))

    assert f"<h1>{heading}</h1>" in page
    assert str(LOG.verifier).replace("+", "&#x2B;") in page or str(LOG.verifier) in page
    assert "2025-06-15 15:06 UTC" in page
    assert "auditor" in page
    assert "1 / 2" in page
    assert f"\n{log.checkpoint().size}\n" in page


def test_the_witnesses_can_be_had_as_a_file(look, log):
    watch(log, COUNTY)

    rows = b"".join(look("~log/", csv="witnesses")).decode().splitlines()

    assert rows[0].lstrip("\ufeff").startswith("witness,cosigned_at,signs_as,key")
    assert rows[1].startswith("county,2025-06-15 15:06 UTC,")
    assert rows[2].startswith("auditor,,")


def test_a_report_prints_the_newest_checkpoint(look, log):
    before = text(look("grants/water-2025/report/"))
    watch(log)
    after = text(look("grants/water-2025/report/"))

    root = log.note().text.decode().split("\n")[2]
    assert "Newest checkpoint of the public log" not in before
    assert f"{root[:12]}…" in after


def test_a_published_page_carries_no_checkpoint_and_says_who_vouches(look, log):
    with published_as_of(DAY):
        alone = text(look("grants/water-2025/report/"))
    watch(log, COUNTY)
    with published_as_of(DAY):
        listed = text(look("grants/water-2025/report/"))

    assert ALONE in alone
    assert "lists 2 outside witnesses" in listed
    assert "Newest checkpoint" not in listed
    assert "~log/" not in listed


def test_a_log_whose_files_contradict_each_other_is_said_on_every_page(look, log):
    watch(log)
    (log.folder / "checkpoint").write_text("nothing\n")

    assert "contradict each other" in text(look(""))
    assert "contradict each other" in text(look("~log/"))


def test_a_programme_that_nobody_opened_has_no_log_page(db):
    assert Client().get("/en/nobody/~log/").status_code == 404
