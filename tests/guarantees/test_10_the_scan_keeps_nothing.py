"""A canary telephone number is written and warned of; then database, logs, cache, backup and record are searched for it."""

import pytest

from guarantees.conftest import in_other_forms
from guarantees.living import BEHIND_A_DOOR, PHONE

pytest.importorskip("cairn.voice", reason="nobody writes anything in this installation but posts")


@pytest.mark.parametrize("form", [PHONE, f"+86{PHONE}", f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"])
def test_what_was_warned_of_is_left_nowhere(lived, form):
    assert lived.told["warned"] == 422
    assert lived.holding(*in_other_forms(form)) == []


def test_what_was_written_about_what_has_a_door_is_left_nowhere(lived):
    """Too sensitive to be kept: not for a moment, nor in the waiting room of its day."""
    assert lived.holding(*in_other_forms(BEHIND_A_DOOR)) == []


def test_what_the_scan_says_has_no_room_for_what_it_saw():
    from cairn.voice.scan import Seen, scan  # noqa: PLC0415 - where there are voices

    (seen,) = scan(f"Ring {PHONE}")
    assert set(Seen.__slots__) == {"start", "end", "sort"}
    assert PHONE not in repr(seen)


HELD_BY = ("tests/voice/test_scan.py::test_it_says_where_and_of_which_sort_and_never_what",)
