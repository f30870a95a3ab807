"""Kyrgyz in Arabic letters, by words whose spelling is known."""

from pathlib import Path

import pytest

from cairn.kyrgyz import AT_THE_BACK, LETTERS, MARKS, in_arabic

FONTS = Path(__file__).parents[1] / "front/fonts.mjs"


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        ("кыргызча", "قىرعىزچا"),
        ("Кыргыз тили", "قىرعىز تىلى"),
        ("Кыргызстан", "قىرعىزستان"),
        # the first sentence of the Universal Declaration of Human Rights
        ("Бардык адамдар өз беделинде", "باردىق ادامدار ۅز بەدەلىندە"),
        ("жана укуктарында эркин", "جانا ۇقۇقتارىندا ەركىن"),
        ("жана тең укуктуу болуп жаралат", "جانا تەڭ ۇقۇقتۇۇ بولۇپ جارالات"),
    ],
)
def test_words_are_spelled_as_they_are_in_kizilsu(cyrillic, arabic):
    assert in_arabic(cyrillic) == arabic


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [("тоо", "توو"), ("көл", "كۅل"), ("гүл", "گۉل"), ("айыл", "ايىل"), ("калк", "قالق")],
)
def test_k_and_g_go_by_the_vowels_beside_them(cyrillic, arabic):
    assert in_arabic(cyrillic) == arabic


def test_words_from_elsewhere_keep_their_k_and_g():
    assert in_arabic("банк комитет программа код") == "بانك كومىتەت پروگرامما كود"
    assert in_arabic("банкка") == "بانكقا"


@pytest.mark.parametrize(
    "left_alone",
    [
        "%(shown)s",
        "{position}",
        "<b>%(policy)s</b>",
        "https://example.org/ky/",
        "2,000",
        "2025-06-30",
        "application/json",
        "CNY",
        "X-CSRFToken",
        "&amp;",
    ],
)
def test_what_is_no_kyrgyz_word_stays_as_it_is(left_alone):
    assert in_arabic(left_alone) == left_alone
    assert in_arabic(f"жок {left_alone} жок") == f"جوق {left_alone} جوق"


def test_marks_between_words_are_those_of_the_script():
    assert in_arabic("жок, жок; жокпу?") == "جوق، جوق؛ جوقپۇ؟"


def test_nothing_cyrillic_is_left_of_any_letter():
    alphabet = "".join(LETTERS)

    made = in_arabic(f"{alphabet} {alphabet.upper()}")
    assert not set(made) & set(alphabet + alphabet.upper())


def test_every_letter_that_is_made_is_held_to_the_font():
    made = {sign for letters in LETTERS.values() for sign in letters}
    made |= {*AT_THE_BACK.values(), *MARKS.values()}

    line = next(one for one in FONTS.read_text("utf-8").splitlines() if "KYRGYZ_ARABIC =" in one)
    assert made <= set(line)
