import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cairn.values import (
    MAX_MINOR,
    AmountError,
    Money,
    Slug,
    Text,
    UnknownCurrencyError,
    currency_digits,
    in_language,
    nfc,
    slug_from,
    to_decimal,
    to_minor,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.50", "CNY", 123_450),
        ("1234.5", "CNY", 123_450),
        ("1234", "CNY", 123_400),
        ("1234.", "CNY", 123_400),
        (".5", "CNY", 50),
        ("-0.01", "CNY", -1),
        ("+7", "JPY", 7),
        ("1.234", "KWD", 1_234),
        ("1.500", "CNY", 150),
        ("99999999999999999999.99", "CNY", 9_999_999_999_999_999_999_999),
    ],
)
def test_a_plain_decimal_is_read_as_minor_units(text, currency, minor):
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "1,234.50", "1 234", "1e3", "٣", "NaN", "Infinity", "0x1", ".", "--1", "1.2.3"]
)
def test_what_is_no_plain_decimal_is_no_amount(text):
    with pytest.raises(AmountError, match="is not an amount"):
        to_minor(text, "CNY")


@pytest.mark.parametrize(("text", "currency"), [("1.005", "CNY"), ("0.5", "JPY")])
def test_more_digits_than_the_currency_has_are_an_error(text, currency):
    with pytest.raises(AmountError, match="more decimals"):
        to_minor(text, currency)


@pytest.mark.parametrize("text", ["9" * 5_000 + ".999", "0.1" + "0" * 40 + "1", "9" * 29])
def test_an_amount_of_absurd_length_is_never_rounded(text):
    with pytest.raises(AmountError, match="too long"):
        to_minor(text, "CNY")


@pytest.mark.parametrize("code", ["", "cny", "YUAN", "XAU", "XXX", "XTS", "ZZZ"])
def test_only_money_has_a_currency(code):
    with pytest.raises(UnknownCurrencyError, match="ISO 4217"):
        currency_digits(code)


@pytest.mark.parametrize(
    ("code", "digits"),
    [("CNY", 2), ("JPY", 0), ("KWD", 3), ("KGS", 2), ("UZS", 2), ("IDR", 2), ("CLF", 4)],
)
def test_digits_are_those_of_iso_4217(code, digits):
    assert currency_digits(code) == digits


@given(st.integers(-(10**18), 10**18), st.sampled_from(["CNY", "JPY", "KWD", "CLF"]))
def test_what_is_written_as_a_decimal_is_read_back(minor, currency):
    assert to_minor(to_decimal(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1, "CNY", "0.01"), (-1, "CNY", "-0.01"), (100, "JPY", "100"), (5, "KWD", "0.005")],
)
def test_a_decimal_has_exactly_the_digits_of_its_currency(minor, currency, text):
    assert to_decimal(minor, currency) == text


def test_money_says_itself():
    assert str(Money.of("1234.5", "CNY")) == "CNY 1234.50"


@pytest.mark.parametrize("minor", [0, -1, MAX_MINOR + 1])
def test_money_is_above_zero_and_within_what_the_trace_is_exact_up_to(minor):
    with pytest.raises(ValidationError):
        Money(minor=minor, currency="CNY")


def test_a_text_needs_some_language():
    with pytest.raises(ValidationError, match="at least one language"):
        Text()


def test_a_text_keeps_its_versions_in_the_order_of_the_languages():
    text = Text.model_validate({"ky-arab": "قۇدۇق", "zh-hans": "水井", "en": "Well"})

    assert list(text.by_language()) == ["en", "zh-hans", "ky-arab"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh-hans", "水井"), ("en", "Well"), ("ky", "Well"), ("ug", "水井"), ("ky-arab", "水井")],
)
def test_a_reader_gets_their_language_or_the_nearest(language, shown):
    assert in_language({"en": "Well", "zh-hans": "水井"}, language) == shown


def test_a_reader_gets_what_there_is_where_there_is_no_english():
    assert in_language({"zh-hans": "水井"}, "ky") == "水井"
    assert in_language({}, "ky") == ""


def test_a_text_stays_as_it_is_but_for_its_form():
    assert nfc("cafe\u0301\tand\nmore") == "café\tand\nmore"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Qarasu village", "qarasu-village"),
        ("石桥村", "石桥村"),
        ("  Well № 7 (deep)  ", "well-no-7-deep"),
        ("Ｆｕｌｌ", "full"),
        ("قاراسۇ", "قاراسۇ"),
        ("?!", ""),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_an_id_is_made_out_of_a_name(text, slug):
    assert slug_from(text) == slug


@given(st.text())
def test_an_id_made_out_of_any_name_is_taken_or_empty(text):
    slug = slug_from(text)

    if slug:
        assert TypeAdapter(Slug).validate_python(slug)
