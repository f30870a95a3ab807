"""What can happen to money: promised, received, sent, confirmed, spent, put right.

Each docstring ends with the kind of movement a fact is in the trace, where it is one.
"""

from datetime import date
from typing import Annotated, Any, ClassVar

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cairn.journal.fact import Ask, Fact, PutRight, Sealed, Visibility
from cairn.trace.policy import Kind
from cairn.values import (
    AccountId,
    CurrencyCode,
    FileId,
    GrantId,
    Money,
    MovementId,
    Names,
    Note,
    OrganisationId,
    PlaceId,
    ProjectId,
    Refers,
    Slug,
    Text,
    Theme,
    nfc,
)

A_MOVEMENT = "01936f0a-0000-7000-8000-000000000001"
"""The movement that examples name."""

Voucher = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(nfc)]
BooksId = Annotated[Slug, Refers("books")]
"""Whose books: the id of the organisation that holds the accounts."""
Rate = Annotated[
    str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$", description="a decimal, such as 7.11")
]
Sha256 = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="its SHA-256, 64 hexadecimal digits")
]

EvidenceId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("evidence")]
GiftId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$"), Refers("gift")]
"""The id of the fact that recorded the gift."""

REVERSE = (PutRight("money.movement-reversed", {"movement": "id"}, seen="reversed_by"),)
"""How every movement is put right."""

IN_TRANSIT = {
    "kind": Kind.SEND,
    "reversed_by": "",
    "voided_by": "",
    "confirmed_minor__lt": F("amount_minor"),
}


ActivityRef = Annotated[
    str,
    Field(
        pattern=r"^[^\s/&|?]+$",
        max_length=100,
        description="the identifier of an activity in IATI, such as CN-USCI-11650000MB0000001X-7",
    ),
    AfterValidator(nfc),
]


