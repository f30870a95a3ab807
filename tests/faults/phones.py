"""The simulator's phones: they write facts, and send them until they have a receipt for each.

What they send comes late, twice, in another order or not at all; so do the answers.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from cairn.catalog import journal
from cairn.journal.entry import Draft, Receipt, Refused
from cairn.journal.journal import ConflictError
from cairn.journal.readonly import ReadOnlyError
from cairn.money.facts import MoneyConfirmed, MoneyReceived, MoneySent
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import DAY, POST, cny, named
from faults.machine import DiesAt, PowerCut
from faults.world import PROGRAMME, World, must

PHONES = 4
TEN_YEARS = timedelta(days=3652)


class Phones(World):
    """The world, with phones in it."""

    def __init__(self, seed, folder):
        super().__init__(seed, folder)
        self.outboxes = [[] for _phone in range(PHONES)]
        self.sent = [[] for _phone in range(PHONES)]
        self.offline, self.confirmed = set(), set()

    def a_phone_writes(self):
        phone = self.random.randrange(PHONES)
        for _fact in range(self.random.randint(1, 4)):
            draft = Draft(self.new_id(), DAY, POST, self._fact(phone))
            self.drafts[draft.id] = (phone, draft)
            self.outboxes[phone].append(draft)
        return f"phone {phone} has {len(self.outboxes[phone])} to send"

    def _fact(self, phone):
        """Places within places and confirmations of what was sent: some must come before others."""
        number, mine = len(self.drafts) + 1, self.sent[phone]
        match self.random.randrange(5):
            case 0 | 1:
                within = self.random.choice(["hongliu", *mine[-2:]])
                place = f"place-{number}"
                level = PlaceLevel.TOWNSHIP if within == "hongliu" else PlaceLevel.VILLAGE
                if within == "hongliu":
                    mine.append(place)
                return PlaceAdded(
                    place=place,
                    name=named(place),
                    level=level,
                    within="kunlun" if within == "hongliu" else within,
                )
            case 2:
                return MoneyReceived(
                    grant="water-2025", account="county-office", amount=cny(f"{number}.00")
                )
            case 3:
                return MoneySent(
                    source="county-office", target="qarasu-committee", amount=cny(f"{number}.50")
                )
            case _:
                sent = [
                    each
                    for each in self.outboxes[phone]
                    if isinstance(each.fact, MoneySent) and each.id not in self.confirmed
                ]
                if not sent:
                    return MoneyReceived(
                        grant="seeds-2025", account="county-cash", amount=cny("7.00")
                    )
                self.confirmed.add(sent[-1].id)
                return MoneyConfirmed(movement=str(sent[-1].id), amount=cny("0.50"))

    def a_phone_sends(self):
        phone = self.random.randrange(PHONES)
        outbox = self.outboxes[phone]
        if phone in self.offline or not outbox:
            return f"phone {phone} is offline, or has nothing to send"
        drafts = outbox[: self.random.randint(1, len(outbox))]
        if self.random.random() < 0.3:
            self.random.shuffle(drafts)
        if self.given and self.random.random() < 0.3:  # it is not sure of an earlier one
            again = self.random.choice(list(self.given))
            drafts += [self.drafts[again][1]] if again in self.drafts else []
        fate = self.network.fate()
        said = f"phone {phone} sends {len(drafts)}, which {fate}"
        if fate == "is late":
            self.network.late.append(lambda: self._receives(drafts))
        if fate in {"is lost", "is late"}:
            return said
        with self.may_die_at_a_statement() as died:
            answer, verdicts = self.serves(drafts)
            if fate == "arrives twice":
                answer, verdicts = self.serves(drafts)
        if died:
            return f"{said}; {died[0]}"
        if fate != "loses its answer":
            self.hears(verdicts)
        return f"{said}: {answer}"

    def _receives(self, drafts):
        """The server gets what was late, and its answer arrives."""
        answer, verdicts = self.serves(drafts)
        self.hears(verdicts)
        return answer

    def serves(self, drafts):
        """The server takes a batch, or says why not."""
        try:
            verdicts = journal.append_batch(
                PROGRAMME, drafts, now=self.now, all_or_none=self.random.random() < 0.3
            )
        except ReadOnlyError:
            return "read-only", []
        must(not self.stopped, "it took facts although it contradicts its log")
        self.give(verdicts)
        conflicts = [each for each in verdicts if isinstance(each, Refused) and each.conflict]
        must(not conflicts, f"the same facts are said to be others: {conflicts}")
        positions = [each.position for each in verdicts if isinstance(each, Receipt)]
        return f"receipts {positions}, {len(verdicts) - len(positions)} refused", verdicts

    def hears(self, verdicts):
        answered = {each.id for each in verdicts if isinstance(each, Receipt)}
        for outbox in self.outboxes:
            outbox[:] = [draft for draft in outbox if draft.id not in answered]

    def something_late_arrives(self):
        late = self.network.late
        if not late:
            return "nothing is late"
        return late.pop(self.random.randrange(len(late)))()

    def a_phone_goes_or_comes(self):
        self.offline ^= {self.random.randrange(PHONES)}
        return f"offline are {sorted(self.offline)}"

    def an_id_says_something_else(self):
        there = [each for each in self.given.values() if each.id in self.drafts]
        if not there or self.stopped:
            return "there is none yet"
        receipt = self.random.choice(there)
        other = PlaceAdded(place="other", name=named("Other"), level=PlaceLevel.COUNTY)
        try:
            journal.append(PROGRAMME, Draft(receipt.id, DAY, POST, other), now=self.now)
        except ConflictError:
            return f"refused at {receipt.position}"
        must(False, f"the id of {receipt} was taken for another fact")
        return None

    def the_clock_jumps(self):
        hours = timedelta(hours=self.random.randint(-48, 48))
        self.clock_is_off = self.random.choice([timedelta(), hours, TEN_YEARS, -TEN_YEARS])
        return f"to {self.now:%Y-%m-%d}"

    @contextmanager
    def may_die_at_a_statement(self):
        """Perhaps the server is killed before one of its next statements; then it starts again."""
        died = []
        at = self.random.randint(0, 40) if self.random.random() < 0.2 else None
        try:
            with connection.execute_wrapper(DiesAt(at)):
                yield died
        except PowerCut:
            died.append("it dies within")
        if died:
            died[0] += f", {self.fails()}"
