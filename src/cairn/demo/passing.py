"""Third chapter: money goes from the county to townships and villages, and what happens to it."""

from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.demo.building import money_arrived
from cairn.demo.founding import OPENED
from cairn.demo.places import COUNTIES, TOWNSHIPS, County, Place, Township, Village
from cairn.demo.sundries import months
from cairn.demo.world import Cargo, Due, Project, World, account_of, cny, post_of
from cairn.money.facts import (
    MoneyConfirmed,
    MoneyRepaid,
    MoneySent,
    MovementReversed,
    SendingVoided,
)

PAYDAYS: Final = (5, 15, 25)
REPAID_IN_ALL: Final = 4


def plan_paydays(world: World) -> None:
    """Let each county pay out three times a month, and repay what ran out of time."""
    for nth in PAYDAYS:
        for payday in months(OPENED, world.today, nth):
            day = payday + timedelta(max(0, 7 - payday.weekday()) if payday.weekday() > 4 else 0)
            for county in COUNTIES:
                world.at(day, partial(_pay_out, world, county))
    world.at(date(2026, 7, 9), partial(_repay, world))


def _pay_out(world: World, county: County, day: date) -> None:
    """Send what is asked for, as far as the money is there."""
    account = account_of(county)
    there = dict(world.pools.grants(account))
    loads: dict[tuple[str, str], list[Due]] = defaultdict(list)
    waiting = []
    for due in world.due_in(county):
        if due.project.over:
            continue
        if there.get(due.grant.id, 0) < due.amount:
            waiting.append(due)
            continue
        there[due.grant.id] -= due.amount
        loads[_way(due.project.place), due.grant.id].append(due)
    world.due[county.id] = waiting
    for (township, grant), dues in loads.items():
        cargo = [(due.project, due.amount) for due in dues]
        if township:
            target = next(place for place in TOWNSHIPS if place.id == township)
            _send(world, county, target, cargo, _astray(world, county, dues, day) or grant, day)
        else:
            for project, amount in cargo:
                money_arrived(world, project, amount, day)


def _way(place: Place) -> str:
    """The township through which money goes to a place; none where the county pays itself."""
    if isinstance(place, Village):
        return place.township.id
    return place.id if isinstance(place, Township) else ""


def _astray(world: World, county: County, dues: list[Due], day: date) -> str:
    """Another grant, named by mistake for what it was never meant for."""
    amount = sum(due.amount for due in dues)
    if not world.mishaps.is_waiting("sent-astray", day):
        return ""
    for name, standing in world.pools.grants(account_of(county)):
        grant = world.grants.get(name)
        elsewhere = grant and grant.places and not grant.fits(dues[0].project)
        if elsewhere and standing >= amount:
            world.mishaps.due("sent-astray", day)
            return name
    return ""


def _send(world: World, source: Place, target: Place, cargo: Cargo, grant: str, day: date) -> None:
    cargo = [(project, amount) for project, amount in cargo if amount > 0]
    if not cargo:
        return
    amount = sum(part for _project, part in cargo)
    out, into = account_of(source), account_of(target)
    name = _named(world, out, amount, grant)
    voucher = world.diary.voucher(out, day)
    sent = MoneySent(
        source=out, target=into, amount=cny(amount), grant=name or None, voucher=voucher
    )
    movement = world.diary.tell(sent, day, post_of(source))
    world.pools.send(movement, out, into, amount, name)
    if world.mishaps.due("sent-twice", day):
        again = world.diary.tell(sent, day, post_of(source), days_late=3)
        _reverse(world, again, source, "Entered twice · 重复录入", day + timedelta(9))
    _Sending(world, movement, source, target, cargo, grant).travel(day)


def _named(world: World, account: str, amount: int, grant: str) -> str:
    """Whether a sending says whose money it is. Where it is plain, mostly not."""
    if world.pools.standing(account, grant) < amount:
        return ""
    plain = [name for name, _part in world.pools.peek(account, amount)] == [grant]
    return "" if plain and world.chance(0.7) else grant


def _reverse(world: World, movement: str, place: Place, reason: str, day: date) -> None:
    reversal = MovementReversed(movement=movement, reason=reason)
    world.tell_on(day, reversal, post_of(place))


