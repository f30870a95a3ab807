"""What residents of the demo say to two notices: which well first, and whether the deep well runs.

Each day's batch is five, so that it needs no blank. It has a chance of its own: the rest is told alike.
"""

from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from cairn.demo.noticing import PLACES
from cairn.demo.places import Village
from cairn.demo.world import World, post_of
from cairn.journal.fact import Fact
from cairn.values import Text
from cairn.voice.facts import ClaimConfirmed, Claimed, ClaimLookedInto, Found, QuestionAnswered
from cairn.voice.upkeep import BY, MULTIPLE

ASKED, CLAIMED, WHERE = "which-well", "well-hours", "qarasu"
FIRST: Final = date(2026, 11, 6)
SO: Final = 11
NOT_SO: Final = 6
"""On so many days somebody said so, or that it is not so: the latter on the first of them."""
CHOSEN: Final = (22, 12, 4)
"""How often each choice was chosen: with the above, five on each day."""
LOOKED: Final = date(2026, 11, 18)
FOUND: Final = Text(
    en="Looked at on three mornings: on two water ran from five to eleven, on the third the power failed.",
    zh_hans="三个早上到现场查看：两个早上5点至11点有水，另一个早上停电。",
    ug="ئۈچ ئەتىگەن بېرىپ كۆرۈلدى: ئىككىسىدە سۇ سائەت 5 تىن 11 گىچە ئاقتى، بىرىدە توك ئۈزۈلدى.",
    ky="Үч эртең менен барып көрүлдү: экөөндө суу саат 5тен 11ге чейин акты, бирөөндө жарык өчтү.",
)


def plan_answers(world: World) -> None:
    """Let residents answer, day by day; then somebody above the notice's writer looks."""
    chance = Random("answers to notices")  # noqa: S311 - a story, no secret
    chosen = [number for number, times in enumerate(CHOSEN, start=1) for _time in range(times)]
    chance.shuffle(chosen)
    for nth in range(SO):
        said: list[Fact] = [ClaimConfirmed(notice=CLAIMED, claimed=Claimed.SO)]
        if nth < NOT_SO:
            said.append(ClaimConfirmed(notice=CLAIMED, claimed=Claimed.NOT_SO))
        while len(said) < MULTIPLE:
            said.append(QuestionAnswered(notice=ASKED, number=chosen.pop()))
        chance.shuffle(said)
        for fact in said:
            world.at(FIRST + timedelta(nth), partial(_say, world, fact, chance))
    world.at(LOOKED, partial(_look, world, chance))


def _say(world: World, fact: Fact, chance: Random, day: date) -> None:
    world.diary.tell(fact, day, BY, days_late=0, chance=chance, at_random=True)


def _look(world: World, chance: Random, day: date) -> None:
    village = PLACES[WHERE]
    above = post_of(village.township) if isinstance(village, Village) else post_of(village)
    found = ClaimLookedInto(notice=CLAIMED, found=Found.IN_PART, what=FOUND)
    world.diary.tell(found, day, above, days_late=0, chance=chance)
