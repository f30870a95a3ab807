"""One of everything that can be owed in the cast's programme, and the fact that closes it."""

from contextlib import contextmanager
from datetime import date

from django.db import transaction

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    Condition,
    EnterpriseAccounted,
    EnterpriseForm,
    EnterpriseOpened,
)
from cairn.catalog import journal
from cairn.handover.facts import ExceptionSettled
from cairn.journal.files import keep
from cairn.lessons.facts import (
    Answer,
    DebriefCalled,
    DebriefHeld,
    Ending,
    MinutesWritten,
    RecommendationAnswered,
    RecommendationClaimed,
    RecommendationClosed,
    RecommendationConfirmed,
    RecommendationDrafted,
    RecommendationPut,
    RecommendationVerified,
)
from cairn.money.facts import (
    AccountOpened,
    MoneyConfirmed,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    PaymentEvidenced,
    PeriodClosed,
    PeriodReopened,
    PeriodReopeningAsked,
    SendingVoided,
)
from cairn.notices.facts import (
    About,
    Aloud,
    InLanguage,
    MadeBy,
    NoticeWritten,
    VersionChecked,
    VersionDrafted,
    VersionPublished,
    VersionRecorded,
)
from cairn.programme.facts import (
    LegalForm,
    OrganisationIdentified,
    PublisherRegistered,
    PublisherWithdrawn,
)
from cairn.requests.facts import (
    Help,
    RequestAccepted,
    RequestConfirmed,
    RequestDone,
    RequestRaised,
)
from cairn.values import Text, Theme
from cairn.voice.facts import (
    CategoryOffered,
    ClaimConfirmed,
    Claimed,
    ClaimLookedInto,
    DisputeAnswered,
    Found,
    Outcome,
    ThingConfirmed,
    VoiceAnswered,
    VoiceClosed,
    VoiceDisputed,
    VoiceReceived,
    VoiceRedacted,
    VoiceRouted,
    VoiceScreened,
    VoiceSpoken,
    Works,
)
from cairn.worklist import queries
from cairn.works.facts import (
    Finding,
    MilestonePlanned,
    MilestoneReached,
    NeedMetElsewhere,
    NeedRaised,
    ProgressInspected,
    ProjectApproved,
    ProjectCompleted,
    ProjectLeftNothing,
    ProjectProposed,
    ProjectStarted,
)
from cast import a_picture, a_recording, cny, named
from people.desks import Desks
from worklist.open_handovers import closings, open_handovers

TODAY = date(2025, 6, 30)
MARCH, APRIL, MAY, JUNE = (date(2025, month, 1) for month in (3, 4, 5, 6))
WORDS = Text(en="As it should be")


def listed(desks, today=TODAY):
    return queries.worklist(programme=desks.programme, journal=journal, today=today)


def only(desks, sort, today=TODAY):
    """The one commitment of a sort."""
    (found,) = (one for one in listed(desks, today) if one.sort == sort)
    return found


@contextmanager
def with_everything_open(blocker):
    """One of everything open, recorded once for all tests of a file, which ask for `as_told`."""
    with blocker.unblock(), transaction.atomic():
        desks = Desks.opened()
        open_everything(desks)
        yield desks
        transaction.set_rollback(True)


