"""What somebody typed into a form and has not recorded yet: kept for that user at that post alone.

Kept here and not in the browser: a village has one machine, and whoever sits down at it next must
not find what the last one typed. It is erased once it is recorded, and after DAYS whatever happens.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from cairn.people.models import FormDraft
from cairn.people.seats import Seat

DAYS = 7
MOST_SIGNS = 64_000
"""Of all that one draft holds: the largest entry."""

Said = Mapping[str, list[str]]


def keep(seat: Seat, form: str, said: Said, *, now: datetime) -> bool:
    """Keep a draft in place of the one before. Whether it was kept: none is that is too long."""
    forget_old(now=now)
    if sum(len(one) for values in said.values() for one in values) > MOST_SIGNS:
        return False
    FormDraft.objects.update_or_create(
        user_id=seat.user,
        programme=seat.programme,
        post=seat.post,
        form=form,
        defaults={"said": dict(said), "kept_at": now},
    )
    return True


def kept(seat: Seat, form: str, *, now: datetime) -> FormDraft | None:
    """The draft of a form, if there is one that has not expired."""
    return _of(seat).filter(form=form, kept_at__gt=now - timedelta(days=DAYS)).first()


def all_kept(seat: Seat, *, now: datetime) -> list[FormDraft]:
    """Every draft of this user at this post, the newest first."""
    found = _of(seat).filter(kept_at__gt=now - timedelta(days=DAYS))
    return list(found.order_by("-kept_at"))


def erase(seat: Seat, form: str) -> None:
    """Erase a draft: it was recorded, or is not wanted."""
    _of(seat).filter(form=form).delete()


def forget_old(*, now: datetime) -> None:
    """Erase whatever has expired, of whomever."""
    FormDraft.objects.filter(kept_at__lte=now - timedelta(days=DAYS)).delete()


def _of(seat: Seat) -> QuerySet[FormDraft]:
    return FormDraft.objects.filter(user=seat.user, programme=seat.programme, post=seat.post)
