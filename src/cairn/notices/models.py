"""The read models of this capability, because Django looks for them here."""

from cairn.notices.projections import Notice, Question, Version

__all__ = ["Notice", "Question", "Version"]