def open_everything(desks):
    """Leave one commitment of each sort open."""
    pen, seat = desks.pen, desks.seat
    county, committee = seat("county"), seat("committee")
    leader, township = seat("leader"), seat("township")
    received = MoneyReceived(account="county-office", grant="water-2025", amount=cny("1000.00"))
    desks.record(county, received, on=MARCH)
    send(desks, on=MAY)
    arrived = send(desks, on=APRIL)
    desks.record(committee, MoneyConfirmed(movement=arrived, amount=cny("100.00")), on=APRIL)
    short = MoneyConfirmed(movement=send(desks, on=APRIL), amount=cny("30.00"))
    desks.record(committee, short, on=APRIL)
    spend(desks, on=MAY)
    closed = PeriodClosed(holder="county-office", until=MARCH)
    desks.record(county, closed, on=JUNE)
    asked = PeriodReopeningAsked(holder="county-office", reason="A voucher was left out")
    desks.record(county, asked, on=JUNE)
    propose(desks, "school-roof")
    for project, ends_on in (("canal", date(2025, 7, 15)), ("seed-course", None), ("lamps", None)):
        propose(desks, project, ends_on=ends_on)
        desks.record(county, ProjectApproved(project=project), on=APRIL)
        desks.record(leader, ProjectStarted(project=project), on=APRIL)
    desks.record(township, ProjectCompleted(project="seed-course"), on=MAY)
    planned = MilestonePlanned(project="canal", name=named("Dug"), due_on=date(2025, 6, 10))
    desks.record(leader, planned, on=APRIL)
    late = ProgressInspected(project="lamps", finding=Finding.LATE)
    desks.record(township, late, on=JUNE)
    desks.record(leader, raise_need(), on=APRIL)
    pump = AssetHandedOver(
        asset="pump",
        name=named("Pump"),
        place="qarasu",
        keeper="qarasu-committee",
        every_months=1,
    )
    desks.record(committee, pump, on=date(2025, 1, 2))
    broken = AssetInspected(asset="pump", condition=Condition.BROKEN)
    desks.record(committee, broken, on=date(2025, 1, 5))
    shop = EnterpriseOpened(
        enterprise="bakery",
        name=named("Bakery"),
        form=EnterpriseForm.WORKSHOP,
        place="qarasu",
        holder="qarasu-committee",
    )
    desks.record(committee, shop, on=date(2025, 1, 2))
    pen.record(ProjectApproved(project="qarasu-well"), on=APRIL)
    open_notices(desks)
    for state in ("answer", "help", "see"):
        request = ask(desks)
        if state != "answer":
            desks.record(county, RequestAccepted(request=request, by=TODAY), on=JUNE)
        if state == "see":
            desks.record(county, RequestDone(request=request, what=WORDS), on=JUNE)
    open_voices(desks)
    open_lessons(desks)
    open_handovers(desks)
    open_iati(desks)


def open_iati(desks):
    """A publisher that IATI does not know, and an account in a currency that it does not know either."""
    office = desks.seat("office")
    publisher = PublisherRegistered(organisation="water-bureau", country="CW")
    desks.record(office, publisher, on=JUNE)
    guilders = AccountOpened(
        account="guilders", name=named("Guilders"), holder="county-office", currency="XCG"
    )
    desks.pen.record(guilders, on=JUNE)


def open_lessons(desks):
    """A debrief to hold, one to write down, and a recommendation before each of its steps."""
    county, leader, township = desks.seat("county"), desks.seat("leader"), desks.seat("township")
    for debrief in ("to-hold", "close"):
        called = DebriefCalled(
            debrief=debrief,
            cohort="2025",
            place="kunlun",
            name=named(debrief),
            chair="county",
            on=JUNE,
        )
        desks.record(county, called, on=MAY)
    held = DebriefHeld(debrief="close", posts=("county", "leader"), present=9)
    desks.record(county, held, on=JUNE)
    for steps in range(6):
        drafted = RecommendationDrafted(debrief="close", text=WORDS, speaker="leader")
        one = str(desks.record(county, drafted, on=JUNE).id)
        taken = (
            (leader, RecommendationConfirmed(recommendation=one)),
            (county, RecommendationPut(recommendation=one, asked="township")),
            (township, accept(one)),
            (township, RecommendationClaimed(recommendation=one, shows=WORDS)),
            (county, RecommendationVerified(recommendation=one)),
        )
        for seat, fact in taken[:steps]:
            desks.record(seat, fact, on=JUNE)