class _Sending:
    """A sending on its way, with what it carries for whom."""

    def __init__(
        self, world: World, movement: str, source: Place, target: Place, cargo: Cargo, grant: str
    ) -> None:
        self.world = world
        self.movement = movement
        self.source = source
        self.target = target
        self.cargo = cargo
        self.grant = grant

    def travel(self, day: date) -> None:
        world, chance = self.world, self.world.rng.random()
        if world.mishaps.due("never-confirmed", day):
            return
        if world.mishaps.due("voided", day):
            world.after(day, 5, 12, self.void)
        elif world.mishaps.due("arrived-short", day):
            world.after(day, 2, 5, self.arrive_short)
        elif world.mishaps.due("mistyped", day):
            world.after(day, 2, 4, self.mistype)
        elif chance < 0.86:
            world.after(day, 1, 6, self.arrive)
        else:
            least, most = (7, 20) if chance < 0.97 else (25, 50)
            world.after(day, least, most, self.arrive)

    def arrive(self, day: date) -> None:
        amount = sum(part for _project, part in self.cargo)
        self._confirm(amount, day)
        self._hand_on(self.cargo, day)

    def arrive_short(self, day: date) -> None:
        """A part comes; the rest does weeks later, or is asked for to this day."""
        amount = sum(part for _project, part in self.cargo)
        first = amount * self.world.rng.randint(55, 92) // 100 // 100 * 100
        came, self.cargo = _split(self.cargo, first)
        self._confirm(first, day)
        self._hand_on(came, day)
        if day.year == 2025:  # those of the second year stay short
            self.world.after(day, 25, 45, self.arrive)

    def mistype(self, day: date) -> None:
        """The receiver typed a tenth; three days later that is put right."""
        amount = sum(part for _project, part in self.cargo)
        wrong = MoneyConfirmed(movement=self.movement, amount=cny(amount // 10))
        mistake = self.world.diary.tell(wrong, day, post_of(self.target), days_late=0)
        reason = "A digit was left out · 少录一位数"
        put_right = MovementReversed(movement=mistake, reason=reason)

        def again(on: date) -> None:
            self.world.diary.tell(put_right, on, post_of(self.target), days_late=0)
            self.arrive(on)

        self.world.at(day + timedelta(3), again)

    def void(self, day: date) -> None:
        reason = "Refused by the bank: the account number was wrong · 账号有误,银行退汇"
        voided = SendingVoided(movement=self.movement, reason=reason)
        self.world.diary.tell(voided, day, post_of(self.source))
        self.world.pools.void(self.movement)
        again = (self.world, self.source, self.target, self.cargo, self.grant)
        self.world.after(day, 2, 4, partial(_send, *again))

    def _confirm(self, amount: int, day: date) -> None:
        confirmed = MoneyConfirmed(movement=self.movement, amount=cny(amount))
        forgotten = self.world.chance(0.02)
        late = self.world.rng.randint(15, 40) if forgotten else None
        self.world.diary.tell(confirmed, day, post_of(self.target), days_late=late)
        self.world.pools.confirm(self.movement, amount)

    def _hand_on(self, cargo: Cargo, day: date) -> None:
        """A township sends on what is for its villages; the rest is where it belongs."""
        loads: dict[str, Cargo] = defaultdict(list)
        for project, amount in cargo:
            if project.place is self.target:
                money_arrived(self.world, project, amount, day)
            else:
                loads[project.place.id].append((project, amount))
        for load in loads.values():
            village = load[0][0].place
            sending = partial(_send, self.world, self.target, village, load, self.grant)
            self.world.after(day, 1, 8, sending)


def _split(cargo: Cargo, amount: int) -> tuple[Cargo, Cargo]:
    """What of a cargo the first units cover, and the rest."""
    came: list[tuple[Project, int]] = []
    rest: list[tuple[Project, int]] = []
    for project, part in cargo:
        first = min(part, amount)
        amount -= first
        came += [(project, first)] if first else []
        rest += [(project, part - first)] if part > first else []
    return came, rest


def _repay(world: World, day: date) -> None:
    """What was to be spent by June and was not goes back to its sponsor."""
    repaid = 0
    for county in COUNTIES:
        for name, standing in world.pools.grants(account_of(county)):
            grant = world.grants.get(name)
            if not grant or not grant.until or grant.until >= day or repaid == REPAID_IN_ALL:
                continue
            if any(due.grant is grant for due in world.due_in(county)) or standing < 1_000_00:
                continue
            reason = "Not needed by the end of its time · 期满结余退回"
            account = account_of(county)
            fact = MoneyRepaid(account=account, grant=name, amount=cny(standing), reason=reason)
            world.diary.tell(fact, day, post_of(county))
            world.pools.take(account, standing, name)
            grant.free[county.id] = 0
            repaid += 1
