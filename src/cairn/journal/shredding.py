"""Erasing sealed parts, and the files that only they name, so that no crash leaves any behind."""

from collections.abc import Collection, Sequence
from functools import partial
from uuid import UUID

from cairn.journal import files, leftovers, sealing, spread
from cairn.journal.heads import lock
from cairn.journal.spread import DEFAULT


def shred(programme: str, parts: Sequence[tuple[int, str]]) -> None:
    """Erase parts, and the files that nothing names any more once that is durable."""
    files.doom(programme, sealing.erase(programme, parts))
    spread.on_commit(programme, partial(_after_shredding, programme))


def let_go_of_files(programme: str, ids: Collection[UUID], field: str) -> int:
    """Delete the files that an answer of these entries names, before a fact says that it was erased.

    For what must be gone at once, where the moment of that fact, which is public, would tell something.
    How many files went.
    """
    with spread.atomic(programme):
        lock(programme)
        gone = sealing.let_go(programme, ids, field)
        if gone:
            files.doom(programme, gone)
            spread.on_commit(programme, partial(_after_shredding, programme))
    return len(gone)


def _after_shredding(programme: str) -> None:
    with spread.atomic(programme):
        lock(programme)  # else somebody could name a file between the look and the deletion
        files.bury(programme)
    sealing.after_erasing(programme)


def shred_again(programme: str) -> None:
    """Erase what facts say was erased: a database from an older backup has it once more."""
    shreds = sealing.shreds_in(programme)
    there = sealing.parts_of_ids(programme, {id for id, _field in shreds})  # noqa: A001
    again = [(position, key[1]) for key, (position, _file) in there.items() if key in shreds]
    if again:
        shred(programme, again)


def finish_shredding(group: str = DEFAULT) -> None:
    """Delete the files of a group's programmes that a crash left doomed, and what older readers kept. Run at each start."""
    for programme in files.with_doomed():
        if spread.group_of(programme) == group:
            _after_shredding(programme)
    leftovers.come_back(group)
