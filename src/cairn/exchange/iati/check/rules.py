"""The language that IATI's rulesets are written in, and what of an element breaks a rule of one.

A ruleset is JSON: an XPath says which elements a rule is for, and its cases say what must hold of
each. Where IATI's two own programs differ, the words of its specification decide: every date of
several is looked at, both ends of a period belong to it, and a year is one of the calendar.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from lxml import etree

from cairn.exchange.iati.check.finding import Severity
from cairn.exchange.iati.check.xpaths import (
    TODAY,
    Case,
    Given,
    Match,
    UnusableRulesetError,
    a_year_after,
    compiled,
    dates,
    find,
    moment_in,
    number_in,
    paths,
    true,
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold: at which element, and what exactly."""

    element: etree._Element
    attribute: str
    rule: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where a case does not hold, and what to add to its sentence."""

    at: Match
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules, ready to be held against one record after another."""

    contexts: tuple[tuple[str, str, Case], ...] = field(default=())
    """For each case: the XPath of what it is for, the name of its rule, and the case."""

    @classmethod
    def read(cls, told: object) -> "Ruleset":
        """From the JSON of a ruleset. Raises UnusableRulesetError."""
        if not isinstance(told, Mapping):
            raise UnusableRulesetError("A ruleset is a JSON object; this is none.")
        cases = []
        for context, rules in told.items():
            for name, body in rules.items():
                cases += [(str(context), str(name), case) for case in body["cases"]]
        for context, name, case in cases:
            _compile_all(context, name, case)
        return cls(tuple(cases))

    def broken(self, root: etree._Element, given: Given) -> Iterator[Broken]:
        """What does not hold of the document that `root` is the outermost element of."""
        contexts: dict[str, list[Match]] = {}
        for context, name, case in self.contexts:
            if context not in contexts:
                contexts[context] = find(root.getroottree().getroot(), context, given)
            for match in contexts[context]:
                yield from _of_case(match.element, name, case, given)


def _of_case(element: etree._Element, name: str, case: Case, given: Given) -> Iterator[Broken]:
    if name == "loop":
        for value in dict.fromkeys(found.text for found in find(element, case["foreach"], given)):
            inside = Given(given.now, given.organisations, given.agencies, value)
            for rule, body in case["do"].items():
                for sub in body["cases"]:
                    yield from _of_case(element, rule, sub, inside)
        return
    if "condition" in case and not true(element, case["condition"], given):
        return
    if "idCondition" in case and not _of_unknown_organisations(element, case, given):
        return
    told = case.get("ruleInfo", {})
    for fault in _RULES[name](element, case, given):
        sentence = str(told.get("message") or _in_words(name, case)).strip().rstrip(".") + "."
        if fault.detail:
            sentence += f" {fault.detail}"
        yield Broken(
            fault.at.element,
            fault.at.attribute,
            str(told.get("id") or name),
            Severity.WARNING if told.get("severity") == "warning" else Severity.ERROR,
            sentence,
        )


def _of_unknown_organisations(element: etree._Element, case: Case, given: Given) -> bool:
    texts = [match.text for match in paths(element, case, given)]
    if case["idCondition"] == "NOT_EXISTING_ORG_ID":
        return not any(text in given.organisations for text in texts)
    return not any(
        text[:cut] in given.organisations
        for text in texts
        for cut in (mark.start() for mark in re.finditer("-", text))
    )


# The rules. Each says where a case does not hold of an element.


def _no_more_than_one(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given)[1:]:
        yield _Fault(match)


