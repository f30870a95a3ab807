"""The story of the demo, told from beginning to end: the same for everybody who names its seed."""

from datetime import date
from typing import Final

from cairn.demo.asking import plan_requests, plan_visits
from cairn.demo.building import plan_projects
from cairn.demo.diary import Tale
from cairn.demo.founding import found
from cairn.demo.giving import plan_pledges
from cairn.demo.handing_over import plan_handovers
from cairn.demo.learning import plan_learning
from cairn.demo.notice_answers import plan_answers
from cairn.demo.noticing import plan_notices
from cairn.demo.passing import plan_paydays
from cairn.demo.resident import plan_residence
from cairn.demo.standing import plan_needs
from cairn.demo.sundries import plan_sundries
from cairn.demo.voices import plan_voices
from cairn.demo.world import World

TODAY: Final = date(2026, 11, 20)
"""The demo's own last day, whatever the clock says."""

SEED: Final = 20250106
PROJECTS: Final = 412

MISHAPS: Final = {
    "pledge-changed": [date(2025, 2, 1), date(2025, 4, 1), date(2026, 1, 20), date(2026, 3, 1)],
    "voided": [date(2025, 5, 12), date(2025, 9, 1), date(2026, 6, 2)],
    "arrived-short": [date(2025, 6, 3), date(2026, 5, 4), date(2026, 10, 8)],
    "mistyped": [date(2025, 7, 8), date(2026, 4, 14)],
    "sent-twice": [date(2025, 8, 4)],
    "entered-twice": [date(2025, 6, 20), date(2025, 11, 3), date(2026, 7, 1)],
    "sent-astray": [date(2025, 7, 15), date(2026, 5, 25), date(2026, 8, 15)],
    "never-confirmed": [
        date(2026, 8, 24),
        date(2026, 9, 28),
        date(2026, 10, 5),
        date(2026, 10, 15),
    ],
    "breach": [date(2025, 7, 1), date(2025, 10, 10), date(2026, 6, 15), date(2026, 9, 1)],
    "off-purpose": [date(2025, 6, 1), date(2025, 8, 20), date(2026, 5, 10), date(2026, 8, 1)],
    "paid-too-early": [date(2025, 8, 11), date(2026, 4, 20)],
}
"""What goes wrong, each at the first chance from its day on."""


def tale(*, seed: int = SEED, today: date = TODAY) -> Tale:
    """Everything that was recorded until `today`. Another seed is another programme."""
    diary = told(seed=seed, today=today).diary
    programme = "demo" if seed == SEED else f"demo-{seed}"
    batches = list(diary.batches())
    return Tale(programme, len(diary), batches[0].drafts[0].id, lambda: iter(batches))


def told(*, seed: int = SEED, today: date = TODAY) -> World:
    """The world after the story: for tests that ask what was meant to happen."""
    world = World(seed, today, MISHAPS)
    found(world)
    plan_pledges(world)
    plan_projects(world, PROJECTS)
    plan_paydays(world)
    plan_sundries(world)
    plan_needs(world)
    plan_residence(world)
    plan_requests(world)
    plan_visits(world)
    plan_notices(world)
    plan_voices(world, seed)
    plan_answers(world)
    plan_learning(world, seed)
    if seed == SEED:
        plan_handovers(world, seed)
    world.run()
    return world
