"""How long voices may take, where a programme has not said otherwise. Everybody is shown it."""

import hmac
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

UNHEARD: Final = 30
"""A recording that nobody wrote down is erased so many days after it came: two more than the slowest
clock that a programme can choose for looking at it (20 working days) leaves."""


def blank_goes_on(received_on: date, entry: str, *, secret: str) -> date | None:
    """When the text of a blank is erased: on any day on which a voice's could be, early ones likelier.

    Its id and the installation's secret decide it: by the id alone, which is public, everybody could.
    One in eight stays, as what has no text to erase does.
    """
    drawn = hmac.digest(secret.encode(), b"blank:" + entry.encode(), "sha256")
    chance = int.from_bytes(drawn[:8])
    if chance % 8 == 0:
        return None
    share = (chance >> 3) % 1000 / 1000
    return received_on + timedelta(1 + int((LONGEST - 1) * share**3))


ONE_IN: Final = 8
"""So many days without a voice have one on which blanks come alone."""


def is_of_blanks(day: date, programme: str, *, secret: str) -> bool:
    """Whether a day on which nothing was said is to look as if something had been. The secret decides."""
    drawn = hmac.digest(secret.encode(), f"of blanks:{programme}/{day}".encode(), "sha256")
    return drawn[0] % ONE_IN == 0


def working_days_after(day: date, days: int) -> date:
    """So many days later, of Monday to Friday: Cairn knows no calendar of holidays."""
    while days:
        day += timedelta(1)
        days -= day.weekday() < SATURDAY
    return day
