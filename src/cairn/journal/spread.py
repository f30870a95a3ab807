"""In which database a programme's record is: one for all, or groups of programmes on servers of their own.

Each query says of which programme it asks, and the router sends it there: by `filter(programme=…)`, or
by `beside(programme)` where no column says so. What belongs to no programme is in the default group.
Reads of a request for everybody may go to a replica of its group; see web/spread.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cairn.journal.away import REPLICA, GroupAwayError
from cairn.journal.past import programme_of

M = TypeVar("M", bound=models.Model)

DEFAULT: Final = DEFAULT_DB_ALIAS


def group_of(programme: str) -> str:
    """The group that keeps a programme, or a past of it: Django's alias of its database."""
    group: str = settings.GROUPS.get(programme_of(programme), DEFAULT)
    return group


def groups() -> list[str]:
    """Every group, the default first."""
    return [DEFAULT, *settings.GROUP_NAMES]


def connection_of(programme: str) -> BaseDatabaseWrapper:
    """The connection that writes what is a programme's."""
    return connections[group_of(programme)]


def atomic(programme: str) -> transaction.Atomic:
    """A transaction in the database of a programme."""
    return transaction.atomic(using=group_of(programme))


def roll_back(programme: str) -> None:
    """Have the transaction that is under way there write nothing."""
    transaction.set_rollback(True, using=group_of(programme))


@contextmanager
def at_one_moment(programme: str) -> Iterator[None]:
    """Have all that is read of a programme within be as it stood at one moment, while others write.

    Nothing is written within, and it is short: what is erased meanwhile stays in the database's own files
    till it ends. Within a transaction it is that one's moment, or none on PostgreSQL.
    """
    connection: Any = connection_of(programme)
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        connection.ensure_connection()  # which says how transactions begin
        before, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic(using=connection.alias):  # else writers would wait for it
                yield
        finally:
            connection.transaction_mode = before


def on_commit(programme: str, then: Callable[[], object]) -> None:
    """Do something once what is under way there is durable."""
    transaction.on_commit(then, using=group_of(programme))


def answers(group: str) -> bool:
    """Whether a database can be reached now. Where there is but one, it is not asked."""
    if len(settings.DATABASES) == 1:
        return True
    connection = connections[group]
    try:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    except GroupAwayError:
        return False
    return True


def readable(group: str) -> str | None:
    """From where a group can be read: its primary, else its replica; None where both are away."""
    copies = (alias for alias in (group, f"{group}{REPLICA}") if alias in settings.DATABASES)
    return next(filter(answers, copies), None)


def groups_that_answer() -> Iterator[str]:
    """Every group whose database can be reached: for work that goes on without the others."""
    return filter(answers, groups())


# Replicas


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy of a group's database, which holds so many facts of a programme."""

    alias: str
    programme: str
    position: int


_replica: ContextVar[Replica | None] = ContextVar("replica", default=None)


@contextmanager
def reading_from(replica: Replica | None) -> Iterator[None]:
    """Have what is read of a programme within come from a replica; what is written does not."""
    token = _replica.set(replica)
    try:
        yield
    finally:
        _replica.reset(token)


def use_replica(replica: Replica | None) -> None:
    """From here on until `reading_from` ends."""
    _replica.set(replica)


def replica_in_use() -> Replica | None:
    """From which copy pages read now; None where they read what is written."""
    return _replica.get()


def read_from(programme: str) -> str:
    """The database from which a programme is read now. Within a transaction it is that one's."""
    group, replica = group_of(programme), _replica.get()
    if replica is None or replica.programme != programme or connections[group].in_atomic_block:
        return group
    return replica.alias


def connection_to_read(programme: str) -> BaseDatabaseWrapper:
    """The connection from which a programme is read now."""
    return connections[read_from(programme)]


# What queries say, and who hears it


class Records(models.QuerySet[M]):
    """Rows of which each query says whose they are."""

    def beside(self, programme: str) -> Self:
        """Rows in the database of a programme."""
        chained: Self = self._chain()  # type: ignore[attr-defined]  # Django's
        chained._hints = {**chained._hints, "programme": programme}  # type: ignore[attr-defined]
        return chained

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Self:  # noqa: ANN401, FBT001 - Django's
        programme = kwargs.get("programme")
        asked = self if negate or programme is None else self.beside(str(programme))
        found: Self = super(Records, asked)._filter_or_exclude(negate, args, kwargs)  # type: ignore[misc]
        return found

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[M, bool]:  # noqa: ANN401 - Django's
        """Django's, where its programme is."""
        programme = kwargs.get("programme")
        asked = self if programme is None else self.beside(str(programme))
        return super(Records, asked).get_or_create(defaults, **kwargs)

    def create(self, **kwargs: Any) -> M:  # noqa: ANN401 - Django's
        """Likewise."""
        programme = kwargs.get("programme")
        asked = self if programme is None else self.beside(str(programme))
        return super(Records, asked).create(**kwargs)


class Kept(models.Manager[M]):
    """Finds rows that are kept with the record of their programme."""

    def get_queryset(self) -> Records[M]:
        """All of them, once somebody says whose."""
        return Records(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]

    def beside(self, programme: str) -> Records[M]:
        """Those in the database of a programme."""
        return self.get_queryset().beside(programme)


class WhoseError(TypeError):
    """A query of a programme's table that does not say of which programme: a bug of ours."""


class Router:
    """Sends what is a programme's to its group, and everything else to the default one."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:  # noqa: ANN401 - Django's
        """Where to read."""
        return read_from(_whose(model, hints)) if _is_kept(model) else DEFAULT

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:  # noqa: ANN401 - Django's
        """Where to write."""
        return group_of(_whose(model, hints)) if _is_kept(model) else DEFAULT

    def allow_relation(self, *_rows: object, **_hints: object) -> bool:
        """A user stands in the default group, whatever they recorded in another."""
        return True


def _is_kept(model: type[models.Model]) -> bool:
    return isinstance(model._default_manager, Kept)


def _whose(model: type[models.Model], hints: dict[str, Any]) -> str:
    programme = hints.get("programme") or getattr(hints.get("instance"), "programme", None)
    if programme is None:
        raise WhoseError(f"Of which programme? A query of {model.__name__} must say so.")
    return str(programme)
