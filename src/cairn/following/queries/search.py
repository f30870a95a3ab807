"""The one search over things: places, projects, assets, grants, organisations, enterprises, needs, notices."""

from cairn.assets.models import Asset, Enterprise
from cairn.following.answers import Named
from cairn.following.queries.reading import some
from cairn.following.standing import Hit
from cairn.journal import seeking
from cairn.journal.projection import ReadModel
from cairn.money.models import Grant
from cairn.notices.models import Notice
from cairn.programme.models import Organisation, Place
from cairn.works.models import Need, Project

TABLES: dict[str, type[ReadModel]] = {
    table.called: table
    for table in (Place, Project, Asset, Grant, Organisation, Enterprise, Need, Notice)
}


def search(*, programme: str, asked: str, most: int = 100) -> tuple[Hit, ...]:
    """Things whose names hold every word that is asked for, the nearest first. Never anybody."""
    found = seeking.found(programme, asked, most=most)
    named = {
        (called, row.id): Named(row.id, getattr(row, "name", {}))
        for called, table in TABLES.items()
        for row in some(table, programme, [id_ for what, id_ in found if what == called])
    }
    return tuple(Hit(called, named[called, id_]) for called, id_ in found)
