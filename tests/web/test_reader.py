"""What a reader of each language is shown."""

from datetime import date

import pytest

from cairn.following.answers import Named
from cairn.web.reader import reader_of

ENGLISH, CHINESE = reader_of("en"), reader_of("zh-hans")


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (123_456_750, "CNY", "1,234,567.50"),
        (-5, "CNY", "−0.05"),
        (0, "CNY", "0.00"),
        (1234, "JPY", "1,234"),
        (1234, "KWD", "1.234"),
        (10**17 + 1, "CNY", "1,000,000,000,000,000.01"),
    ],
)
def test_amounts_are_exact_with_the_digits_of_their_currency(minor, currency, shown):
    assert ENGLISH.amount(minor, currency) == shown


def test_kyrgyz_amounts_have_their_own_marks():
    assert (
        reader_of("ky").amount(123_456_750, "KGS")
        == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50"
    )


@pytest.mark.parametrize(
    ("minor", "shown"),
    [
        (13_146_241_560, "1.31亿元"),
        (522_400_00, "52.2万元"),
        (13_600, "136元"),
    ],
)
def test_chinese_readers_get_wan_and_yi(minor, shown):
    assert CHINESE.brief(minor, "CNY") == shown


def test_english_readers_get_thousands_and_millions():
    assert (
        ENGLISH.brief(13_146_241_560, "CNY")
        == "CNY\N{NO-BREAK SPACE}131.46\N{NO-BREAK SPACE}million"
    )


def test_days_are_written_out():
    assert ENGLISH.day(date(2025, 6, 3)) == "3 Jun 2025"
    assert CHINESE.day(date(2025, 6, 3)) == "2025年6月3日"


def test_a_share_of_nothing_is_nothing():
    assert ENGLISH.share(1, 0) == ""
    assert ENGLISH.share(1, 4) == "25%"
    assert ENGLISH.share(1, 200) == "0.5%"


def test_almost_all_is_not_shown_as_all():
    assert ENGLISH.share(999, 1000) == "99.9%"


def test_a_name_is_in_the_language_of_the_reader_or_else_in_one_that_there_is():
    both = Named("a", {"en": "Well", "zh-hans": "水井"})

    assert CHINESE.name(both) == "水井"
    assert CHINESE.name(Named("a", {"en": "Well"})) == "Well"
    assert ENGLISH.name(Named("qarasu", {})) == "qarasu"
    assert ENGLISH.name(Named("~fee", {})) == "bank fees"


@pytest.mark.parametrize(("language", "runs"), [("en", "ltr"), ("ug", "rtl"), ("ky-arab", "rtl")])
def test_each_language_runs_its_way(language, runs):
    assert reader_of(language).direction == runs