class AccountOpened(Fact, kind="money.account-opened"):
    """An account in which money stands: held by one organisation at one place, in one currency."""

    visibility = Visibility.PUBLIC
    sentence = _("{holder} opened the account “{name}” in {currency}.")
    example: ClassVar[dict[str, Any]] = {
        "account": "qarasu-committee",
        "name": {"en": "Qarasu village committee", "zh-hans": "喀拉苏村委会"},
        "holder": "qarasu-committee",
        "place": "qarasu",
        "currency": "CNY",
    }

    account: Annotated[Slug, Names("account"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    holder: Annotated[OrganisationId, Ask(_("Who holds it?"))]
    place: Annotated[PlaceId | None, Ask(_("Where?"))] = None
    currency: Annotated[CurrencyCode, Ask(_("In which currency?"))]


class GrantPledged(Fact, kind="money.grant-pledged"):
    """A sponsor promises money, and may restrict it to places, themes, projects or a time.

    A payment outside the restriction is off purpose, and its sponsor sees it.
    """

    visibility = Visibility.PUBLIC
    put_right = (PutRight("money.pledge-changed", {"grant": "grant"}),)
    sentence = _("{sponsor} pledged {amount} as “{name}”.")
    example: ClassVar[dict[str, Any]] = {
        "grant": "water-2025",
        "name": {"en": "Drinking water 2025", "zh-hans": "2025年饮水工程"},
        "sponsor": "water-bureau",
        "amount": {"currency": "CNY", "minor": 100_000_000},
        "places": ["qarasu"],
        "themes": ["water"],
        "until": "2026-06-30",
    }

    grant: Annotated[Slug, Names("grant"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it for?"))]
    sponsor: Annotated[OrganisationId, Ask(_("Who promises it?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    places: Annotated[tuple[PlaceId, ...], Ask(_("Only for which places?"))] = ()
    themes: Annotated[tuple[Theme, ...], Ask(_("Only for which themes?"))] = ()
    projects: Annotated[tuple[ProjectId, ...], Ask(_("Only for which projects?"))] = ()
    until: Annotated[date | None, Ask(_("To be spent until when?"))] = None
    sponsors_activity: Annotated[
        ActivityRef | None, Ask(_("From which IATI activity of its own, if from one?"))
    ] = None


class PledgeChanged(Fact, kind="money.pledge-changed"):
    """A sponsor promises more or less than before: `amount` is the whole pledge from now on."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("money.pledge-changed", {"grant": "grant"}),)
    sentence = _("The pledge {grant} is now {amount}: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "grant": "water-2025",
        "amount": {"currency": "CNY", "minor": 120_000_000},
        "reason": "Second phase added",
    }

    grant: Annotated[GrantId, Ask(_("Which grant?"))]
    amount: Annotated[Money, Ask(_("How much is it in all now?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class OpeningBalanceStated(Fact, kind="money.opening-balance-stated"):
    """What stood in an account when Cairn was taken up, by grant where that is known.

    Where it is not, the money is unexplained until a fact explains it.

    In the trace: `receive` of the grant; without one, `move` from an account that has nothing.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{amount} stood in {account} at the start.")
    example: ClassVar[dict[str, Any]] = {
        "account": "qarasu-committee",
        "amount": {"currency": "CNY", "minor": 3_200_000},
        "grant": "water-2025",
    }

    account: Annotated[AccountId, Ask(_("In which account?"))]
    amount: Annotated[Money, Ask(_("How much stood there?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if known?"))] = None


class MoneyReceived(Fact, kind="money.money-received"):
    """Money of a grant entered an account from its sponsor.

    In the trace: `receive`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{account} received {amount} of the grant {grant}.")
    example: ClassVar[dict[str, Any]] = {
        "grant": "water-2025",
        "account": "county-office",
        "amount": {"currency": "CNY", "minor": 50_000_000},
    }

    grant: Annotated[GrantId, Ask(_("Of which grant?"))]
    account: Annotated[AccountId, Ask(_("Into which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneySent(Fact, kind="money.money-sent"):
    """Money left one account for another. It is in transit until the receiver confirms it.

    In the trace: `send`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{source} sent {amount} to {target}.")
    example: ClassVar[dict[str, Any]] = {
        "source": "county-office",
        "target": "qarasu-committee",
        "amount": {"currency": "CNY", "minor": 20_000_000},
        "grant": "water-2025",
    }

    source: Annotated[AccountId, Ask(_("From which account?"))]
    target: Annotated[AccountId, Ask(_("To which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if one is named?"))] = None
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneyConfirmed(Fact, kind="money.money-confirmed"):
    """The receiver says how much of a movement arrived.

    Less than was sent leaves the rest in transit, as a commitment of the sender.

    In the trace: `confirm`.
    """

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("movement",)
    put_right = REVERSE
    offered: ClassVar[dict[str, Any]] = {"movement": IN_TRANSIT}
    sentence = _("{amount} of the movement {movement} arrived.")
    example: ClassVar[dict[str, Any]] = {
        "movement": A_MOVEMENT,
        "amount": {"currency": "CNY", "minor": 20_000_000},
    }

    movement: Annotated[MovementId, Ask(_("Which movement?"))]
    amount: Annotated[Money, Ask(_("How much arrived?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class SendingVoided(Fact, kind="money.sending-voided"):
    """What is left in transit of a movement never arrived and is back where it came from.

    In the trace: `void`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    offered: ClassVar[dict[str, Any]] = {"movement": IN_TRANSIT}
    sentence = _("What was in transit of {movement} came back: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "movement": A_MOVEMENT,
        "reason": "Refused by the bank: account closed",
    }

    movement: Annotated[MovementId, Ask(_("Which movement?"))]
    reason: Annotated[Note, Ask(_("Why did it not arrive?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneyMoved(Fact, kind="money.money-moved"):
    """Money moved between two accounts of one organisation, as from the bank to the cash box.

    Nobody else has to confirm it. In the trace: `move`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{amount} moved from {source} to {target}.")
    example: ClassVar[dict[str, Any]] = {
        "source": "county-office",
        "target": "county-cash",
        "amount": {"currency": "CNY", "minor": 300_000},
    }

    source: Annotated[AccountId, Ask(_("From which account?"))]
    target: Annotated[AccountId, Ask(_("To which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if one is named?"))] = None
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneyReturned(Fact, kind="money.money-returned"):
    """Money that had arrived was given back, and is there again, as its receiver says.

    In the trace: `move`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{source} returned {amount} to {target}: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "source": "qarasu-committee",
        "target": "county-office",
        "amount": {"currency": "CNY", "minor": 500_000},
        "reason": "The pump was cheaper than planned",
    }

    source: Annotated[AccountId, Ask(_("From which account?"))]
    target: Annotated[AccountId, Ask(_("Back to which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if one is named?"))] = None
    reason: Annotated[Note, Ask(_("Why?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneyRepaid(Fact, kind="money.money-repaid"):
    """Money of a grant went back to its sponsor and is out of the programme.

    In the trace: `spend`, on `~repaid`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{account} repaid {amount} of the grant {grant} to its sponsor.")
    example: ClassVar[dict[str, Any]] = {
        "account": "county-office",
        "grant": "water-2025",
        "amount": {"currency": "CNY", "minor": 700_000},
        "reason": "Left over at the end",
    }

    account: Annotated[AccountId, Ask(_("From which account?"))]
    grant: Annotated[GrantId, Ask(_("Of which grant?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    reason: Annotated[Note, Ask(_("Why?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneySpent(Fact, kind="money.money-spent"):
    """Money left the programme for good, for a project.

    Spending beyond what is on record is taken: records arrive late. What no recorded receipt
    covers is shown as unexplained.

    In the trace: `spend`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{account} spent {amount} on {project}.")
    example: ClassVar[dict[str, Any]] = {
        "account": "qarasu-committee",
        "project": "qarasu-well",
        "amount": {"currency": "CNY", "minor": 1_850_000},
        "paid_to": "kunlun-drilling",
        "voucher": "记-0042",
    }

    account: Annotated[AccountId, Ask(_("From which account?"))]
    project: Annotated[ProjectId, Ask(_("For which project?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if one is named?"))] = None
    paid_to: Annotated[OrganisationId | None, Ask(_("Which organisation was paid?"))] = None
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class PaymentEvidenced(Fact, kind="money.payment-evidenced"):
    """A photo, receipt or inspection shows what a payment bought.

    The file is kept here and published with the record, until it is shredded.
    """

    visibility = Visibility.PUBLIC
    put_right = (
        PutRight("money.evidence-withdrawn", {"evidence": "id"}, seen="withdrawn_by"),
        PutRight("journal.part-shredded", {"entry": "id"}, {"field": "sha256"}),
    )
    offered: ClassVar[dict[str, Any]] = {"movement": {"kind": Kind.SPEND, "reversed_by": ""}}
    sentence = _("Evidence was attached to the payment {movement}.")
    example: ClassVar[dict[str, Any]] = {
        "movement": A_MOVEMENT,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "caption": {"en": "The pump on its base", "zh-hans": "水泵就位"},
    }

    movement: Annotated[MovementId, Ask(_("Which payment?"))]
    sha256: Annotated[
        FileId | None, Sealed(needed=True, opened=True), Ask(_("Which photo or document shows it?"))
    ] = None
    caption: Annotated[
        Text | None, Sealed(needed=True, opened=True), Ask(_("What does it show?"))
    ] = None


class EvidenceAttached(Fact, kind="money.evidence-attached"):
    """A photo, receipt or inspection that shows what a payment bought, by its SHA-256.

    Its successor is `money.payment-evidenced`, whose file is kept here and can be shredded.
    """

    visibility = Visibility.PUBLIC
    sentence = _("Evidence was attached to the payment {movement}.")
    example: ClassVar[dict[str, Any]] = {
        "movement": A_MOVEMENT,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "caption": {"en": "The pump on its base", "zh-hans": "水泵就位"},
    }

    movement: Annotated[MovementId, Ask(_("Which payment?"))]
    sha256: Annotated[Sha256, Ask(_("Which file?"))]
    caption: Annotated[Text, Ask(_("What does it show?"))]

    def upcast(self) -> PaymentEvidenced:
        """What it said, said by its successor."""
        return PaymentEvidenced(movement=self.movement, sha256=self.sha256, caption=self.caption)


class EvidenceWithdrawn(Fact, kind="money.evidence-withdrawn"):
    """Evidence was attached by mistake: it shows another payment, or nothing.

    Both stay on record; the payment counts as evidenced only by what else shows it. The file stays
    until it is shredded.
    """

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"evidence": {"withdrawn_by": ""}}
    sentence = _("The evidence {evidence} was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "evidence": A_MOVEMENT,
        "reason": "The photo is of another pump",
    }

    evidence: Annotated[EvidenceId, Ask(_("Which evidence?"))]
    reason: Annotated[Note, Ask(_("What was wrong?"))]


class GiftInKindGiven(Fact, kind="money.gift-in-kind-given"):
    """A sponsor gave things, not money: valued, and never mixed with cash."""

    visibility = Visibility.PUBLIC
    put_right = (PutRight("money.gift-in-kind-withdrawn", {"gift": "id"}, seen="withdrawn_by"),)
    sentence = _("{sponsor} gave {quantity} {unit} {what}, worth {worth}, for {project}.")
    example: ClassVar[dict[str, Any]] = {
        "sponsor": "water-bureau",
        "project": "qarasu-well",
        "what": {"en": "steel pipe", "zh-hans": "钢管"},
        "quantity": 120,
        "unit": "m",
        "worth": {"currency": "CNY", "minor": 960_000},
    }

    sponsor: Annotated[OrganisationId, Ask(_("Who gave it?"))]
    project: Annotated[ProjectId, Ask(_("For which project?"))]
    what: Annotated[Text, Ask(_("What was given?"))]
    quantity: Annotated[Annotated[int, Field(gt=0, le=10**9)], Ask(_("How many?"))]
    unit: Annotated[
        Annotated[str, Field(min_length=1, max_length=40), AfterValidator(nfc)],
        Ask(_("Counted in what?")),
    ]
    worth: Annotated[Money, Ask(_("What is it worth?"))]


class GiftInKindWithdrawn(Fact, kind="money.gift-in-kind-withdrawn"):
    """A gift in kind was recorded by mistake: nothing counts it any more. Both stay on record."""

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {"gift": {"withdrawn_by": ""}}
    sentence = _("The gift {gift} was withdrawn: {reason}")
    example: ClassVar[dict[str, Any]] = {"gift": A_MOVEMENT, "reason": "The pipes never came"}

    gift: Annotated[GiftId, Ask(_("Which gift?"))]
    reason: Annotated[Note, Ask(_("What was wrong?"))]


class BankFeeCharged(Fact, kind="money.bank-fee-charged"):
    """A bank took a fee from an account.

    In the trace: `spend`, on `~fee`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("The bank charged {account} {amount}.")
    example: ClassVar[dict[str, Any]] = {
        "account": "county-office",
        "amount": {"currency": "CNY", "minor": 1_500},
    }

    account: Annotated[AccountId, Ask(_("Which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("Of which grant, if one is named?"))] = None
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class InterestReceived(Fact, kind="money.interest-received"):
    """A bank paid interest on an account, which belongs to a grant where one is named.

    In the trace: `receive` of the grant; without one, of `~interest`.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{account} received {amount} interest.")
    example: ClassVar[dict[str, Any]] = {
        "account": "county-office",
        "amount": {"currency": "CNY", "minor": 4_210},
    }

    account: Annotated[AccountId, Ask(_("Which account?"))]
    amount: Annotated[Money, Ask(_("How much?"))]
    grant: Annotated[GrantId | None, Ask(_("To which grant does it belong, if to one?"))] = None
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MoneyExchanged(Fact, kind="money.money-exchanged"):
    """Money of a grant left an account in one currency and entered another in a second.

    The rate is written as the bank wrote it: units of the second per unit of the first.

    In the trace: `spend`, on `~exchange`, and `receive` of the same grant in the other currency.
    """

    visibility = Visibility.PUBLIC
    put_right = REVERSE
    sentence = _("{amount} of the grant {grant} became {arrived} in {target}, at {rate}.")
    example: ClassVar[dict[str, Any]] = {
        "source": "county-dollars",
        "target": "county-office",
        "grant": "water-2025",
        "amount": {"currency": "USD", "minor": 1_000_000},
        "arrived": {"currency": "CNY", "minor": 7_110_000},
        "rate": "7.11",
    }

    source: Annotated[AccountId, Ask(_("From which account?"))]
    target: Annotated[AccountId, Ask(_("Into which account?"))]
    grant: Annotated[GrantId, Ask(_("Of which grant?"))]
    amount: Annotated[Money, Ask(_("How much left?"))]
    arrived: Annotated[Money, Ask(_("How much entered?"))]
    rate: Annotated[Rate, Ask(_("At which rate?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class MovementReversed(Fact, kind="money.movement-reversed"):
    """A movement was recorded by mistake: everything is computed as if it never had been.

    Both stay on record. What was confirmed or voided of it falls with it.

    In the trace: `reverse`.
    """

    visibility = Visibility.PUBLIC
    offered: ClassVar[dict[str, Any]] = {
        "movement": {"reversed_by": "", "kind__in": [kind for kind in Kind if kind != Kind.REVERSE]}
    }
    sentence = _("The movement {movement} was reversed: {reason}")
    example: ClassVar[dict[str, Any]] = {"movement": A_MOVEMENT, "reason": "Entered twice"}

    movement: Annotated[MovementId, Ask(_("Which movement?"))]
    reason: Annotated[Note, Ask(_("What was wrong?"))]
    voucher: Annotated[Voucher | None, Ask(_("Which voucher number?"))] = None


class PeriodClosed(Fact, kind="money.period-closed"):
    """The books of an organisation are closed up to a day: all accounts that it holds.

    From then on they take nothing dated up to that day. What was wrong, or comes late, is dated when
    it is recorded: a reversal, and the movement anew.
    """

    visibility = Visibility.PUBLIC
    sentence = _("The books of {holder} were closed up to {until}.")
    example: ClassVar[dict[str, Any]] = {"holder": "qarasu-committee", "until": "2025-02-28"}

    holder: Annotated[BooksId, Ask(_("Whose books?"))]
    until: Annotated[date, Ask(_("Up to the end of which day?"))]


class PeriodReopeningAsked(Fact, kind="money.period-reopening-asked"):
    """A post asks that the last period of an organisation's books be opened again.

    Nothing changes until a second post, with another person in it, reopens it.
    """

    visibility = Visibility.PUBLIC
    sentence = _("It was asked to reopen the last period of the books of {holder}: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "holder": "qarasu-committee",
        "reason": "The February statement of the bank came late",
    }

    holder: Annotated[BooksId, Ask(_("Whose books?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class PeriodReopened(Fact, kind="money.period-reopened"):
    """A second post reopens the last period that was closed, as another had asked."""

    visibility = Visibility.PUBLIC
    apart_from: ClassVar[tuple[str, ...]] = ("holder.asking",)
    sentence = _("The last period of the books of {holder} was reopened.")
    example: ClassVar[dict[str, Any]] = {"holder": "qarasu-committee"}

    holder: Annotated[BooksId, Ask(_("Whose books?"))]


class BalanceStatedByBank(Fact, kind="money.balance-stated-by-bank"):
    """What stood in an account at the end of a day by the bank's own statement.

    `movements` are those on which bank and book differ on that day: dated up to it and not at the
    bank yet, or dated after it and at the bank already. Said again, the later one counts.
    """

    visibility = Visibility.PUBLIC
    sentence = _("By the bank, {balance} stood in {account} at the end of {until}.")
    example: ClassVar[dict[str, Any]] = {
        "account": "qarasu-committee",
        "until": "2025-02-28",
        "balance": {"currency": "CNY", "minor": 3_150_000},
        "movements": [A_MOVEMENT],
    }

    account: Annotated[AccountId, Ask(_("Which account?"))]
    until: Annotated[date, Ask(_("At the end of which day?"))]
    balance: Annotated[
        Money | None,
        Ask(_("How much stood there?"), _("Leave it empty where nothing did.")),
    ] = None
    movements: Annotated[
        tuple[MovementId, ...],
        Ask(_("On which movements do bank and book differ on that day?")),
    ] = ()
