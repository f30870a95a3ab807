"""What the first cohort learned: its debrief, what nine posts recommended, and what became of it.

It has a chance of its own, so that the rest of the story is told alike with and without it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from cairn.demo.founding import PROVINCE, YEARS
from cairn.demo.places import COUNTIES, TOWNSHIPS, VILLAGES, both
from cairn.demo.world import World, post_of
from cairn.journal.fact import Fact
from cairn.lessons.facts import (
    Answer,
    DebriefCalled,
    DebriefHeld,
    Ending,
    ItemPut,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationBegun,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationMerged,
    RecommendationPut,
    RecommendationThemed,
    RecommendationVerified,
    ThemeOffered,
)
from cairn.values import Text

COUNTY: Final = COUNTIES[0]
CHAIR: Final = f"county-office.{COUNTY.id}"
BESIDE: Final = f"county-accountant.{COUNTY.id}"
"""Another post of the county, which sees what the chair claims."""
TOWNSHIP: Final = post_of(TOWNSHIPS[0])
CLOSE, HALF = "close-2025", "half-way-2026"
CALLED_ON, HELD_ON = date(2025, 11, 24), date(2025, 12, 18)
LATER_CALLED_ON: Final = date(2026, 11, 2)
PRESENT: Final = 31

SPEAKERS: Final = (*(f"team.{one.id}-{YEARS[0]}" for one in VILLAGES[:8]), TOWNSHIP)
CALLED: Final = (*(f"驻{one.name.zh_hans}工作队" for one in VILLAGES[:8]), "红柳乡乡村工程办")

THEMES: Final = {
    "upkeep": both("Upkeep of what was built", "设施管护"),
    "money": both("How money reaches the villages", "资金到村"),
    "handover": both("Handing over to the next team", "工作移交"),
    "languages": both("Languages and notices", "语言与通知"),
    "works": both("How works are done", "工程实施"),
}

OPEN, WAITS, YES, BEGUN, LATE, CLAIMED = "open", "waits", "yes", "begun", "late", "claimed"
DONE, OTHERWISE, NO, NOT_NOW, SAME = "done", "otherwise", "no", "not-now", "same"


@dataclass(frozen=True, slots=True)
class Said:
    """A recommendation: who said it, what, about what, of whom it is asked, and what became of it."""

    speaker: int
    zh: str
    en: str
    theme: str
    asked: str
    fate: str


RECOMMENDED: Final = (
    Said(0, "每口机井定下管护人和电费来源", "Settle for each well who keeps it and who pays its power", "upkeep", TOWNSHIP, DONE),
    Said(0, "移交清单写明每项质保到期日", "List every warranty with its end date in the handover", "handover", CHAIR, DONE),
    Said(0, "水泵备一套密封圈放在村里", "Keep a spare set of seals for the pump in the village", "upkeep", TOWNSHIP, DONE),
    Said(1, "拨款到账三日内在村公示栏公布", "Post money on the village board within three days of its arrival", "money", TOWNSHIP, DONE),
    Said(1, "县里简化到村拨付手续", "Shorten the way by which the county pays villages", "money", CHAIR, BEGUN),
    Said(1, "雨季前检查一次涵洞", "Look at the culverts once before the rains", "works", TOWNSHIP, DONE),
    Said(2, "在上游修一座沉沙池", "Build a sand trap upstream", "works", CHAIR, NOT_NOW),
    Said(2, "每季度派会计到村教一天", "Send an accountant for a day each quarter to teach", "money", CHAIR, YES),
    Said(2, "合作社账目在村里公布", "Post the cooperative's accounts in the village", "money", TOWNSHIP, DONE),
    Said(3, "通知同时印几种文字", "Print notices in several languages at once", "languages", CHAIR, DONE),
    Said(3, "通知录成音频在广播里放", "Record notices and play them on the loudspeaker", "languages", CHAIR, LATE),
    Said(3, "各村用同一种收据格式", "Use one form of receipt in all villages", "money", CHAIR, DONE),
    Said(4, "验收时请村委会到场签字", "Have the village committee sign when works are taken over", "works", TOWNSHIP, DONE),
    Said(4, "质保金压满两年再付", "Hold back the retention for two years", "works", CHAIR, OTHERWISE),
    Said(4, "不要再给养殖合作社追加投入", "Put no more money into the breeding cooperative", "money", PROVINCE, NO),
    Said(5, "教室取暖改用电", "Heat the classrooms with electricity", "works", CHAIR, WAITS),
    Said(5, "幼儿园钥匙移交给中心小学保管", "Leave the kindergarten's keys with the central school", "handover", TOWNSHIP, DONE),
    Said(5, "书在开学前送到", "Let the books arrive before school begins", "handover", PROVINCE, LATE),
    Said(6, "能从系统里取的数不再向村里要", "Ask villages for no figure that the record holds", "handover", PROVINCE, YES),
    Said(6, "工程图纸在县里存一份", "Keep a copy of all drawings in the county", "handover", CHAIR, CLAIMED),
    Said(6, "村里的图纸在县档案馆存一份", "Keep a copy of the village's drawings in the county's archive", "handover", CHAIR, SAME),
    Said(7, "路灯坏了三天内修好", "Mend lamps within three days", "upkeep", TOWNSHIP, WAITS),
    Said(7, "铺路前先埋好管线", "Lay pipes before the road is paved", "works", CHAIR, YES),
    Said(7, "下一轮工作队提前一周进村交接", "Let the next team come a week before the last one goes", "handover", PROVINCE, NO),
    Said(8, "乡里配一名懂水泵的维修工", "Give the township a fitter who knows pumps", "upkeep", CHAIR, WAITS),
    Said(8, "各村统一开设专账", "Open an account of its own for each village", "money", CHAIR, OPEN),
)  # fmt: skip

ITEMS: Final = (
    (f"team.{VILLAGES[0].id}-{YEARS[0]}", both("Who keeps the pumps", "机井由谁管护")),
    (TOWNSHIP, both("Why money takes 26 days to a village", "拨款到村为何要26天")),
)
ACCEPTED: Final = both("It will be done as recommended", "按建议办理")
REJECTED: Final = both(
    "It is for the villages to decide, and not for us", "应由村里决定，不由我们定"
)
IN_PART: Final = both(
    "One year is held back; two would keep small builders away", "压一年；压两年小施工队不敢来"
)
NOT_THIS_YEAR: Final = both("No money before 2027", "2027年前没有资金")
SHOWN: Final = both("Written down and signed by both sides", "已成文并由双方签字")


class Teller:
    """Tells of what was learned with a chance of its own."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.drafted: dict[Said, str] = {}
        """The id under which each was drafted."""
        self._chance = Random(f"learning {seed}")  # noqa: S311 - a story, no secret

    def tell(self, fact: Fact, day: date, post: str) -> str:
        """Record something on its day; its id."""
        return self.world.diary.tell(fact, day, post, days_late=0, chance=self._chance)

    def at(self, day: date, fact: Fact, post: str) -> None:
        """Let something be recorded on a day."""
        self.world.at(day, lambda on: self.tell(fact, on, post))


