"""How long voices may take, where a programme has not said otherwise. Everybody is shown it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Days:
    """Working days until a voice is looked at and answered; days until what was said is erased."""

    screen_days: int
    answer_days: int
    keep_days: int


DEFAULT: Final = Days(2, 15, 90)

LONGEST: Final = 730
"""What was said is erased so many days after it came, closed or not."""


def working_days_after(day: date, days: int) -> date:
    """So many days later, of Monday to Friday: Cairn knows no calendar of holidays."""
    while days:
        day += timedelta(1)
        days -= day.weekday() < SATURDAY
    return day
