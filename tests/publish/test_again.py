"""Publishing again: what is taken over is what would have been drawn, and what changed is drawn."""

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from random import Random

import pytest

from cairn.journal import keys
from cairn.journal.entry import Receipt
from cairn.journal.log import Log
from cairn.money.facts import (
    AccountOpened,
    BankFeeCharged,
    EvidenceAttached,
    GiftInKindGiven,
    GrantPledged,
    InterestReceived,
    MoneyConfirmed,
    MoneyReceived,
    MoneyReturned,
    MoneySent,
    MoneySpent,
    MovementReversed,
    OpeningBalanceStated,
    PledgeChanged,
    SendingVoided,
)
from cairn.programme.facts import (
    OrganisationJoined,
    OrganisationRole,
    PlaceAdded,
    PlaceLevel,
    PolicyChosen,
    TeamPlaced,
)
from cairn.programme.models import Place
from cairn.publish import command
from cairn.publish.record import Drawn, publish
from cairn.trace.policy import Policy
from cairn.values import Text, Theme
from cairn.works.facts import (
    ProjectApproved,
    ProjectCancelled,
    ProjectCompleted,
    ProjectProposed,
    ProjectStarted,
)
from cast import DAY, NOW, cny, named
from publish.conftest import files_in
from told import tell_a_year

# Each draws a programme's every page, in every language: CI does, with the other long tests.
pytestmark = pytest.mark.long

ROUNDS = 4
SHOP = OrganisationJoined(organisation="shop", name=named("Shop"), role=OrganisationRole.CONTRACTOR)


@pytest.fixture
def told(cast, tmp_path, monkeypatch, settings):
    """A programme with its year and a key, in an installation of its own."""
    settings.CAIRN_DIR = tmp_path / "installation"
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    tell_a_year(cast)
    keys.make(cast.programme, origin=f"example.org/{cast.programme}")
    return cast


def brought_up(told, out, drawn=None, **asked):
    signer = keys.signer_of(told.programme)
    return publish(
        told.programme, out, sign=lambda: Log(told.programme).sign(signer), drawn=drawn, **asked
    )


class Told:
    """Random further facts about whatever is there; the journal refuses those that cannot be."""

    def __init__(self, pen, seed):
        self.pen, self.random = pen, Random(seed)  # noqa: S311 - chosen again by the seed
        self.accounts = ["county-office", "county-cash", "qarasu-committee", "石桥村委会"]
        self.grants = ["water-2025", "seeds-2025", "roads-2025"]
        self.projects = ["qarasu-well", "lane", "cmd"]
        self.places = ["kunlun", "hongliu", "qarasu", "石桥村"]
        self.movements = []
        self.count = 0

    def more(self):
        """Record some; how many the journal took."""
        return sum(self._offered(self._fact()) for _fact in range(self.random.randint(1, 5)))

    def _offered(self, fact):
        draft = self.pen.draft(fact, on=DAY + timedelta(self.random.randint(0, 60)))
        (verdict,) = self.pen.batch(draft)
        if not isinstance(verdict, Receipt):
            return 0
        if fact.kind.startswith("money."):
            self.movements.append(str(draft.id))
        for told, id_ in (
            (self.accounts, getattr(fact, "account", None)),
            (self.grants, getattr(fact, "grant", None)),
            (self.projects, getattr(fact, "project", None)),
            (self.places, getattr(fact, "place", None)),
        ):
            if id_ is not None and id_ not in told:
                told.append(id_)
        return 1

    def _fact(self):
        any_of, some = self.random.choice, self.random.randint
        self.count += 1
        new, text = f"new-{self.count}", Text(en=f"New <{self.count}>", zh_hans=f"新{self.count}")
        amount, of = cny(f"{some(1, 3000)}.00"), any_of(self.movements or ["0" * 36])
        account, grant, project = any_of(self.accounts), any_of(self.grants), any_of(self.projects)
        place, maybe = any_of(self.places), any_of([None, grant])
        kinds = [
            lambda: MoneyReceived(grant=grant, account=account, amount=amount),
            lambda: MoneySent(
                source=account, target=any_of(self.accounts), amount=amount, grant=maybe
            ),
            lambda: MoneyConfirmed(movement=of, amount=amount),
            lambda: SendingVoided(movement=of, reason="closed"),
            lambda: MoneySpent(account=account, project=project, amount=amount, grant=maybe),
            lambda: MoneyReturned(
                source=account, target=any_of(self.accounts), amount=amount, reason="left"
            ),
            lambda: MovementReversed(movement=of, reason="twice"),
            lambda: BankFeeCharged(account=account, amount=amount),
            lambda: InterestReceived(account=account, amount=amount, grant=maybe),
            lambda: OpeningBalanceStated(account=account, amount=amount, grant=maybe),
            lambda: EvidenceAttached(movement=of, sha256=f"{self.count:064x}", caption=text),
            lambda: GiftInKindGiven(
                sponsor="water-bureau",
                project=project,
                what=text,
                quantity=some(1, 9),
                unit="m",
                worth=amount,
            ),
            lambda: AccountOpened(
                account=new, name=text, holder="county-office", place=place, currency="CNY"
            ),
            lambda: GrantPledged(
                grant=new, name=text, sponsor="seed-company", amount=amount, places=(place,)
            ),
            lambda: PledgeChanged(grant=grant, amount=amount, reason="more"),
            lambda: ProjectProposed(
                project=new,
                name=text,
                place=place,
                theme=Theme.WATER,
                budget=amount,
                ends_on=date(2025, 7, some(1, 9)),
            ),
            lambda: ProjectApproved(project=project),
            lambda: ProjectStarted(project=project),
            lambda: ProjectCompleted(project=project),
            lambda: ProjectCancelled(project=project, reason="no water"),
            lambda: PlaceAdded(place=new, name=text, level=PlaceLevel.VILLAGE, within="hongliu"),
            lambda: TeamPlaced(team=new, cohort="2025", place=place, sponsor="water-bureau"),
            lambda: PolicyChosen(policy=any_of(list(Policy))),
        ]
        return any_of(kinds)()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_came_it_is_what_publishing_into_an_empty_folder_writes(told, tmp_path, seed):
    more, drawn, taken_over = Told(told, seed), Drawn(), 0
    brought_up(told, tmp_path / "out", drawn)
    for round_ in range(ROUNDS):
        more.more()
        if round_ == ROUNDS // 2:
            told.now += timedelta(days=more.random.randint(1, 20))
        before = drawn.pages
        brought_up(told, tmp_path / "out", drawn)
        brought_up(told, tmp_path / f"empty-{round_}")

        assert files_in(tmp_path / "out") == files_in(tmp_path / f"empty-{round_}"), round_
        taken_over += sum(before.get(address) is page for address, page in drawn.pages.items())
    assert taken_over > 100


