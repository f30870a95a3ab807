"""A told programme with posts at work in it: what yesterday's app was recorded in, and is replayed in."""

from datetime import UTC, datetime

from cairn.following.snapshot import bring_up_to_date
from cast import Pen, assemble
from people.desks import Desks, posts
from stands import tell_what_stands
from told import tell_a_year


def told_desks() -> Desks:
    """The cast, its year and what stands, the posts of desks.py; as of now, for the API goes by the clock."""
    pen = Pen.opened()
    assemble(pen)
    tell_a_year(pen)
    tell_what_stands(pen)
    for post in posts():
        pen.record(post)
    bring_up_to_date(pen.programme)
    pen.now = datetime.now(UTC)
    return Desks(pen)
