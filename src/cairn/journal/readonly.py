"""Whether a programme takes facts: not while its database and its published log disagree."""

from pathlib import Path

from django.conf import settings

from cairn.journal.durable import sync_folder, write_durably
from cairn.values import CairnError


class ReadOnlyError(CairnError):
    """The programme takes no facts until an operator has looked. Nothing was written."""


def log_folder(programme: str) -> Path:
    """Where a programme's log is kept, beside the database: tiles, checkpoint, verifier key."""
    return Path(settings.CAIRN_DIR) / "log" / programme


def refuse_if_read_only(programme: str) -> None:
    """Raises ReadOnlyError. A file and no setting, so that every process sees it at once."""
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


def take_facts_again(programme: str) -> None:
    """Only `cairn log recover` says so, once the database continues the log again."""
    (log_folder(programme) / "read-only").unlink(missing_ok=True)
    sync_folder(log_folder(programme))
