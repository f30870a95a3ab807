"""What `cairn follow` prints: the same findings as its page, in plain text."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from cairn.exchange.follow.coverage import agreed
from cairn.exchange.follow.plan import Place, What
from cairn.exchange.follow.run import Followed
from cairn.exchange.follow.tables import BECAME, HOW, VOICES, named_place
from cairn.exchange.follow.trace import Step, Voice
from cairn.values import to_decimal

_SOURCES = 8
_STEPS = 12
_ENDS = 15
_PROBLEMS = 20


def summary(followed: Followed, *, written: bool = False) -> str:
    """Everything worth a line. What is cut short says so, and the CSV files have all of it.

    What could not be read is told in full, unless a CSV file of it is `written` too.
    """
    parts = (_read, _became, _coverage, _chains, _ends)
    lines = [line for part in parts for line in (*part(followed), "")]
    return "\n".join([*lines, *_problems(followed, _PROBLEMS if written else None)])


def money(minor: int, currency: str) -> str:
    """`USD 1,234.50`."""
    whole, dot, fraction = to_decimal(minor, currency).partition(".")
    return (
        f"{currency} {int(whole):,}{dot}{fraction}"
        if minor >= 0
        else f"{currency} -{money(-minor, currency)[4:]}"
    )


def one(count: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _read(f: Followed) -> Iterator[str]:
    read = [file for file in f.published.files if file.read]
    activities = sum(activity.counted for activity in f.published.activities)
    yield (
        f"Read {one(len(read), 'file')}, {one(activities, 'activity', 'activities')}, "
        f"{one(f.in_files(), 'transaction')}: {len(f.published):,} kept, {f.lost():,} listed below as "
        "left out."
    )
    for file in f.published.files:
        if not file.read:
            yield f"Not read: {file.path}"
    if f.start is not None:
        yield f"Only what goes down from {f.start}."


def _became(f: Followed) -> Iterator[str]:
    yield "What became of the kept ones"
    for became, count in sorted(f.became().items()):
        yield f"  {count:>9,}  {BECAME[became]}"


def _coverage(f: Followed) -> Iterator[str]:
    named, there, agree = agreed(f.coverage)
    yield (
        f"Do both ends say so? {named:,} transactions name an activity at the far end; for "
        f"{there:,} it is another one in these files; {agree:,} transactions agree with that end's."
    )
    yield f"  (equal value and currency, dates at most {f.matches.window} days apart)"
    head = ("type", "kept", "name", "in files", "agree", "date?", "amount?", "one end")
    yield "  {:<22}{:>9}{:>9}{:>10}{:>8}{:>8}{:>9}{:>9}".format(*head)
    for row in f.coverage:
        agree = row.both_say + row.by_organisation
        yield (
            f"  {row.type.name:<22}{row.kept:>9,}{row.names_an_activity:>9,}{row.in_files:>10,}"
            f"{agree:>8,}{row.other_date:>8,}{row.other_amount:>9,}{row.one_end_says:>9,}"
        )


def chains_by_source(followed: Followed) -> list[tuple[Place, str, list[Step]]]:
    """Sources whose money passes between activities of the files, those of most steps first."""
    groups = [
        (source, currency, list(steps))
        for (currency, source), steps in groupby(
            followed.flows.steps, key=lambda step: (step.currency, step.source)
        )
    ]
    passing = [group for group in groups if any(map(between, group[2]))]
    return sorted(passing, key=lambda g: (-sum(map(between, g[2])), g[1], g[0]))


def between(step: Step) -> bool:
    """Whether a step goes from one activity of the files to another."""
    both = step.giver.what is What.ACTIVITY and step.taker.what is What.ACTIVITY
    return both and step.giver != step.taker


def in_order(steps: list[Step]) -> Iterator[tuple[int, Step]]:
    """A source's steps from the top down, each under the one before it; each once."""
    onward: dict[Place, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda s: (s.hop, -s.amount)):
        onward[step.giver].append(step)
    tops = [step for step in steps if step.hop == 1]
    todo = [(0, step) for step in sorted(tops, key=lambda s: s.amount)]
    seen: set[Step] = set()
    while todo:
        depth, step = todo.pop()
        if step in seen:
            continue
        seen.add(step)
        yield depth, step
        if step.taker != step.giver:
            below = [after for after in onward[step.taker] if after not in seen]
            todo.extend((depth + 1, after) for after in reversed(below))
    yield from ((step.hop - 1, step) for step in steps if step not in seen)


def voices(step: Step) -> str:
    """Who vouches for a step, in words: `both say`, or amounts where voices differ."""
    spoken = [voice for voice in Voice if step.by_voice[voice] and voice is not Voice.OUTSIDE]
    if len(spoken) == 1 and step.by_voice[spoken[0]] == step.amount:
        return VOICES[spoken[0]]
    parts = (f"{VOICES[v]}: {money(step.by_voice[v], step.currency)}" for v in spoken)
    return "; ".join(parts)


def _chains(f: Followed) -> Iterator[str]:
    chains = chains_by_source(f)
    yield f"Who paid whom: {one(len(chains), 'source')} whose money passes between these activities"
    for source, currency, steps in chains[:_SOURCES]:
        yield f"  {currency} of {named_place(source)}"
        shown = list(in_order(steps))
        for depth, step in shown[:_STEPS]:
            said = voices(step)
            to = "spent by itself" if step.taker == step.giver else f"to {named_place(step.taker)}"
            arrow = "  " * depth + "→"
            yield f"    {arrow} {money(step.amount, step.currency)} {to}" + (
                f"  [{said}]" if said else ""
            )
        if len(shown) > _STEPS:
            yield f"    … and {len(shown) - _STEPS:,} more steps (chains.csv)"
    if len(chains) > _SOURCES:
        yield f"  … and {len(chains) - _SOURCES:,} more sources (chains.csv)"


def _ends(f: Followed) -> Iterator[str]:
    yield f"Where it ended, by source: {one(len(f.flows.ends), 'line')}, the largest of each currency"
    shown = 0
    for _, ends in groupby(f.flows.ends, key=lambda end: end.currency):
        largest = sorted(ends, key=lambda end: -end.amount)[: max(1, _ENDS // 4)]
        for end in largest:
            shown += 1
            where = f"{HOW[end.how]} {named_place(end.place)}"
            yield f"  {money(end.amount, end.currency)} of {named_place(end.source)}: {where}"
    if len(f.flows.ends) > shown:
        yield f"  … and {len(f.flows.ends) - shown:,} more (ends.csv)"


def _problems(f: Followed, most: int | None) -> Iterator[str]:
    if not f.problems:
        yield "Everything was read as it was written."
        return
    yield (
        f"Not read, or not as written: {one(len(f.problems), 'place')}, "
        f"{one(f.lost(), 'transaction')} left out"
    )
    worst = sorted(f.problems, key=lambda problem: -problem.transactions)
    for problem in worst[:most]:
        name = f.published.files[problem.file].path.name
        lost = (
            f" [{one(problem.transactions, 'transaction')} left out]"
            if problem.transactions
            else ""
        )
        where = f"{name}:{problem.line}" + (f", {problem.activity}" if problem.activity else "")
        yield f"  {where}: <{problem.element}>: {problem.reason}{lost}"
    if most is not None and len(worst) > most:
        yield f"  … and {len(worst) - most:,} more (unreadable.csv)"
