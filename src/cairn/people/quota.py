"""How many files a post may send in a day: what keeps one of them from filling the disk."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cairn.people.models import FilesSent
from cairn.people.seats import Seat
from cairn.values import CairnError

MOST_FILES: Final = 300
MOST_BYTES: Final = 600 * 2**20
"""A team photographs each receipt of a year in one sitting, and not more."""


class QuotaError(CairnError):
    """A post has sent as many files today as it may. Nothing was kept."""


def take(seat: Seat, *, size: int, now: datetime) -> None:
    """Count a file that a post sends. Raises QuotaError.

    It is counted before it is looked at: what is refused costs work as well.
    """
    with transaction.atomic():
        sent, _made = FilesSent.objects.select_for_update().get_or_create(
            programme=seat.programme, post=seat.post, day=now.date()
        )
        if sent.files >= MOST_FILES or sent.size + size > MOST_BYTES:
            raise QuotaError(
                _("This post has sent as many files as it may in a day; go on tomorrow.")
            )
        FilesSent.objects.filter(
            programme=seat.programme, post=seat.post, day__lt=now.date()
        ).delete()
        FilesSent.objects.filter(pk=sent.pk).update(files=sent.files + 1, size=sent.size + size)
