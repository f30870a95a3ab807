"""What residents said over two years, and what they were answered. All of it made up.

It has a chance of its own, so that the story of the money is told alike with and without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from cairn.demo.founding import PROVINCE
from cairn.demo.places import VILLAGES, Village
from cairn.demo.world import World, post_of
from cairn.journal.fact import Fact
from cairn.journal.facts import PartShredded
from cairn.values import Text
from cairn.voice.clocks import DEFAULT, working_days_after
from cairn.voice.facts import (
    BlankReceived,
    CategoryOffered,
    DisputeAnswered,
    Outcome,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceReceived,
    VoiceRouted,
    VoiceScreened,
)
from cairn.voice.upkeep import BY, MULTIPLE, REASON

FIRST: Final = date(2025, 3, 10)
WEEKS_APART: Final = 2
NEAR: Final = 0.45
"""How many of all come from the first three villages: there somebody put up the box."""


def in_four(en: str, zh: str, ug: str, ky: str) -> Text:
    """A text in the languages of the villages; Uyghur and Kyrgyz by a machine's hand."""
    return Text(en=en, zh_hans=zh, ug=ug, ky=ky)


CATEGORIES: Final = {
    "water": (in_four("Water", "用水", "سۇ", "Суу"), None),
    "roads": (
        in_four("Roads and bridges", "道路和桥", "يول ۋە كۆۋرۈكلەر", "Жолдор жана көпүрөлөр"),
        None,
    ),
    "works": (
        in_four(
            "Works and what they cost",
            "工程和花费",
            "قۇرۇلۇشلار ۋە چىقىمى",
            "Иштер жана алардын баасы",
        ),
        None,
    ),
    "promises": (
        in_four("What was promised", "承诺的事", "ۋەدە قىلىنغان ئىشلار", "Убада кылынган иштер"),
        None,
    ),
    "other": (in_four("Something else", "其他事项", "باشقا ئىشلار", "Башка"), None),
    "violence": (
        in_four(
            "Somebody is hurt or threatened",
            "有人受伤害或受威胁",
            "بىرسى زىيانغا ياكى تەھدىتكە ئۇچرىدى",
            "Кимдир бирөө зордукка же коркутууга кабылды",
        ),
        in_four(
            "Police: 110. Women's hotline: 12338, day and night.",
            "报警110；妇女热线12338，昼夜均可。",
            "ساقچى: 110. ئاياللار تېلېفونى: 12338، كېچە-كۈندۈز.",
            "Полиция: 110. Аялдардын ишеним телефону: 12338, күнү-түнү.",
        ),
    ),
    "crime": (
        in_four(
            "Bribes, theft, fraud",
            "行贿、盗窃、诈骗",
            "پارا، ئوغرىلىق، ئالدامچىلىق",
            "Пара, уурулук, алдамчылык",
        ),
        in_four(
            "Discipline office of the county: 12388. Police: 110.",
            "县纪检监察：12388。报警：110。",
            "ناھىيەلىك ئىنتىزام ئورگىنى: 12388. ساقچى: 110.",
            "Райондун тартип органы: 12388. Полиция: 110.",
        ),
    ),
    "illness": (
        in_four("Somebody is ill", "有人生病", "بىرسى كېسەل بولدى", "Кимдир бирөө ооруп калды"),
        in_four(
            "Emergency: 120. Health line: 12320.",
            "急救：120。卫生热线：12320。",
            "جىددىي قۇتقۇزۇش: 120. ساغلاملىق تېلېفونى: 12320.",
            "Тез жардам: 120. Ден соолук телефону: 12320.",
        ),
    ),
}

Said = tuple[str, str, Text]

