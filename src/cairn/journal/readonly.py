"""Whether a programme takes facts: not while its database and its published log disagree."""

from pathlib import Path

from django.conf import settings

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
        return (log_folder(programme) / "read-only").read_text().strip()
    except FileNotFoundError:
        return ""
