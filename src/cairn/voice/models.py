"""The read models and private tables of this capability, because Django looks for them here."""

from cairn.voice.private import Slip, Turned, Waiting
from cairn.voice.projections import Category, Clocks, ThingSaid, Voice, VoiceText

__all__ = ["Category", "Clocks", "Slip", "ThingSaid", "Turned", "Voice", "VoiceText", "Waiting"]
