"""Whether a programme takes facts: not while its database and its published log disagree."""

from pathlib import Path

from django.conf import settings

from cairn.journal.durable import sync_folder, write_durably
from cairn.journal.spread import group_of
from cairn.values import CairnError


class ReadOnlyError(CairnError):
    """The programme takes no facts until an operator has looked. Nothing was written."""


def log_folder(programme: str) -> Path:
    """Where a programme's log is kept, beside the database: tiles, checkpoint, verifier key."""
    return Path(settings.CAIRN_DIR) / "log" / programme


def refuse_if_read_only(programme: str) -> None:
    """Raises ReadOnlyError. A file and no setting, so that every process sees it at once."""
    if settings.GROUP_NAMES and is_unheld(group_of(programme)):
        raise ReadOnlyError(
            f"The programme ‘{programme}’ takes no facts: its database was away, and is held against "
            "its log first. That takes `cairn serve` some seconds, or the next command at its start."
        )
    reason = why_read_only(programme)
    if reason:
        raise ReadOnlyError(
            f"The programme ‘{programme}’ takes no facts: {reason} "
            f"Its operator must run `cairn log recover {programme}`."
        )


def why_read_only(programme: str) -> str:
    """The reason, or nothing while the programme takes facts."""
    try:
        said = (log_folder(programme) / "read-only").read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    return said.strip() or "nobody wrote down why."


def make_read_only(programme: str, reason: str) -> None:
    """Take no more facts until an operator has looked. The first reason stays."""
    if not why_read_only(programme):
        write_durably(log_folder(programme) / "read-only", f"{reason}\n".encode())


def is_unheld(group: str) -> bool:
    """Whether the database of a group was away, and may have come back as another."""
    return _unheld(group).exists()


def say_unheld(group: str) -> None:
    """Take no facts there until it was held against its logs."""
    if not is_unheld(group):
        write_durably(_unheld(group), b"It was away.\n")


def say_held(group: str) -> None:
    """It was."""
    if is_unheld(group):
        _unheld(group).unlink(missing_ok=True)
        sync_folder(_unheld(group).parent)


def _unheld(group: str) -> Path:
    return Path(settings.CAIRN_DIR) / "unheld" / group


def take_facts_again(programme: str) -> None:
    """Only `cairn log recover` says so, once the database continues the log again."""
    (log_folder(programme) / "read-only").unlink(missing_ok=True)
    sync_folder(log_folder(programme))
