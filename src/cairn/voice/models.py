"""The read models and private tables of this capability, because Django looks for them here."""

from cairn.voice.private import Slip, Turned, Waiting
from cairn.voice.projections import (
    Category,
    ClaimSaid,
    Clocks,
    QuestionSaid,
    ThingSaid,
    Voice,
    VoiceText,
)

__all__ = [
    "Category",
    "ClaimSaid",
    "Clocks",
    "QuestionSaid",
    "Slip",
    "ThingSaid",
    "Turned",
    "Voice",
    "VoiceText",
    "Waiting",
]
