"""How long things may take, in days: the clocks of the worklist. Everybody is shown them."""

from typing import Final

DAYS: Final = {
    "confirm": 14,
    "rest": 14,
    "evidence": 30,
    "reopening": 7,
    "approve": 14,
    "put-right": 14,
    "unsaid": 30,
    "need": 60,
    "mend": 14,
    "answer": 7,
    "help": 30,
    "see": 14,
    "translate": 7,
    "check": 7,
    "publish": 3,
    "read-aloud": 7,
    "voice-close": 30,
    "look": 14,
    "claim": 14,
    "minutes": 14,
    "stand-by": 14,
    "put": 14,
    "recommendation": 30,
    "verify": 14,
    "close": 14,
    "successor": 14,
    "freeze": 7,
    "walk": 14,
    "sign-out": 7,
    "witness": 7,
    "sign-in": 7,
    "settle": 30,
    "take-over": 30,
    "iati-ref": 30,
    "iati-currency": 30,
}
"""From when it was owed. Where a fact names the day, as who mends what by when, that day counts."""

SORTS: Final = (
    "confirm",
    "rest",
    "evidence",
    "reopening",
    "approve",
    "finish",
    "milestone",
    "put-right",
    "unsaid",
    "need",
    "upkeep",
    "mend",
    "inspect",
    "account-for",
    "answer",
    "help",
    "see",
    "translate",
    "check",
    "publish",
    "read-aloud",
    "voice-screen",
    "voice-listen",
    "voice-route",
    "voice-answer",
    "voice-promise",
    "voice-dispute",
    "voice-close",
    "look",
    "claim",
    "hold",
    "minutes",
    "stand-by",
    "put",
    "recommendation",
    "carry-out",
    "verify",
    "close",
    "hand-over",
    "successor",
    "freeze",
    "walk",
    "sign-out",
    "witness",
    "sign-in",
    "settle",
    "take-over",
    "iati-ref",
    "iati-currency",
)
"""Every sort of commitment, in the order in which filters offer them."""

AHEAD: Final = 30
"""What is planned for a day stands on the list from so many days before."""

LOOK_EVERY: Final = 180
"""Somebody looks at every asset once in so many days."""

CLIMBS_EVERY: Final = 15
"""What is overdue comes up a level on the day after its day, and one more every so many days."""