SAID: Final[tuple[Said, ...]] = (
    ("water", "学校旁的水泵停了三周 · The pump by the school has stood still for three weeks",
     in_four("The seal was replaced; the pump runs.", "已换密封圈，水泵恢复运行。",
             "سالنىك ئالماشتۇرۇلدى، پومپا ئىشلەۋاتىدۇ.", "Тыгыздагыч алмаштырылды, насос иштеп жатат.")),
    ("water", "水有铁味，过滤器多久换一次？ · The water tastes of iron; how often is the filter changed?",
     in_four("Every four months; the last change hangs on the pump house.", "每四个月换一次，上次更换记录贴在泵房。",
             "ھەر تۆت ئايدا؛ ئاخىرقى ئالماشتۇرۇش پومپىخانىدا يېزىقلىق.",
             "Төрт айда бир; акыркы алмаштыруу насос үйүндө жазылуу.")),
    ("roads", "小桥护栏松了 · The railing of the footbridge is loose",
     in_four("The railing was welded.", "护栏已焊牢。", "رىشاتكا كەپشەرلەندى.", "Тосмо ширетилди.")),
    ("roads", "雨后村口路段过不去 · After rain nobody gets past the entrance of the village",
     in_four("A culvert is laid before the winter.", "入冬前铺设涵管。",
             "قىشتىن بۇرۇن سۇ ئۆتكۈزۈش تۇرۇبىسى ياتقۇزۇلىدۇ.", "Кышка чейин суу өткөргүч түтүк төшөлөт.")),
    ("works", "文化广场花了多少钱，没有看到公示 · What did the square cost? Nothing was posted",
     in_four("It is on the project's page and on the notice board.", "已在项目页面和公示栏公布。",
             "ئۇ قۇرۇلۇشنىڭ بېتىدە ۋە ئېلان تاختىسىدا بار.",
             "Ал долбоордун барагында жана кулактандыруу тактасында бар.")),
    ("works", "路灯装了一半就停了 · Half of the lamps were put up, then nothing",
     in_four("The other half comes with the next delivery.", "其余路灯随下一批到货安装。",
             "قالغان يېرىمى كېيىنكى ماللار بىلەن كېلىدۇ.", "Калган жарымы кийинки жүк менен келет.")),
    ("promises", "说好五月修渠，没有来 · In May the canal was to be mended; nobody came",
     in_four("Repairs wait for the county's money of next year.", "维修需等县里明年的资金。",
             "رېمونت ناھىيەنىڭ كېلەر يىللىق پۇلىنى كۈتىدۇ.", "Оңдоо райондун кийинки жылкы акчасын күтөт.")),
    ("promises", "说好的冷库什么时候建？ · When is the promised cold store built?",
     in_four("It was given up: no road carries the lorries.", "已取消：道路无法通行货车。",
             "ئۇنىڭدىن ۋاز كېچىلدى: يۈك ماشىنىسى ماڭالايدىغان يول يوق.",
             "Андан баш тартылды: жүк ташуучу унаалар өтчү жол жок.")),
    ("other", "通知只有一种文字，看不懂 · Notices are in one language only",
     in_four("From now on they are posted in all languages of the village.", "今后按村里使用的各种文字张贴。",
             "بۇندىن كېيىن كەنتتىكى ھەممە تىلدا چاپلىنىدۇ.", "Мындан ары айылдын бардык тилдеринде илинет.")),
)  # fmt: skip


@dataclass
class Teller:
    """Tells of voices with a chance of its own."""

    world: World
    chance: Random

    def tell(self, fact: Fact, day: date, post: str, *, at_random: bool = False) -> str:
        """Record something, within two days."""
        diary = self.world.diary
        return diary.tell(fact, day, post, days_late=0, chance=self.chance, at_random=at_random)

    def later(self, day: date, least: int, most: int, do: Callable[[date], object]) -> None:
        """Let something happen some working days later."""
        self.world.at(working_days_after(day, self.chance.randint(least, most)), do)


def plan_voices(world: World, seed: int) -> None:
    """Offer the categories; then let voices come, a day's batch every other week."""
    teller = Teller(world, Random(f"voices {seed}"))  # noqa: S311 - a story, no secret
    for category, (name, door) in CATEGORIES.items():
        offered = CategoryOffered(category=category, name=name, door=door)
        world.at(FIRST, partial(_tell, teller, offered, PROVINCE))
    day = FIRST + timedelta(9)
    while day < world.today - timedelta(4):
        world.at(day, partial(_batch, teller))
        day += timedelta(7 * WEEKS_APART + teller.chance.randint(-4, 4))


def _tell(teller: Teller, fact: Fact, post: str, day: date) -> None:
    teller.tell(fact, day, post)