def plan_learning(world: World, seed: int) -> None:
    """Call the debrief, hold it, draft what was said; and call the second cohort's."""
    teller = Teller(world, seed)
    for theme, name in THEMES.items():
        teller.at(CALLED_ON, ThemeOffered(theme=theme, name=name), PROVINCE)
    name = both("What the teams of 2025 learned", "2025年驻村工作总结会")
    world.at(CALLED_ON, partial(_call, teller, CLOSE, YEARS[0], name, HELD_ON))
    for post, item in ITEMS:
        teller.at(CALLED_ON + timedelta(9), ItemPut(debrief=CLOSE, name=item), post)
    world.at(HELD_ON, partial(_hold, teller))
    later = both("Half way: what the teams of 2026 have learned", "2026年驻村工作中期总结会")
    world.at(LATER_CALLED_ON, partial(_call, teller, HALF, YEARS[1], later, date(2026, 12, 10)))


def _call(teller: Teller, debrief: str, year: int, name: Text, on: date, day: date) -> None:
    called = DebriefCalled(
        debrief=debrief, cohort=str(year), place=COUNTY.id, name=name, chair=CHAIR, on=on
    )
    teller.tell(called, day, CHAIR)


def _hold(teller: Teller, day: date) -> None:
    """Thirty-one people for eleven posts; what they asked for is drafted three days later."""
    posts = (CHAIR, BESIDE, *SPEAKERS)
    teller.tell(DebriefHeld(debrief=CLOSE, posts=posts, present=PRESENT), day, CHAIR)
    written = MinutesWritten(debrief=CLOSE, text=_minutes())
    teller.at(day + timedelta(1), written, CHAIR)
    for said in RECOMMENDED:
        teller.world.at(day + timedelta(3), partial(_draft, teller, said))