def _atleast_one(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    if not paths(element, case, given):
        yield _Fault(Match(element))


def _only_one_of(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    found = paths(element, case, given)
    if any(find(element, path, given) for path in case["excluded"]):
        yield from map(_Fault, found)
    elif len(found) != 1:
        yield _Fault(Match(element), f"There are {len(found)}.")


_EVERY: Final = {
    "lang": ("descendant::narrative", "@xml:lang"),
    "sector": ("transaction", "sector"),
    "currency": ("descendant::value | descendant::forecast | descendant::loan-status", "@currency"),
    "recipient-country|recipient-region": ("transaction", "recipient-country | recipient-region"),
}
"""What "all" stands for in `one_or_all`: which elements, and what each must have."""


def _one_or_all(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    if find(element, case["one"], given):
        return
    every, has = _EVERY[case["all"]]
    for match in find(element, every, given):
        if not find(match.element, has, given):
            yield _Fault(match)


def _dependent(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    missing = [path for path in case["paths"] if not find(element, path, given)]
    if missing and len(missing) < len(case["paths"]):
        yield _Fault(Match(element), f"Missing: {', '.join(missing)}.")


def _sum(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    if paths(element, case, given):
        yield from _strict_sum(element, case, given)


def _strict_sum(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    total = Decimal(0)
    matches = paths(element, case, given)
    for match in matches:
        number = number_in(match.text)
        if number is None:
            yield _Fault(match, f"‘{match.text}’ is no number.")
            return
        total += number
    # Publishers write thirds as 33.33: four decimals are what IATI's own program looks at.
    if round(total, 4) != Decimal(str(case["sum"])):
        yield _Fault(matches[0] if matches else Match(element), f"The sum is {total}.")


def _date_order(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    later = dates(element, case["more"], given)
    for match, less in dates(element, case["less"], given):
        after = [more for _, more in later if less > more]
        if after:
            than = "today" if case["more"] in TODAY else str(min(after))
            yield _Fault(match or Match(element), f"{less} is later than {than}.")


def _date_now(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in find(element, case["date"], given):
        moment = moment_in(match.text)
        if moment is not None and moment > given.now:
            yield _Fault(match, f"It says {match.text}.")


def _time_limit(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    starts, ends = dates(element, case["start"], given), dates(element, case["end"], given)
    for (_, start), (match, end) in zip(starts, ends, strict=False):
        if end > a_year_after(start):
            yield _Fault(match or Match(element), f"It runs from {start} to {end}.")


def _between_dates(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    starts, ends = dates(element, case["start"], given), dates(element, case["end"], given)
    if not (starts and ends):
        return
    (_, start), (_, end) = starts[0], ends[0]
    for match, day in dates(element, case["date"], given):
        if not start <= day <= end:
            yield _Fault(match or Match(element), f"{day} is not from {start} to {end}.")


def _regex_matches(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        if match.text and not re.search(case["regex"], match.text):
            yield _Fault(match, f"It is ‘{match.text}’.")


def _regex_no_matches(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        if match.text and re.search(case["regex"], match.text):
            yield _Fault(match, f"It is ‘{match.text}’.")


def _startswith(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    prefix = case.get("prefix", case.get("start"))
    wanted = [prefix] if isinstance(prefix, str) else list(prefix)
    for match in paths(element, case, given):
        if wanted == ["ORG-ID-PREFIX"]:
            agency = "-".join(match.text.split("-")[:2])
            if agency not in given.agencies:
                yield _Fault(match, f"It begins with ‘{agency}’, which is no such code.")
            continue
        begins = [
            found.text + case.get("separator", "")
            for path in wanted
            for found in find(element, path, given)
        ]
        if not any(match.text.strip().startswith(begin) for begin in begins):
            yield _Fault(
                match, f"‘{match.text.strip()}’ does not begin with ‘{', '.join(begins)}’."
            )


def _unique(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    seen = set()
    for match in paths(element, case, given):
        if match.text in seen:
            yield _Fault(match, f"Both are ‘{match.text}’.")
        seen.add(match.text)


def _evaluates_to_true(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    if not true(element, case["eval"], given):
        yield _Fault(Match(element))


def _if_then(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    if true(element, case["if"], given) and not true(element, case["then"], given):
        shown = paths(element, case, given)
        yield _Fault(shown[0] if shown else Match(element))


def _range(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        number = number_in(match.text)
        if number is None:
            yield _Fault(match, f"‘{match.text}’ is no number.")
        elif not (
            Decimal(str(case.get("min", number))) <= number <= Decimal(str(case.get("max", number)))
        ):
            yield _Fault(match, f"It is {match.text}.")


def _no_spaces(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        if match.text != match.text.strip():
            yield _Fault(match)


def _no_percent(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        if "%" in match.text:
            yield _Fault(match)


def _positive_decimal(element: etree._Element, case: Case, given: Given) -> Iterator[_Fault]:
    for match in paths(element, case, given):
        number = number_in(match.text)
        if number is None or number <= 0:
            yield _Fault(match, f"It is ‘{match.text}’.")


_RULES: Final[dict[str, Callable[[etree._Element, Case, Given], Iterator[_Fault]]]] = {
    "no_more_than_one": _no_more_than_one,
    "atleast_one": _atleast_one,
    "only_one_of": _only_one_of,
    "one_or_all": _one_or_all,
    "dependent": _dependent,
    "sum": _sum,
    "strict_sum": _strict_sum,
    "date_order": _date_order,
    "date_now": _date_now,
    "time_limit": _time_limit,
    "between_dates": _between_dates,
    "regex_matches": _regex_matches,
    "regex_no_matches": _regex_no_matches,
    "startswith": _startswith,
    "unique": _unique,
    "evaluates_to_true": _evaluates_to_true,
    "evaluates_to": _evaluates_to_true,
    "if_then": _if_then,
    "range": _range,
    "no_spaces": _no_spaces,
    "no_percent": _no_percent,
    "positive_decimal": _positive_decimal,
}


def _in_words(name: str, case: Case) -> str:
    """What a case asks for, where its ruleset has no sentence for it."""
    paths = " or ".join(case.get("paths", ())) or "any of what it names"
    told = {
        "no_more_than_one": f"There must be no more than one of {paths}",
        "atleast_one": f"There must be at least one of {paths}",
        "only_one_of": (
            f"There must be exactly one of {paths}, and none beside "
            f"{' or '.join(case.get('excluded', ()))}"
        ),
        "one_or_all": f"There must be {case.get('one')}, or {case.get('all')} everywhere",
        "dependent": f"Where one of {paths} is, all must be",
        "sum": f"The sum of {paths} must be {case.get('sum')}",
        "strict_sum": f"The sum of {paths} must be {case.get('sum')}",
        "date_order": f"{case.get('less')} must not be later than {case.get('more')}",
        "date_now": f"{case.get('date')} must not be in the future",
        "time_limit": f"From {case.get('start')} to {case.get('end')} must be no more than a year",
        "between_dates": f"{case.get('date')} must be from {case.get('start')} to {case.get('end')}",
        "regex_matches": f"{paths} must be written like {case.get('regex')}",
        "regex_no_matches": f"{paths} must not be written like {case.get('regex')}",
        "startswith": f"{paths} must begin with {case.get('prefix', case.get('start'))}",
        "unique": f"{paths} must differ from one another",
        "if_then": f"Where {case.get('if')}, there must be {case.get('then')}",
        "range": f"{paths} must be from {case.get('min')} to {case.get('max')}",
        "no_spaces": f"{paths} must not begin or end with spaces",
        "no_percent": f"{paths} must have no percent sign",
        "positive_decimal": f"{paths} must be a number above 0",
    }
    return told.get(name, f"{case.get('eval')} must hold")


def _compile_all(context: str, name: str, case: Case) -> None:
    """Compile every XPath and regular expression now: a bad one is said before a file is read."""
    if name == "loop":
        compiled(case["foreach"])
        for rule, body in case["do"].items():
            for sub in body["cases"]:
                _compile_all(context, rule, sub)
        return
    if name not in _RULES:
        raise UnusableRulesetError(
            f"The ruleset has a rule ‘{name}’, which this Cairn does not know."
        )
    single = [case[key] for key in _XPATHS if isinstance(case.get(key), str)]
    several = [path for key in ("paths", "excluded", "prefix") for path in _listed(case.get(key))]
    for expression in (context, *single, *several):
        compiled(expression)
    if case.get("all", "lang") not in _EVERY:
        raise UnusableRulesetError(
            f"The ruleset asks for all ‘{case['all']}’, which is unknown here."
        )
    try:
        re.compile(case.get("regex", ""))
    except re.error as error:
        raise UnusableRulesetError(
            f"‘{case['regex']}’ is no regular expression: {error}."
        ) from error


_XPATHS: Final = ("condition", "less", "more", "start", "date", "end", "one", "if", "then", "eval")


def _listed(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list) else []
