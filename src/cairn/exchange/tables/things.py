"""The tables about who and what there is: places, organisations, projects, assets."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.assets.facts import AssetHandedOver, EnterpriseOpened, UpkeepPlanned
from cairn.assets.models import Asset, Enterprise, EnterpriseYear, Inspection, Keeping, Upkeep
from cairn.exchange.tables.declared import Field, Table, amount, key, several, texts, the
from cairn.programme.facts import CohortOpened, PlaceAdded, PostOpened, TeamPlaced
from cairn.programme.models import Cohort, Organisation, Place, Post, Programme, Team
from cairn.works.facts import NeedRaised, ProjectProposed, SupplierEngaged
from cairn.works.models import Milestone, Need, ProgressInspection, Project, Supplier


def _degrees(hundredths: int | None) -> str | None:
    return None if hundredths is None else f"{hundredths / 100:.2f}"


def _position(name: str, of: str, about: str) -> Field:
    return Field(name=name, type="number", about=about, columns=(of,), of=_degrees)


PROGRAMME: Final = Table(
    name="programme",
    title=_("The programme"),
    about="One body of work with one journal. This table has one row.",
    model=Programme,
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("timezone", about="Where its days end."),
        the("currency", about="What it mostly keeps its books in."),
        the("opened_on", "date", "Its first day, before which nothing is."),
        the("policy", about="How a payment is made up where nobody said."),
        amount(
            "limit", "What one post alone may approve a project for.", currency="limit_currency"
        ),
        the("limit_currency", about="The currency of that limit."),
    ),
)

PLACES: Final = Table(
    name="places",
    title=_("Places"),
    about="Counties, townships and villages: a tree, in which each names what it lies within.",
    model=Place,
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("level", asked=(PlaceAdded, "level")),
        the("within", to="places", asked=(PlaceAdded, "within")),
        _position("latitude", "north", "About where it is, coarser than a kilometre (WGS 84)."),
        _position("longitude", "east", "About where it is, coarser than a kilometre (WGS 84)."),
        the("ended_on", "date", "When it was merged into another place, or split."),
        several("successors", "What it became: ids of places."),
    ),
)

ORGANISATIONS: Final = Table(
    name="organisations",
    title=_("Organisations"),
    about="Sponsors, public offices, committees, contractors. Never a person.",
    model=Organisation,
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("role", about="What it is: a sponsor, an office, a committee, a contractor."),
    ),
)

COHORTS: Final = Table(
    name="cohorts",
    title=_("Cohorts"),
    about="Rotations of teams, usually a year.",
    model=Cohort,
    day="opened_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("opened_on", "date", "Its first day."),
        the("ends_on", "date", asked=(CohortOpened, "ends_on")),
        the("closed_on", "date", "When it was closed; empty while it lasts."),
    ),
)

TEAMS: Final = Table(
    name="teams",
    title=_("Teams"),
    about="A cohort's presence in one place, sent by one sponsor.",
    model=Team,
    day="placed_on",
    fields=(
        key("Its id."),
        the("cohort", to="cohorts", asked=(TeamPlaced, "cohort")),
        the("place", to="places", asked=(TeamPlaced, "place")),
        the("sponsor", to="organisations", asked=(TeamPlaced, "sponsor")),
        the("strength", "integer", asked=(TeamPlaced, "strength")),
        the("placed_on", "date", "Since when."),
    ),
)

POSTS: Final = Table(
    name="posts",
    title=_("Posts"),
    about="Seats that act, by which facts are recorded. Who holds one is on no record.",
    model=Post,
    day="opened_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("role", asked=(PostOpened, "role")),
        the("place", to="places", asked=(PostOpened, "place")),
        the("organisation", to="organisations", asked=(PostOpened, "organisation")),
        the("team", to="teams", asked=(PostOpened, "team")),
        the("cohort", to="cohorts", about="With which it ends."),
        the("opened_on", "date", "Its first day."),
        the("closed_on", "date", "When it was closed; empty while it lasts."),
    ),
)

PROJECTS: Final = Table(
    name="projects",
    title=_("Projects"),
    about="Pieces of work with a place, a budget and an end. Each date is empty until it came.",
    model=Project,
    day="proposed_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("place", to="places", needed=True, asked=(ProjectProposed, "place")),
        the("theme", asked=(ProjectProposed, "theme")),
        amount("budget", "What it may cost.", currency="budget_currency"),
        the("budget_currency", about="The currency of the budget."),
        the("proposed_on", "date", "When it was proposed."),
        the("approved_on", "date", "When the last post that must approve it did."),
        the("started_on", "date", "When the work began."),
        the("ends_on", "date", asked=(ProjectProposed, "ends_on")),
        the("completed_on", "date", "When it was completed."),
        the("cancelled_on", "date", "When it was cancelled."),
        the("cancelled_because", about="Why it was cancelled.", typed=True),
        the("leaves_nothing", about="Why it leaves no asset, where it leaves none.", typed=True),
    ),
)

STEPS: Final = Table(
    name="steps",
    title=_("Steps of projects"),
    about="Milestones: steps of a project that can be seen.",
    model=Milestone,
    day="due_on",
    fields=(
        key("That of the fact that planned it.", typed=False),
        the("project", to="projects", needed=True, about="Of which project."),
        *texts("name", "What is to be seen."),
        the("due_on", "date", "By when."),
        the("reached_on", "date", "When it was reached."),
    ),
)

SUPPLIERS: Final = Table(
    name="suppliers",
    title=_("Suppliers engaged"),
    about="Organisations engaged for part of a project.",
    model=Supplier,
    day="engaged_on",
    fields=(
        key("That of the fact.", typed=False),
        the("project", to="projects", needed=True, asked=(SupplierEngaged, "project")),
        the("supplier", of="organisation", to="organisations", about="Who was engaged."),
        *texts("what", "For what."),
        amount("amount", "For how much."),
        the("currency", about="The currency of the amount."),
        the("engaged_on", "date", "When."),
    ),
)

PROGRESS: Final = Table(
    name="progress",
    title=_("Works looked at"),
    about="How the work of a project stood on a day, as somebody saw it.",
    model=ProgressInspection,
    day="inspected_on",
    fields=(
        key("That of the fact.", typed=False),
        the("project", to="projects", needed=True, about="Of which project."),
        the("inspected_on", "date", "On which day."),
        the("finding", about="How it stood."),
        the("mender", to="organisations", about="Who is to put it right."),
        the("mend_by", "date", "By when."),
    ),
)

NEEDS: Final = Table(
    name="needs",
    title=_("Needs"),
    about="What places lack, and what was answered.",
    model=Need,
    day="raised_on",
    fields=(
        key("Its id."),
        *texts("name", "What is lacking."),
        the("place", to="places", asked=(NeedRaised, "place")),
        the("theme", asked=(NeedRaised, "theme")),
        the("raised_on", "date", "When it was raised."),
        the("raised_by", about="By which post.", typed=True),
        the("answered_on", "date", "When it was answered; empty while it is open."),
        the("project", to="projects", about="The project that takes it up."),
        *texts("elsewhere", "What meets it elsewhere."),
        the("refused", about="Why it was refused.", typed=True),
    ),
)

ASSETS: Final = Table(
    name="assets",
    title=_("Assets"),
    about="Things that projects left standing, as they were last seen.",
    model=Asset,
    day="handed_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("place", to="places", asked=(AssetHandedOver, "place")),
        the("keeper", to="organisations", asked=(AssetHandedOver, "keeper")),
        the("kept_since", "date", "Since when that one keeps it."),
        the("project", to="projects", asked=(AssetHandedOver, "project")),
        the("handed_on", "date", "When it was handed over."),
        the("warranty_until", "date", asked=(AssetHandedOver, "warranty_until")),
        the("every_months", "integer", asked=(UpkeepPlanned, "every_months")),
        amount("upkeep", "What one upkeep costs by its plan.", currency="upkeep_currency"),
        the("upkeep_currency", about="The currency of that."),
        the("due_on", "date", "When its upkeep is next due."),
        the("condition", about="good, worn, broken or gone, as last seen; empty: nobody has."),
        the("seen_on", "date", "When it was last seen."),
        the("mender", to="organisations", about="Who is to mend it."),
        the("mend_by", "date", "By when."),
        the("out_on", "date", "When it was taken out of use."),
        the("out_because", about="Why.", typed=True),
    ),
)

KEEPERS: Final = Table(
    name="keepers",
    title=_("Who kept what since when"),
    about="Each keeper that an asset had.",
    model=Keeping,
    day="since",
    fields=(
        key("That of the fact.", typed=False),
        the("asset", to="assets", needed=True, about="Which asset."),
        the("keeper", to="organisations", about="Who keeps it."),
        the("since", "date", "Since when."),
        the("reason", about="Why it changed.", typed=True),
    ),
)

INSPECTIONS: Final = Table(
    name="inspections",
    title=_("Assets looked at"),
    about="In which condition an asset was on a day, as somebody saw it.",
    model=Inspection,
    day="inspected_on",
    fields=(
        key("That of the fact.", typed=False),
        the("asset", to="assets", needed=True, about="Which asset."),
        the("inspected_on", "date", "On which day."),
        the("condition", about="good, worn, broken or gone."),
        the("mender", to="organisations", about="Who is to mend it."),
        the("mend_by", "date", "By when."),
    ),
)

UPKEEP: Final = Table(
    name="upkeep",
    title=_("Repairs and upkeep"),
    about="What was done to assets.",
    model=Upkeep,
    day="done_on",
    fields=(
        key("That of the fact.", typed=False),
        the("asset", to="assets", needed=True, about="Which asset."),
        the("done_on", "date", "On which day."),
        *texts("what", "What was done."),
        the("condition", about="Its condition after a repair; empty for planned upkeep."),
        the("movement", to="movements", about="The payment for it."),
    ),
)

ENTERPRISES: Final = Table(
    name="enterprises",
    title=_("Enterprises"),
    about="Enterprises that villages own.",
    model=Enterprise,
    day="opened_on",
    fields=(
        key("Its id."),
        *texts("name", "What it is called."),
        the("form", asked=(EnterpriseOpened, "form")),
        the("place", to="places", asked=(EnterpriseOpened, "place")),
        the("holder", to="organisations", asked=(EnterpriseOpened, "holder")),
        the("project", to="projects", asked=(EnterpriseOpened, "project")),
        the("opened_on", "date", "When it opened."),
        the("closed_on", "date", "When it closed; empty while it lasts."),
        the("closed_because", about="Why.", typed=True),
    ),
)

ENTERPRISE_YEARS: Final = Table(
    name="enterprise_years",
    title=_("What enterprises accounted for"),
    about="Income, costs and what was shared out, a row for each year of each enterprise.",
    model=EnterpriseYear,
    day="told_on",
    fields=(
        key("The enterprise and the year, with a slash between."),
        the("enterprise", to="enterprises", needed=True, about="Which enterprise."),
        the("year", "integer", "Which year."),
        amount("income", "What came in."),
        amount("costs", "What went out."),
        amount("shared", "What was shared out among the village."),
        the("currency", about="The currency of these amounts."),
        the("told_on", "date", "When it was accounted for."),
    ),
)

THINGS: Final = (
    PROGRAMME, PLACES, ORGANISATIONS, COHORTS, TEAMS, POSTS, PROJECTS, STEPS, SUPPLIERS, PROGRESS,
    NEEDS, ASSETS, KEEPERS, INSPECTIONS, UPKEEP, ENTERPRISES, ENTERPRISE_YEARS,
)  # fmt: skip