def accept(recommendation):
    return RecommendationAnswered(
        recommendation=recommendation, answer=Answer.ACCEPTED, reason=WORDS, by=TODAY
    )


def open_voices(desks):
    """A voice in every state in which somebody owes something for it."""
    desks.pen.record(CategoryOffered(category="water", name=named("Water")), on=JUNE)
    desks.pen.record(ThingConfirmed(asset="pump", works=Works.NOT_THERE), on=JUNE)
    sound = keep(desks.programme, a_recording())
    desks.pen.record(VoiceSpoken(place="qarasu", category="water", text=sound), on=JUNE)
    desks.pen.record(ClaimConfirmed(notice="well-runs", claimed=Claimed.NOT_SO), on=JUNE)
    township, committee = desks.seat("township"), desks.seat("committee")
    for state in ("received", "screened", "routed", "promised", "disputed", "answered"):
        voice = str(
            desks.pen.record(
                VoiceReceived(place="qarasu", category="water", text="Dry"), on=JUNE
            ).id
        )
        if state != "received":
            desks.record(township, VoiceScreened(voice=voice), on=JUNE)
        if state not in {"received", "screened"}:
            desks.record(township, VoiceRouted(voice=voice, asked="committee"), on=JUNE)
        if state in {"promised", "disputed", "answered"}:
            promised = state == "promised"
            answer = VoiceAnswered(
                voice=voice,
                outcome=Outcome.WILL_BE_DONE if promised else Outcome.DONE,
                answer=WORDS,
                by=TODAY if promised else None,
            )
            desks.record(committee, answer, on=JUNE)
        if state == "disputed":
            desks.pen.record(VoiceDisputed(voice=voice), on=JUNE)


def open_notices(desks):
    """One version to draft, one to check, one to publish, one to read aloud."""
    leader, member = desks.seat("leader"), desks.seat("member")
    written = NoticeWritten(
        notice="well-runs",
        about=About.WORKS,
        places=("qarasu",),
        language=InLanguage.EN,
        title="The well runs",
        text="Day and night.",
        since=MAY,
        until=date(2026, 6, 1),
        languages=(InLanguage.ZH_HANS, InLanguage.UG, InLanguage.KY),
        aloud=Aloud.WANTED,
    )
    desks.record(leader, written, on=MAY)
    desks.record(leader, VersionPublished(version="well-runs.en"), on=MAY)
    for language in (InLanguage.ZH_HANS, InLanguage.UG):
        desks.record(member, draft("well-runs", language), on=MAY)
    desks.record(leader, VersionChecked(version="well-runs.ug"), on=MAY)


def draft(notice, language, **said):
    return VersionDrafted(
        notice=notice,
        language=language,
        made_by=MadeBy.SPEAKER,
        title="井已通水",
        text="昼夜供水。",
        **said,
    )


def send(desks, on=MAY):
    sent = MoneySent(source="county-office", target="qarasu-committee", amount=cny("100.00"))
    return str(desks.record(desks.seat("county"), sent, on=on).id)


def spend(desks, on=MAY):
    spent = MoneySpent(account="qarasu-committee", project="qarasu-well", amount=cny("40.00"))
    return str(desks.record(desks.seat("committee"), spent, on=on).id)


def propose(desks, project, ends_on=None):
    fact = ProjectProposed(
        project=project, name=named(project), place="qarasu", theme=Theme.WATER, ends_on=ends_on
    )
    desks.record(desks.seat("committee"), fact, on=MARCH)


def raise_need():
    return NeedRaised(
        need="footbridge", name=named("A footbridge"), place="qarasu", theme=Theme.ROAD
    )


def ask(desks, of="county", by=date(2025, 6, 15), on=JUNE):
    asked = RequestRaised(asked=of, help=Help.EXPERTISE, what=WORDS, by=by)
    return str(desks.record(desks.seat("leader"), asked, on=on).id)