def _minutes() -> str:
    """Minutes as such meetings have them: who spoke, and what they asked for."""
    lines = ["2025年驻村工作总结会纪要", f"时间：2025年12月18日  参加{PRESENT}人"]
    for nth, called in enumerate(CALLED):
        wishes = "。建议".join(one.zh for one in RECOMMENDED if one.speaker == nth)
        lines.append(f"{called}说道：“今年的工作大体完成了。建议{wishes}。”")
    return "\n".join(lines)


def _draft(teller: Teller, said: Said, day: date) -> None:
    drafted = RecommendationDrafted(
        debrief=CLOSE,
        text=both(said.en, said.zh),
        speaker=SPEAKERS[said.speaker],
        asked=said.asked,
    )
    one = teller.tell(drafted, day, CHAIR)
    themed = RecommendationThemed(recommendation=one, theme=said.theme)
    teller.at(day + timedelta(2), themed, CHAIR)
    if said.fate == SAME:
        into = teller.drafted[RECOMMENDED[RECOMMENDED.index(said) - 1]]
        merged = RecommendationMerged(recommendation=one, into=into)
        teller.at(day + timedelta(4), merged, CHAIR)
        return
    confirmed = RecommendationConfirmed(recommendation=one)
    teller.at(day + timedelta(5), confirmed, SPEAKERS[said.speaker])
    teller.drafted[said] = one
    if said.fate != OPEN:
        asked = RecommendationPut(recommendation=one, asked=said.asked)
        teller.at(day + timedelta(20), asked, CHAIR)
        teller.world.at(day + timedelta(34), partial(_answer, teller, said, one))


def _answer(teller: Teller, said: Said, one: str, day: date) -> None:
    if said.fate == WAITS:
        return
    no = said.fate == NO
    in_part = said.fate == OTHERWISE
    by = None if no else day + timedelta(60 if said.fate in {DONE, LATE} else 420)
    answer = Answer.REJECTED if no else Answer.IN_PART if in_part else Answer.ACCEPTED
    reason = REJECTED if no else IN_PART if in_part else ACCEPTED
    fact = RecommendationAnswered(recommendation=one, answer=answer, reason=reason, by=by)
    teller.tell(fact, day, said.asked)
    if said.fate in {BEGUN, CLAIMED, DONE}:
        teller.at(day + timedelta(14), RecommendationBegun(recommendation=one), said.asked)
    if said.fate in {CLAIMED, DONE}:
        claimed = RecommendationClaimed(recommendation=one, shows=SHOWN)
        teller.at(day + timedelta(45), claimed, said.asked)
    if said.fate == DONE:
        sees = BESIDE if said.asked == CHAIR else CHAIR
        teller.at(day + timedelta(52), RecommendationVerified(recommendation=one), sees)
    endings = {
        DONE: (Ending.IMPLEMENTED, None),
        OTHERWISE: (Ending.ALTERNATIVE, IN_PART),
        NO: (Ending.NOT_IMPLEMENTED, REJECTED),
        NOT_NOW: (Ending.NO_LONGER, NOT_THIS_YEAR),
    }
    if said.fate in endings:
        ending, why = endings[said.fate]
        closed = RecommendationClosed(recommendation=one, ending=ending, reason=why)
        teller.at(day + timedelta(60), closed, CHAIR)
