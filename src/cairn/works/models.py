"""The read models of this capability, because Django looks for them here."""

from cairn.works.projections import Milestone, Need, ProgressInspection, Project, Supplier

__all__ = ["Milestone", "Need", "ProgressInspection", "Project", "Supplier"]
