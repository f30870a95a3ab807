"""What Cairn promises the people who live where it is used, a line each, and the test that holds it.

The page `~guarantees/`, docs/guarantees.md and tests/guarantees/ are all about this list. Its lines, and
the tests, are pinned: tests/guarantees/test_26_….py says how one is changed.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise. `test` is the file in tests/guarantees/ that fails where it is broken."""

    number: int
    promise: Promise
    test: str
    weaker: Promise | None = None
    """What is promised less than before, and since when and why: said wherever the promise is."""


GUARANTEES: Final = (
    Guarantee(
        1,
        _("No table and no fact is about a resident, a household or a beneficiary."),
        "test_01_nothing_is_about_a_resident.py",
    ),
    Guarantee(
        2,
        _(
            "Nothing asks for ethnicity, religion, politics, health, biometrics, caste or sexuality, "
            "or rates people, in any language."
        ),
        "test_02_no_question_about_who_people_are.py",
    ),
    Guarantee(
        3,
        _("What an office sets up itself, such as categories and themes, obeys the same."),
        "test_03_what_an_office_sets_up.py",
    ),
    Guarantee(
        4,
        _("Nothing links a voice to a person, a device, a session or another voice."),
        "test_04_nothing_links_a_voice.py",
    ),
    Guarantee(5, _("IP addresses are never stored."), "test_05_no_address.py"),
    Guarantee(
        6, _("Nor is what a browser says of itself, or can be known by."), "test_06_no_browser.py"
    ),
    Guarantee(7, _("Pages for residents set no cookies."), "test_07_no_cookies.py"),
    Guarantee(
        8,
        _("No page loads anything from elsewhere, and nobody analyses who reads."),
        "test_08_nothing_from_elsewhere.py",
    ),
    Guarantee(
        9,
        _(
            "What somebody writes is looked through for telephone and identity numbers, mail addresses "
            "and positions before it is kept."
        ),
        "test_09_text_is_scanned.py",
    ),
    Guarantee(10, _("That scan never stores what it found."), "test_10_the_scan_keeps_nothing.py"),
    Guarantee(
        11,
        _("A receipt code has at least 128 bits and is kept only as a slow hash."),
        "test_11_a_code_cannot_be_guessed.py",
    ),
    Guarantee(
        12, _("A code is never in an address, a log or a mail."), "test_12_a_code_goes_nowhere.py"
    ),
    Guarantee(
        13,
        _("Looking up a wrong code does the same work as a right one."),
        "test_13_wrong_codes_take_as_long.py",
    ),
    Guarantee(
        14,
        _("Of when a voice came only the day is kept; its id, order and position tell no more."),
        "test_14_a_voice_has_a_day_and_no_hour.py",
    ),
    Guarantee(
        15,
        _("Voices come on record in shuffled daily batches."),
        "test_15_voices_come_shuffled.py",
    ),
    Guarantee(
        16,
        _("What can be erased is committed to under 32 random bytes of its own."),
        "test_16_every_commitment_has_its_salt.py",
    ),
    Guarantee(
        17,
        _(
            "Erasing removes the content, its salt, pictures and whatever was made of it, and it "
            "expires in backups."
        ),
        "test_17_erased_is_gone.py",
    ),
    Guarantee(18, _("Proofs still hold after erasing."), "test_18_proofs_outlive_erasing.py"),
    Guarantee(
        19,
        _("Whatever can be erased has a clock that erases it, and that runs."),
        "test_19_clocks_erase.py",
    ),
    Guarantee(
        20,
        _("Published counts below 5 of what residents said are not shown, and cannot be computed."),
        "test_20_small_counts_are_not_shown.py",
    ),
    Guarantee(
        21,
        _("Nor can they be had by comparing two days or two filters."),
        "test_21_nor_by_comparing.py",
    ),
    Guarantee(
        22,
        _("Published positions are coarser than a kilometre; pictures carry none."),
        "test_22_no_fine_positions.py",
    ),
    Guarantee(
        23,
        _(
            "There is no search for a person, no analysis of faces, of recorded speech or of who knows "
            "whom, and no library for any."
        ),
        "test_23_no_search_for_a_person.py",
    ),
    Guarantee(
        24,
        _(
            "Nobody takes out in bulk what is not public, unless two people agree and a public fact says so."
        ),
        "test_24_nothing_in_bulk.py",
    ),
    Guarantee(
        25,
        _("The names of those who hold posts stay outside the record: facts name posts."),
        "test_25_facts_name_posts.py",
    ),
    Guarantee(
        26,
        _("None of these can be made weaker unless it is said here."),
        "test_26_no_weakening_unsaid.py",
    ),
)

NOT_COVERED: Final = (
    _("In a small village what is said may show who said it, and so may how it is written."),
    _("An official can be made to tell what they have seen."),
    _("Whoever runs the server now, or watches the network, sees what passes through."),
    _("Copies of what was published, which others took, cannot be called back."),
    _(
        "Whoever holds a post signs in with a name of their choosing; and somebody may write a name "
        "into a free text: no program notices every one."
    ),
)
"""What remains possible all the same."""
