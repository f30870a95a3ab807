"""Notices on the boards of the cast's villages: one in every state that a page can show."""

from datetime import date

from cairn.following.snapshot import bring_up_to_date
from cairn.journal.files import keep
from cairn.notices.facts import (
    About,
    Aloud,
    InLanguage,
    MadeBy,
    NoticeRewritten,
    NoticeWithdrawn,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
)
from cast import Pen, a_recording

EN, ZH, UG, KY, KY_ARAB = InLanguage
SINCE, UNTIL = date(2025, 5, 1), date(2099, 12, 31)
LONG = (
    "The clinic of the township comes on the first Tuesday of each month, from nine to noon, to the "
    "school. Blood pressure and eyes are looked at, and teeth. It costs nothing. Bring water to drink. "
    "In rain it comes on the Tuesday after. Nobody is asked for papers. Who cannot come to the school "
    "is visited in the afternoon: say so at the shop by the bridge until the evening before."
)

SAID = {
    ZH: ("先修哪口井？", "今年的钱够修一口井。", "先修哪一口？", "学校旁\n磨坊旁\n桥边"),
    UG: ("قايسى قۇدۇق ئاۋۋال؟", "بۇ يىلقى پۇل بىر قۇدۇققا يېتىدۇ.", "قايسىسى ئاۋۋال؟", "مەكتەپ\nتۈگمەن\nكۆۋرۈك"),
    KY: ("Кайсы кудук биринчи?", "Быйылкы акча бир кудукка жетет.", "Кайсынысы биринчи?", "Мектеп\nТегирмен\nКөпүрө"),
    KY_ARAB: ("قايسى قۇدۇق بىرىنچى؟", "بىيىلقى اقچا بىر قۇدۇققا جەتەت.", "قايسىنىسى بىرىنچى؟", "مەكتەپ\nتەگىرمەن\nكۅپۉرۅ"),
}  # fmt: skip


def notice(id, *, places=("qarasu",), title="The well runs", text="Day and night.", **more):
    about = {"about": About.WORKS, "language": EN, "since": SINCE, "until": UNTIL} | more
    return NoticeWritten(notice=id, places=places, title=title, text=text, **about)


def draft(id, language, *, made_by=MadeBy.SPEAKER, title="井已通水", text="昼夜供水。", **asks):
    return VersionDrafted(
        notice=id, language=language, made_by=made_by, title=title, text=text, **asks
    )


def tell_notices(pen):
    """A question in five languages, one to be heard; others stale, machine-made, long, withdrawn, unpublished."""

    def tell(*facts):
        for fact in facts:
            pen.record(fact, on=SINCE)

    asks = {"question": "Which first?", "choices": "At the school\nAt the mill\nBy the bridge"}
    tell(
        notice(
            "which-well", title="Which well first?", text="This year's money pays for one well.",
            about=About.MONEY, languages=(ZH, UG, KY, KY_ARAB), aloud=Aloud.WANTED, **asks,
        ),
        VersionPublished(version="which-well.en"),
    )  # fmt: skip
    for language, (title, text, question, choices) in SAID.items():
        made_by = MadeBy.MACHINE if language is UG else MadeBy.SPEAKER
        said = {"title": title, "text": text, "question": question, "choices": choices}
        tell(draft("which-well", language, made_by=made_by, **said))
        if made_by is MadeBy.SPEAKER:
            tell(VersionChecked(version=f"which-well.{language}"))
        tell(VersionPublished(version=f"which-well.{language}"))
    heard = keep(pen.programme, a_recording())
    tell(VersionRecorded(version="which-well.en", sha256=heard))
    tell(
        notice("well-runs", languages=(ZH, KY)),
        draft("well-runs", ZH),
        VersionChecked(version="well-runs.zh-hans"),
        VersionPublished(version="well-runs.zh-hans"),
        VersionPublished(version="well-runs.en"),
        NoticeRewritten(
            notice="well-runs", title="The well runs", text="From six to ten.", reason="Power"
        ),
        notice(
            "clinic", title="A health day", text=LONG, about=About.HEALTH_DAY, places=("hongliu",)
        ),
        VersionPublished(version="clinic.en"),
        notice("market", title="A market", places=("石桥村",), about=About.MARKET),
        NoticeWithdrawn(notice="market", reason="It rains"),
        notice("draft", title="Not yet"),
        notice("long", places=("石桥村",), title="规定", text="水" * 1200, language=ZH),
        VersionPublished(version="long.zh-hans"),
    )


def post(programme):
    """Put them on the boards of a programme that is told."""
    tell_notices(Pen(programme))
    bring_up_to_date(programme)
