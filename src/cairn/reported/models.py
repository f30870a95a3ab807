"""The read models of this capability, because Django looks for them here."""

from cairn.reported.projections import (
    ReportedActivity,
    ReportedFile,
    ReportedMending,
    ReportedStatement,
)

__all__ = ["ReportedActivity", "ReportedFile", "ReportedMending", "ReportedStatement"]
