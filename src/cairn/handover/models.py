"""The read models of this capability, because Django looks for them here."""

from cairn.handover.projections import Handover, HandoverLine, KeysAt, TeamNote, Turn

__all__ = ["Handover", "HandoverLine", "KeysAt", "TeamNote", "Turn"]
