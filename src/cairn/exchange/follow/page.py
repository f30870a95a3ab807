"""One self-contained HTML page of what was followed: no script, nothing from another origin.

Everything published is escaped and stands in <bdi>, whatever its script or direction.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import cycle, groupby
from typing import Final

from cairn.exchange.follow.coverage import agreed
from cairn.exchange.follow.match import AGREE, Says
from cairn.exchange.follow.picture import picture
from cairn.exchange.follow.plan import Place, What
from cairn.exchange.follow.run import Followed
from cairn.exchange.follow.tables import BECAME, HOW, TABLES, VOICES, WHAT, Cell, Number
from cairn.exchange.follow.text import between, chains_by_source, in_order, money, one, voices
from cairn.exchange.follow.trace import Step, Voice
from cairn.exchange.iati.transaction_types import TYPES, Stage

_PICTURES = 3
_SOURCES = 12
_STEPS = 40
_MATCHES = 150
_ENDS = 25
_PROBLEMS = 400

_BARS: Final = (
    ("agree", "both say", AGREE),
    ("differ", "both say, but differ", {Says.OTHER_DATE, Says.OTHER_AMOUNT}),
    ("sender", "only the sender says", {Says.ONLY_SENDER}),
    ("receiver", "only the receiver says", {Says.ONLY_RECEIVER}),
)


def page(followed: Followed) -> str:
    """The whole page."""
    css = files("cairn.exchange.follow").joinpath("page.css").read_text(encoding="utf-8")
    sections = (
        ("read", "What was read", _read),
        ("says", "Do both ends say so?", _says),
        ("flow", "The flow", _flow),
        ("chains", "Who paid whom", _chains),
        ("matches", "What the two ends say", _matches),
        ("ends", "Where it ended, by source", _ends),
        ("unreadable", "Not read, or not as written", _unreadable),
        ("how", "How this was made", _how),
    )
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title, _ in sections)
    body = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{title}</h2>{"".join(part(followed))}</section>'
        for key, title, part in sections
    )
    scope = f" from {_bdi(followed.start)} down" if followed.start else ""
    return (
        '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Following the money</title><style>{css}</style></head><body><header>"
        f'<h1>Following the money{scope}</h1><nav aria-label="On this page"><ul>{links}</ul></nav>'
        f"</header><main>{body}</main></body></html>"
    )


def _bdi(text: str) -> str:
    return f'<bdi dir="auto">{escape(text)}</bdi>'


def _named(place: Place) -> str:
    if place.what is What.UNEXPLAINED:
        return "unexplained money"
    before = f"{WHAT[place.what]} " if place.what in {What.OWN_FUNDS, What.NOT_NAMED} else ""
    known = f"{_bdi(place.name)} <small>{_bdi(place.id)}</small>" if place.name else _bdi(place.id)
    return before + known


def _table(header: Sequence[str], rows: Iterable[Iterable[Cell]], label: str) -> str:
    """A table that scrolls by itself where it is wide, and whose rows stack on a phone.

    Cells are HTML already.
    """
    cells = [tuple(row) for row in rows]
    first = cells[0] if cells else ()
    aligned = [' class="number"' if isinstance(cell, int | Number) else "" for cell in first]
    titles = zip(header, aligned or cycle([""]), strict=False)
    head = "".join(f'<th scope="col"{how}>{escape(name)}</th>' for name, how in titles)
    body = "".join(f"<tr>{''.join(map(_cell, row, header))}</tr>" for row in cells)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell, name: str) -> str:
    kind = ' class="number"' if isinstance(cell, int | Number) else ""
    text = f"{cell:,}" if isinstance(cell, int) else cell
    return f'<td{kind} data-of="{escape(name)}">{text}</td>'


def _money(minor: int, currency: str) -> Number:
    return Number(money(minor, currency))


def _more(left: int, table: str) -> str:
    if left <= 0:
        return f'<p class="note">All of it as <a href="{table}.csv">{table}.csv</a>.</p>'
    return f'<p class="note">… and {left:,} more in <a href="{table}.csv">{table}.csv</a>.</p>'


def _read(f: Followed) -> Iterator[str]:
    read = [file for file in f.published.files if file.read]
    counted = sum(activity.counted for activity in f.published.activities)
    facts = {
        "Files": len(read),
        "Activities": counted,
        "Transactions in them": f.in_files(),
        "Kept": len(f.published),
        "Left out, each listed": f.lost(),
    }
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in facts.items()
    )
    yield f'<dl class="facts">{cells}</dl>'
    rows = [(BECAME[became], count) for became, count in sorted(f.became().items())]
    yield _table(("What became of the kept ones", "Transactions"), rows, "What became of them")
    yield "<details><summary>The files</summary>"
    rows_of_files = (
        (
            _bdi(s.path.name),
            s.version or "?",
            s.activities,
            s.transactions,
            "yes" if s.read else "no",
        )
        for s in f.published.files
    )
    yield _table(("File", "IATI", "Activities", "Transactions", "Read"), rows_of_files, "Files")
    yield "</details>"


def _says(f: Followed) -> Iterator[str]:
    named, there, agree = agreed(f.coverage)
    yield (
        f"<p>{one(named, 'transaction')} name an activity at the far end. For {there:,} that is "
        f"another activity in these files, and {agree:,} agree with what it says: equal value and "
        f"currency, dates at most {f.matches.window} days apart.</p>"
    )
    stages = [TYPES[code].stage for code in f.published.columns["type"]]
    for stage, title in ((Stage.MONEY, "Money"), (Stage.COMMITMENT, "Commitments")):
        said = Counter(
            s for s, of in zip(f.matches.says.tolist(), stages, strict=True) if of is stage
        )
        yield from _bar(said, title)
    header = ("Type", "Kept", "Name an activity", "In the files", "Agree", "Dates differ")
    rows = (
        (
            row.type.name,
            row.kept,
            row.names_an_activity,
            row.in_files,
            row.both_say + row.by_organisation,
            row.other_date,
            row.other_amount,
            row.one_end_says,
            row.of_an_organisation,
        )
        for row in f.coverage
    )
    more = ("Amounts differ", "One end says", "Name an organisation instead")
    yield _table((*header, *more), rows, "Coverage by type of transaction")
    yield _more(0, "coverage")


def _bar(said: Counter[int], title: str) -> Iterator[str]:
    counts = [(key, text, sum(said[s] for s in says)) for key, text, says in _BARS]
    whole = sum(count for _, _, count in counts)
    if not whole:
        return
    yield f"<h3>{title}: {one(whole, 'transaction')} between these activities</h3>"
    parts = "".join(f'<span class="{k}" style="flex:{n}"></span>' for k, _, n in counts if n)
    yield f'<div class="bar" aria-hidden="true">{parts}</div>'
    keys = "".join(f'<li><i class="{k}"></i>{text}: {n:,}</li>' for k, text, n in counts)
    yield f'<ul class="key">{keys}</ul>'


def _flow(f: Followed) -> Iterator[str]:
    passing = Counter(step.currency for step in f.flows.steps if between(step))
    if not passing:
        yield "<p>No money passes from one of these activities to another.</p>"
        return
    keys = "".join(
        f'<li><i class="{key}"></i>{VOICES[voice]}</li>'
        for voice, key in zip(
            Voice, ("agree", "differ", "sender", "receiver", "outside"), strict=True
        )
    )
    yield f'<ul class="key">{keys}</ul>'
    for currency, _ in passing.most_common(_PICTURES):
        label = f"Flow of money in {currency}"
        yield f"<h3>{escape(currency)}</h3>"
        yield f'<div class="wide" role="region" tabindex="0" aria-label="{label}">'
        yield f"{picture(f.flows.steps, currency)}</div>"
    if len(passing) > _PICTURES:
        yield f'<p class="note">{len(passing) - _PICTURES} more currencies stand in the lists.</p>'


def _chains(f: Followed) -> Iterator[str]:
    chains = chains_by_source(f)
    yield f"<p>{one(len(chains), 'source')} whose money passes between these activities.</p>"
    for source, currency, steps in chains[:_SOURCES]:
        shown = list(in_order(steps))
        yield f"<h3>{escape(currency)} of {_named(source)}</h3>"
        yield '<ol class="chain">'
        yield from (_step(depth, step) for depth, step in shown[:_STEPS])
        yield "</ol>"
        if len(shown) > _STEPS:
            yield f'<p class="note">… and {one(len(shown) - _STEPS, "more step", "more steps")}.</p>'
    yield _more(len(chains) - _SOURCES, "chains")


def _step(depth: int, step: Step) -> str:
    to = "spent by itself" if step.taker == step.giver else f"to {_named(step.taker)}"
    said = voices(step)
    mark = f' <span class="said">{escape(said)}</span>' if said else ""
    amount = money(step.amount, step.currency)
    return f'<li style="--d:{min(depth, 6)}"><span class="number">{amount}</span> {to}{mark}</li>'


def _matches(f: Followed) -> Iterator[str]:
    rows = sorted(
        TABLES["matches"].rows(f), key=lambda row: (row[1] != "money", *map(str, row[:4]))
    )
    if not rows:
        yield "<p>No two of these activities name each other.</p>"
        return
    shown = [
        (
            *(escape(str(cell)) for cell in row[:2]),
            *(_bdi(str(cell)) for cell in row[2:4]),
            *(_grouped(str(row[7]), str(row[8])), Number(row[6])),
            *(_grouped(str(row[12]), str(row[13])), Number(row[11])),
        )
        for row in rows[:_MATCHES]
    ]
    header = (
        *("Says", "Stage", "Sender", "Receiver"),
        *("Sender says", "on", "Receiver says", "on"),
    )
    yield _table(header, shown, "What the two ends say")
    yield _more(len(rows) - _MATCHES, "matches")


def _grouped(currency: str, amount: str) -> Number:
    whole, dot, fraction = amount.partition(".")
    return Number(f"{currency} {int(whole):,}{dot}{fraction}" if amount else "")


def _ends(f: Followed) -> Iterator[str]:
    shown = 0
    for currency, group in groupby(f.flows.ends, key=lambda end: end.currency):
        ends = sorted(group, key=lambda end: -end.amount)
        shown += min(len(ends), _ENDS)
        yield f"<details open><summary>{escape(currency)}: {one(len(ends), 'line')}</summary>"
        rows = (
            (_money(e.amount, e.currency), HOW[e.how], _named(e.place), _named(e.source))
            for e in ends[:_ENDS]
        )
        yield _table(("Amount", "How", "End", "Source"), rows, f"Ends in {currency}")
        yield "</details>"
    yield _more(len(f.flows.ends) - shown, "ends")
    if f.plan.corrections:
        count = sum(number for number, _ in f.plan.corrections.values())
        yield (
            f"<p>{one(count, 'correction')} (values below zero) stand beside the end they correct in "
            "ends.csv. They are not taken off above: nobody says which payment they undo.</p>"
        )


def _unreadable(f: Followed) -> Iterator[str]:
    if not f.problems:
        yield "<p>Everything was read as it was written.</p>"
        return
    worst = sorted(f.problems, key=lambda problem: -problem.transactions)
    rows = (
        (
            f"<code>{escape(f'<{p.element}>')}</code> {_bdi(p.reason)}{_left_out(p.transactions)}",
            f"{_bdi(f.published.files[p.file].path.name)}:{p.line}",
            _bdi(p.activity),
        )
        for p in worst[:_PROBLEMS]
    )
    yield _table(("What", "Where", "Activity"), rows, "Not read, or not as written")
    yield _more(len(worst) - _PROBLEMS, "unreadable")


def _left_out(transactions: int) -> str:
    if not transactions:
        return ""
    return f' <span class="lost">{one(transactions, "transaction")} left out</span>'


def _how(f: Followed) -> Iterator[str]:
    yield (
        "<p>Accounts are activities, each currency apart; nothing is converted. Money is followed by "
        "the policy grant-fifo: what has waited longest is spent first. Two publishers tell of one "
        "transfer when they name each other, with equal value and currency, at most "
        f"{f.matches.window} days apart. What a receiver says it got first confirms what its giver "
        "says it sent, so that nothing counts twice; the rest moves on the receiver's word alone. An "
        "activity to which nothing comes pays from its organisation's own funds; in all others, "
        "what nothing covers is unexplained. Made by <code>cairn follow</code>.</p>"
    )