def test_what_no_page_shows_has_no_page_drawn_again(told, tmp_path):
    drawn = Drawn()
    brought_up(told, tmp_path / "out", drawn)
    before = drawn.pages
    told.record(SHOP, on=NOW.date())  # told late, it would be an exception
    brought_up(told, tmp_path / "out", drawn)

    again = {page.file for address, page in drawn.pages.items() if before.get(address) is not page}
    again = {
        file for file in again if "data/" not in file
    }  # the record as data: all of it, each time
    under_the_checkpoint = {file for file in again if file.endswith("/board/index.html")}
    places = Place.objects.filter(programme=told.programme).count()
    assert (
        len(under_the_checkpoint) == 2 * places
    )  # their paper carries the newest, in each language
    assert {file for file in again if not file.startswith("static/")} == under_the_checkpoint


def test_a_payment_has_few_pages_drawn_again(told, tmp_path):
    drawn = Drawn()
    brought_up(told, tmp_path / "out", drawn)
    before = drawn.pages
    told.record(MoneyReceived(grant="seeds-2025", account="county-cash", amount=cny("10.00")))
    done = brought_up(told, tmp_path / "out", drawn)

    again = {page.file for address, page in drawn.pages.items() if before.get(address) is not page}
    assert f"en/{told.programme}/grants/seeds-2025/index.html" in again
    assert f"en/{told.programme}/grants/roads-2025/index.html" not in again
    assert f"en/{told.programme}/projects/qarasu-well/payments.csv" not in again
    assert {path for path in done.written if path.startswith(("en/", "zh-hans/"))} <= again


def test_a_witness_listed_since_is_said_though_no_fact_is_new(told, tmp_path):
    drawn = Drawn()
    brought_up(told, tmp_path / "out", drawn)
    key = "w+f6cd38ba+BAcOlFyNE5JSrCXtNEDoYVKNT7EWhjbTxDlkgTjWBg3E"
    (Log(told.programme).folder / "witnesses").write_text(f"witness w {key}\nquorum w\n")
    brought_up(told, tmp_path / "out", drawn)

    page = (tmp_path / f"out/en/{told.programme}/index.html").read_text()
    assert "its operator alone vouches for it" not in page


def test_every_page_says_what_it_asked_and_is_answered_in_plain_values(told, tmp_path):
    """Else it could not be known that it stands, or its answer's `repr` might leave something out."""
    drawn = Drawn()
    brought_up(told, tmp_path / "out", drawn)
    beside = ("static/", "data/")
    pages = {page.file: page for page in drawn.pages.values() if not page.file.startswith(beside)}

    assert [file for file, page in pages.items() if page.answers is None] == []
    assert all(page.answers for file, page in pages.items() if told.programme in file)
    for asked in {asked for page in pages.values() for asked in page.answers}:
        _is_plain(asked.query(*asked.about, **dict(asked.named)))


def _is_plain(value):
    if is_dataclass(value):
        assert all(field.repr for field in fields(value)), type(value)
        assert "__repr__" in vars(type(value)), type(value)
        for field in fields(value):
            _is_plain(getattr(value, field.name))
    elif isinstance(value, dict):
        _is_plain((*value.keys(), *value.values()))
    elif type(value) in {tuple, list}:
        for one in value:
            _is_plain(one)
    else:
        plain = (str, bytes, int, bool, date, type(None), Enum)
        assert isinstance(value, plain), type(value)


def test_it_is_told_how_many_pages_are_drawn(told, tmp_path):
    said = []
    brought_up(told, tmp_path / "out", progress=lambda done, of: said.append((done, of)))

    assert [done for done, _of in said] == list(range(1, len(said) + 1))
    assert said[-1] == (len(said), len(said))


def test_a_round_of_watching_says_one_line_and_only_of_what_changed_or_must_wait(
    told, tmp_path, capsys
):
    drawn, out = Drawn(), tmp_path / "out"
    command.watch_once(told.programme, out, drawn)
    first = capsys.readouterr()
    command.watch_once(told.programme, out, drawn)
    second = capsys.readouterr()
    (tmp_path / "keys").rename(tmp_path / "taken-away")
    told.record(SHOP)
    command.watch_once(told.programme, out, drawn)
    third = capsys.readouterr()

    assert first.out.count("\n") == 1
    assert (first.err, second.out, second.err, third.out) == ("", "", "", "")
    assert third.err.count("\n") == 1
    assert "cairn log sign" in third.err
