"""What a post of each role records most days: the buttons on its desk, in their order."""

from cairn.catalog import journal
from cairn.journal.fact import Fact
from cairn.people.reach import kinds_for
from cairn.people.seats import Seat

USUAL: dict[str, tuple[str, ...]] = {
    "sponsor": ("money.grant-pledged", "money.pledge-changed", "money.gift-in-kind-given"),
    "programme-office": (
        "works.project-approved",
        "money.grant-pledged",
        "programme.organisation-joined",
        "programme.post-opened",
    ),
    "county": ("money.money-sent", "money.money-received", "works.project-approved"),
    "township": ("money.money-sent", "money.money-confirmed", "works.project-completed"),
    "committee": ("money.money-confirmed", "works.project-proposed", "works.project-started"),
    "team-leader": ("money.payment-evidenced", "works.project-proposed", "works.project-started"),
    "team-member": ("money.payment-evidenced", "works.project-proposed"),
    "keeper": ("money.payment-evidenced",),
}


def usual_for(seat: Seat) -> list[type[Fact]]:
    """The usual kinds of a seat's role, as far as the table of rights lets it record them."""
    known = [journal.kinds[kind] for kind in USUAL.get(seat.role, ())]
    return kinds_for(seat, known)
