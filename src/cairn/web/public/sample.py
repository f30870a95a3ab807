"""A seeded random sample of entries, with their evidence and their place in the log."""

from collections.abc import Sequence
from contextlib import suppress

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.catalog import journal
from cairn.following import queries
from cairn.following.entries import entries_at, evidence_of
from cairn.following.sample import MOST, Drawn, draw
from cairn.journal.log import Log
from cairn.journal.past import programme_of
from cairn.values import CairnError, to_minor
from cairn.web.public import reads
from cairn.web.public.audit_columns import SAMPLE, EntryRow
from cairn.web.public.filters import Field, choice, number, text
from cairn.web.public.page import Shown, page
from cairn.web.reader import reader
from cairn.web.sentences import Sentences
from cairn.web.tables import Table
from cairn.web.words import KINDS

SIZE = 25
"""Entries drawn unless somebody says how many."""


@page
def sample(request: HttpRequest, programme: str) -> Shown:
    """Draw a sample: of all entries, of a kind, or of those with money above an amount."""
    named, as_of = reads.programme_and_position(programme)
    seed = text(request, "seed", _("Seed"))
    size, many = number(request, "size", _("How many"), otherwise=SIZE, most=MOST)
    kind = choice(
        request, "kind", _("Kind of fact"), [(one, KINDS.get(one, one)) for one in journal.kinds]
    )
    currencies = reads.currencies(programme)
    currency = choice(request, "currency", _("Currency"), [(one, one) for one in currencies])
    above, least = _amount(request, currency.value or currencies[0])
    table: Table[EntryRow] | None = None
    population = 0
    if seed.value and not above.wrong:
        _as_of, _named, positions = queries.positions_of(
            programme=programme,
            kind=kind.value,
            above=least,
            currency=currency.value or currencies[0],
        )
        population = len(positions)
        rows = rows_of(programme, draw(seed.value, map(int, positions), many))
        table = Table(
            id="sample",
            caption=_("The sample, in the order of its draws"),
            columns=SAMPLE,
            rows=rows,
            empty=_("No entry is of that kind."),
        )
    return Shown(
        "public/sample.html",
        _("A random sample"),
        programme=named,
        as_of=as_of,
        tables=(table,) if table else (),
        filters=(seed, size, kind, above, currency),
        section="exceptions",
        more={"population": population, "seed": seed.value, "drawn": table is not None},
    )


def rows_of(programme: str, drawn: Sequence[Drawn]) -> list[EntryRow]:
    """The entries drawn, each with its sentence, its evidence, and whether a checkpoint covers it."""
    positions = [one.position for one in drawn]
    found = entries_at(journal=journal, programme=programme, positions=positions)
    sentences = Sentences(programme, reader()).tell(found)
    shows = evidence_of(programme=programme, entries=found)
    covered = _covered(programme_of(programme))
    return [
        EntryRow(
            entry=entry,
            sentence=sentence,
            draw=one.draw,
            digest=one.digest,
            covered=entry.position <= covered,
            shows=shows.get(entry.id, ()),
        )
        for one, entry, sentence in zip(drawn, found, sentences, strict=True)
    ]


def _amount(request: HttpRequest, currency: str) -> tuple[Field, int | None]:
    """The filter that takes an amount, with what was asked for in minor units."""
    asked = text(request, "above", _("Money above"), most=28)
    try:
        return asked, to_minor(asked.value, currency) if asked.value else None
    except CairnError:
        wrong = _("Write an amount like 1234.50.")
        return Field("above", asked.label, asked.value, wrong=wrong, type="text"), None


def _covered(programme: str) -> int:
    """How many entries the newest checkpoint is over; none where it cannot be read."""
    with suppress(CairnError, OSError):
        checkpoint = Log(programme).checkpoint()
        return checkpoint.size if checkpoint else 0
    return 0
