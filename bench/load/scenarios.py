"""Who does what in a run: so many readers, people at work, phones, programs, and how long they think."""

from dataclasses import asdict, dataclass, field
from typing import Any

Seconds = tuple[float, float]
NONE: Seconds = (0.0, 0.0)


@dataclass(frozen=True)
class Scenario:
    """How many of each there are (`mixture.py` says what they do), and what is held against it."""

    said: str
    users: dict[str, int]
    think: dict[str, Seconds] = field(default_factory=dict)
    every: float = 0
    """Seconds from one request of a reader or a program to their next, however long it took; 0: at once."""
    facts_of_a_phone: tuple[int, int] = (1, 20)
    photos_of_a_phone: int = 1
    phones_send_once: bool = False
    """Then it is over when all have sent, and not after some seconds."""
    sign_in_within: float = 30
    pages: tuple[tuple[str, str], ...] = ()
    """What readers read; what the world says where nothing is named."""

    def plan(self) -> dict[str, Any]:
        nothing = dict.fromkeys(("readers", "exporters", "phones", "at_work"), NONE)
        return asdict(self) | {"think": nothing | self.think}


STATIC = (
    ("style sheet", "/static/cairn/cairn.css"),
    ("mark", "/static/cairn/cairn.svg"),
)

SCENARIOS = {
    "static": Scenario("files that never change, by sixteen", {"readers": 16}, pages=STATIC),
    "public": Scenario("public pages, by sixteen who never stop to think", {"readers": 16}),
    "public at 300": Scenario(
        "public pages, 300 asked for in a second, by sixty", {"readers": 60}, every=0.2
    ),
    "recording": Scenario("a fact a transaction, by sixteen programs", {"recorders": 16}),
    "recording at 100": Scenario(
        "a fact a transaction, 100 sent in a second, by fifty programs",
        {"recorders": 50},
        every=0.5,
    ),
    "month": Scenario(
        "phones that were without network for a month send, all at once",
        {"phones": 1000},
        facts_of_a_phone=(50, 50),
        photos_of_a_phone=0,
        phones_send_once=True,
    ),
    "mixture": Scenario(
        "everybody at once, with time to think",
        {"readers": 40, "at_work": 20, "phones": 30, "exporters": 2},
        {"readers": (0.2, 2), "at_work": (5, 15), "phones": (2, 10), "exporters": (5, 20)},
    ),
    "seventy": Scenario("seventy people at work", {"at_work": 70}, {"at_work": (10, 30)}),
    "at once": Scenario("seventy people who never stop to think", {"at_work": 70}),
}
