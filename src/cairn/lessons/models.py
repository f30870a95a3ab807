"""The read models of this capability, because Django looks for them here."""

from cairn.lessons.projections import AgendaItem, Debrief, LessonTheme, Recommendation

__all__ = ["AgendaItem", "Debrief", "LessonTheme", "Recommendation"]