def _batch(teller: Teller, day: date) -> None:
    """What came on a day, padded with blanks and in no order: as voice/upkeep.py does it."""
    come = teller.chance.choices((1, 2, 3, 4, 6), weights=(2, 4, 4, 2, 1))[0]
    drawn = [*range(come), *[-1] * (-come % MULTIPLE)]
    teller.chance.shuffle(drawn)
    for one in drawn:
        if one < 0:
            _blank(teller, day)
        else:
            _voice(teller, day)


def _blank(teller: Teller, day: date) -> None:
    """All of them are erased until today, so that none is left for whoever serves the demo first."""
    blank = teller.tell(BlankReceived(text="-"), day, BY, at_random=True)
    days = max(1, (teller.world.today - day).days - 4)  # books are written up twice a week
    _erase_on(teller, blank, day + timedelta(teller.chance.randint(min(5, days), days)))


def _voice(teller: Teller, day: date) -> None:
    near = teller.chance.random() < NEAR
    village = teller.chance.choice(VILLAGES[:3] if near else VILLAGES)
    category, text, answer = teller.chance.choice(SAID)
    received = VoiceReceived(place=village.id, category=category, text=text)
    voice = teller.tell(received, day, BY, at_random=True)
    if teller.chance.random() < 0.94:
        teller.later(day, 3, 5, partial(_screen, teller, village, voice, answer))


def _screen(teller: Teller, village: Village, voice: str, answer: Text, day: date) -> None:
    office = post_of(village.township)
    teller.tell(VoiceScreened(voice=voice), day, office)
    teller.tell(VoiceRouted(voice=voice, asked=post_of(village)), day, office)
    if teller.chance.random() < 0.92:
        teller.later(day, 4, 20, partial(_answer, teller, village, voice, answer))


def _answer(teller: Teller, village: Village, voice: str, answer: Text, day: date) -> None:
    outcome = teller.chance.choices(
        (Outcome.DONE, Outcome.WILL_BE_DONE, Outcome.CANNOT), weights=(5, 3, 2)
    )[0]
    by = (
        day + timedelta(teller.chance.randint(30, 120)) if outcome is Outcome.WILL_BE_DONE else None
    )
    said = VoiceAnswered(voice=voice, outcome=outcome, answer=answer, by=by)
    teller.tell(said, day, post_of(village))
    if by:
        if teller.chance.random() < 0.7:
            teller.later(by, 0, 15, partial(_keep_a_promise, teller, village, voice, answer))
    elif outcome is Outcome.DONE and teller.chance.random() < 0.12:
        teller.later(day, 5, 20, partial(_dispute, teller, village, voice, answer))
    else:
        teller.later(day, 10, 25, partial(_close, teller, village, voice))


def _keep_a_promise(teller: Teller, village: Village, voice: str, answer: Text, day: date) -> None:
    said = VoiceAnswered(voice=voice, outcome=Outcome.DONE, answer=answer)
    teller.tell(said, day, post_of(village))
    teller.later(day, 10, 25, partial(_close, teller, village, voice))


def _dispute(teller: Teller, village: Village, voice: str, answer: Text, day: date) -> None:
    teller.tell(VoiceDisputed(voice=voice), day, BY, at_random=True)
    for _nth in range(MULTIPLE - 1):
        _blank(teller, day)
    teller.later(day, 4, 15, partial(_answer_above, teller, village, voice, answer))


def _answer_above(teller: Teller, village: Village, voice: str, answer: Text, day: date) -> None:
    said = DisputeAnswered(voice=voice, outcome=Outcome.DONE, answer=answer)
    teller.tell(said, day, post_of(village.township))
    teller.later(day, 10, 25, partial(_close, teller, village, voice))


def _close(teller: Teller, village: Village, voice: str, day: date) -> None:
    teller.tell(VoiceClosed(voice=voice), day, post_of(village.township))
    _erase_on(teller, voice, day + timedelta(DEFAULT.keep_days + 1))


def _erase_on(teller: Teller, entry: str, day: date) -> None:
    erased = PartShredded(entry=entry, field="text", reason=REASON)
    teller.world.at(day, lambda on: teller.tell(erased, on, BY, at_random=True))