def closing(desks, one):
    """The fact that the first way of a commitment asks for, filled as its form is, and answered."""
    given = dict(one.ways[0].answers)
    amount = given.pop("amount", None)
    given.pop("amount_currency", None)
    if "year" in given:
        given["year"] = int(given["year"])
    kind = journal.kinds[one.ways[0].kind]
    picture = keep(desks.programme, a_picture()) if kind.files() else None
    answered = {
        "confirm": lambda: MoneyConfirmed(**given, amount=cny(amount)),
        "rest": lambda: SendingVoided(**given, reason="It came back"),
        "evidence": lambda: PaymentEvidenced(**given, sha256=picture, caption=WORDS),
        "reopening": lambda: PeriodReopened(**given),
        "approve": lambda: ProjectApproved(**given),
        "finish": lambda: ProjectCompleted(**given),
        "milestone": lambda: MilestoneReached(**given, sha256=picture, caption=WORDS),
        "put-right": lambda: ProgressInspected(**given, finding=Finding.AS_PLANNED),
        "unsaid": lambda: AssetHandedOver(
            **given, asset="lamp", name=named("Lamp"), keeper="qarasu-committee"
        ),
        "need": lambda: NeedMetElsewhere(need=given["need"], what=WORDS),
        "upkeep": lambda: AssetServiced(**given),
        "mend": lambda: AssetRepaired(**given, what=WORDS, condition=Condition.GOOD),
        "inspect": lambda: AssetInspected(**given, condition=Condition.GOOD),
        "account-for": lambda: EnterpriseAccounted(**given, income=cny("5.00")),
        "answer": lambda: RequestAccepted(**given, by=TODAY),
        "help": lambda: RequestDone(**given, what=WORDS),
        "see": lambda: RequestConfirmed(**given),
        "translate": lambda: draft(given["notice"], InLanguage(given["language"])),
        "check": lambda: VersionChecked(**given),
        "publish": lambda: VersionPublished(**given),
        "read-aloud": lambda: VersionRecorded(**given, sha256=keep(desks.programme, a_recording())),
        "look": lambda: AssetInspected(**given, condition=Condition.GOOD),
        "claim": lambda: ClaimLookedInto(**given, found=Found.SO, what=WORDS),
        "voice-screen": lambda: VoiceScreened(**given),
        "voice-listen": lambda: VoiceRedacted(**given, text="Dry"),
        "voice-route": lambda: VoiceRouted(**given, asked="committee"),
        "voice-answer": lambda: VoiceAnswered(**given, outcome=Outcome.DONE, answer=WORDS),
        "voice-promise": lambda: VoiceAnswered(**given, outcome=Outcome.DONE, answer=WORDS),
        "voice-dispute": lambda: DisputeAnswered(**given, outcome=Outcome.CANNOT, answer=WORDS),
        "voice-close": lambda: VoiceClosed(**given),
        "hold": lambda: DebriefHeld(**given, posts=("county",), present=3),
        "minutes": lambda: MinutesWritten(**given, text="County: the seals should be kept."),
        "stand-by": lambda: RecommendationConfirmed(**given),
        "put": lambda: RecommendationPut(**given, asked="township"),
        "recommendation": lambda: accept(**given),
        "carry-out": lambda: RecommendationClaimed(**given, shows=WORDS),
        "verify": lambda: RecommendationVerified(**given),
        "close": lambda: RecommendationClosed(**given, ending=Ending.NO_LONGER, reason=WORDS),
        "settle": lambda: ExceptionSettled(**given, how=WORDS),
        "iati-ref": lambda: OrganisationIdentified(
            **given, ref="CN-USCI-1", legal_form=LegalForm.LOCAL_GOVERNMENT
        ),
        "iati-currency": lambda: PublisherWithdrawn(**given, reason="Guilders are unknown to it"),
        **closings(given),
    }
    return answered[one.sort]()


LEFT_NOTHING = ProjectLeftNothing(project="seed-course", reason="A course")
