"""What seventy people do with Cairn: the pages they read and what they record, each with its weight.

A new page is a line of READS, a new thing to record a line of RECORDS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from bench.load.person import Form, Person, WentWrongError

Answers = Mapping[str, str]

LISTS, OTHERS, API = "lists", "other pages", "API"
"""Groups of pages; the target is held against the first."""

LIST_SECONDS, PHOTO_SECONDS = 0.300, 0.700
"""95 of 100 lists, and 95 of 100 recordings with a photo, are to be there by then."""


@dataclass(frozen=True)
class Read:
    """A page that people read. {desk}, {pages} and {place} in its address are those of the reader."""

    name: str
    address: str
    weight: float
    group: str = LISTS
    roles: frozenset[str] = frozenset()
    """Who reads it; everybody, where none is named."""

    def address_for(self, person: Person) -> str:
        return self.address.format(desk=person.desk, pages=person.pages, place=person.place)

    def suits(self, person: Person) -> bool:
        known = bool(person.place) or "{place}" not in self.address
        token = bool(person.token) or self.group != API
        return known and token and (not self.roles or person.role in self.roles)


LOCAL = frozenset({"county", "township", "committee", "team-leader", "team-member", "keeper"})
TEAMS = frozenset({"team-leader", "team-member"})

READS = (
    Read("desk: home", "{desk}", 24),
    Read("desk: worklist", "{desk}worklist/", 10),
    Read("desk: owed within reach", "{desk}worklist/?view=beneath", 4),
    Read("desk: requests", "{desk}requests/", 3),
    Read("desk: money", "{desk}money/", 8),
    Read("desk: what may be recorded", "{desk}record/", 3),
    Read("projects", "{pages}projects/", 5),
    Read("projects of a place", "{pages}projects/?place={place}", 4, roles=LOCAL),
    Read("projects, second page", "{pages}projects/?start=50", 2),
    Read("assets", "{pages}assets/", 4),
    Read("assets, overdue", "{pages}assets/?overdue=any", 3),
    Read("in transit", "{pages}in-transit/", 4),
    Read("exceptions", "{pages}exceptions/", 2),
    Read("accounts", "{pages}accounts/", 3),
    Read("grants", "{pages}grants/", 2),
    Read("places", "{pages}places/", 2),
    Read("needs", "{pages}needs/", 1),
    Read("teams", "{pages}teams/", 1),
    Read("programme", "{pages}", 3, OTHERS),
    Read("a place", "{pages}places/{place}/", 3, OTHERS, LOCAL),
    Read("a project", "{pages}projects/project-00010/", 3, OTHERS),
    Read("a pack", "{pages}teams/team-{place}/pack/", 1, OTHERS, TEAMS),
    Read("an account", "{pages}accounts/{place}/", 2, OTHERS, LOCAL),
    Read("a cash book", "{pages}accounts/{place}/cash-book/", 1, OTHERS, LOCAL),
    Read("a grant", "{pages}grants/grant-003/", 1, OTHERS),
    Read("API: projects", "/api/projects", 2, API),
    Read("API: accounts", "/api/accounts", 1, API),
    Read("API: in transit", "/api/in-transit", 1, API),
    Read("API: exceptions", "/api/exceptions", 1, API),
)


@dataclass(frozen=True)
class Record:
    """A fact that people record: they open its form, think, and send it."""

    name: str
    form: str
    """Its address after {desk}."""
    roles: frozenset[str]
    answers: Callable[[Person, Form, Random], Answers]
    weight: float
    photo: str = ""
    """The field that takes a photo."""
    facts: int = 1
    found_on: str = ""
    """Where people find the form, filled already, if it is offered there."""


def _sent(person: Person, form: Form, rng: Random) -> Answers:
    below = [one for one in form.offers["target"] if one != person.place]
    return {"source": person.place, "target": rng.choice(below), "amount": _amount(rng)}


def _spent(person: Person, form: Form, rng: Random) -> Answers:
    return {
        "account": person.place,
        "project": rng.choice(form.offers["project"]),
        "amount": _amount(rng),
        "voucher": f"记-{rng.randrange(10_000):04}",
    }


def _proposed(person: Person, form: Form, rng: Random) -> Answers:
    name = f"A culvert, {_some_letters(rng)}"
    theme = rng.choice(form.offers["theme"])
    return {"name_en": name, "place": person.place, "theme": theme, "budget": _amount(rng)}


def _joined(_person: Person, form: Form, rng: Random) -> Answers:
    name = f"Builder {_some_letters(rng)}"
    return {"name_en": name, "role": rng.choice(form.offers["role"])}


def _inspected(_person: Person, form: Form, rng: Random) -> Answers:
    return {"asset": rng.choice(form.offers["asset"]), "condition": rng.choice(["good", "worn"])}


def _as_it_stands(_person: Person, _form: Form, _rng: Random) -> Answers:
    return {}


def _some_letters(rng: Random) -> str:
    """A word that nobody has, in syllables: the desk asks again about so many digits, or what begins with wx."""
    letters = zip(rng.choices("bdfgklmnprst", k=6), rng.choices("aeiou", k=6), strict=True)
    return "".join(map("".join, letters)).capitalize()


def _amount(rng: Random) -> str:
    return f"{rng.randrange(50, 5_000)}.{rng.randrange(100):02}"


ACCOUNTANTS = frozenset({"county", "township", "committee", "team-leader"})
VILLAGE = frozenset({"committee", "team-leader", "team-member", "keeper"})

RECORDS = (
    Record(
        "money sent",
        "record/money.money-sent/",
        frozenset({"county", "township"}),
        _sent,
        4,
    ),
    Record(
        "money confirmed",
        "record/money.money-confirmed/",
        ACCOUNTANTS,
        _as_it_stands,
        2,
        found_on="money/",
    ),
    Record("money spent", "record/money.money-spent/", ACCOUNTANTS, _spent, 2),
    Record(
        "a project proposed",
        "record/works.project-proposed/",
        frozenset({"committee", "team-leader", "team-member"}),
        _proposed,
        1,
    ),
    Record(
        "an organisation joined",
        "record/programme.organisation-joined/",
        frozenset({"programme-office"}),
        _joined,
        4,
    ),
    Record(
        "spent, with a photo of the receipt",
        "spend/",
        ACCOUNTANTS,
        _spent,
        4,
        photo="evidence-sha256",
        facts=2,
    ),
    Record(
        "an asset inspected, with a photo",
        "record/assets.asset-inspected/",
        VILLAGE,
        _inspected,
        3,
        photo="sha256",
    ),
)

RECORDING = 0.2
"""Of what people do, so much is recording; the rest is reading."""


def form_of(person: Person, record: Record) -> tuple[str, float]:
    """Where the form is, and how long it took to find; "" where nothing is to be recorded."""
    if not record.found_on:
        return f"{person.desk}{record.form}", 0.0
    page = person.get(f"{person.desk}{record.found_on}")
    start = page.text.find(f"{record.form}?")
    if start < 0:
        return "", page.seconds
    address = page.text[page.text.rfind('"', 0, start) + 1 : page.text.find('"', start)]
    return address.replace("&amp;", "&"), page.seconds


def filled(person: Person, record: Record, form: Form, rng: Random) -> dict[str, list[str]]:
    """The form with its answers, as a browser sends it."""
    answers = {name: [one.lstrip("\n") for one in said] for name, said in form.answers.items()}
    answers |= {name: [said] for name, said in record.answers(person, form, rng).items()}
    return answers | {"do": ["record"]}


def receipt(address: str) -> str:
    """The id of the fact that this page is the receipt of. Raises WentWrongError."""
    parts = urlsplit(address).path.strip("/").split("/")
    if parts[-2] != "recorded":
        raise WentWrongError(f"not recorded, but at {address}")
    return parts[-1]
