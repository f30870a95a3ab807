"""Held to what OCHA's own tool computed from the same activities, where both mean the same.

OCHA converts everything to US dollars at the day's rate, looks at five types (1, 2, 3, 4, 11),
and adds up by organisation, whose names and references it rewrites by lists of its own; Cairn
converts nothing and rewrites nothing. Comparable without guessing is therefore what is wholly in
US dollars: what each activity paid and committed (transactions.csv), and what each reporting
organisation got and paid, leaving out what it paid itself (flows.csv). OCHA's flows have no
activities at their ends, so it computed nothing that chains or matches could be held to.
"""

import csv
from collections import defaultdict
from datetime import date
from functools import cache

from cairn.exchange.iati.columns import UNNAMED
from cairn.exchange.iati.read import read_files
from shared_data import shared

FROM, TO = date(2020, 1, 1).toordinal(), date(2021, 5, 31).toordinal()
"""The months OCHA's run covers."""

STAGE = {2: "commitments", 3: "spending", 4: "spending"}
DIRECTION = {1: "incoming", 3: "outgoing", 4: "outgoing"}


def theirs(name):
    with shared(f"data/iati/covid_flows/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[1:]  # the second header row is HXL tags


@cache
def ours():
    """(activity, reporter, type, currency, far end, in OCHA's months, dollars) per transaction."""
    published = read_files([shared("data/iati/covid_flows/input/dportal.xml")])
    columns = published.columns
    found = []
    for row in range(len(published)):
        activity = published.activities[columns["activity"][row]]
        party = columns["party"][row]
        found.append(
            (
                activity.identifier,
                activity.reporter.ref.lower(),
                columns["type"][row],
                published.currencies.values[columns["currency"][row]],
                published.parties.values[party] if party >= 0 else UNNAMED,
                FROM <= columns["date"][row] <= TO,
                columns["amount"][row] / 100,
            )
        )
    return found


def wholly_in_dollars(key):
    """The activities (key 0) or reporters (key 1) that publish in no other currency."""
    return {row[key] for row in ours()} - {row[key] for row in ours() if row[3] != "USD"}


def test_what_each_activity_paid_and_committed_is_what_ocha_computed():
    expected, found = defaultdict(int), defaultdict(float)
    for row in theirs("transactions"):
        expected[row["Activity id"], row["Transaction type"]] += int(row["Total money"])
    known, dollars = {activity for activity, _ in expected}, wholly_in_dollars(0)
    for activity, _, code, _, _, counts, amount in ours():
        if counts and code in STAGE and activity in known & dollars:
            found[activity, STAGE[code]] += amount

    # OCHA rounds each country's and sector's share to a dollar.
    assert len(found) == 89
    assert {key: v for key, v in found.items() if abs(v - expected[key]) > 1.5} == {}


def test_what_each_organisation_got_and_paid_is_what_ocha_computed():
    expected, found = defaultdict(int), defaultdict(float)
    for row in theirs("flows"):
        key = row["Reporting org id"], row["Transaction direction"]
        expected[key] += int(row["Total money"])
    dollars = wholly_in_dollars(1) & {reporter for reporter, _ in expected}
    for _, reporter, code, _, far, counts, amount in ours():
        # One organisation writes its own reference with a hyphen more at the far end.
        itself = far.ref.lower().replace("-", "") == reporter.replace("-", "")
        if counts and code in DIRECTION and reporter in dollars and not itself:
            found[reporter, DIRECTION[code]] += amount

    assert len(found) == 6
    assert {key: v for key, v in found.items() if abs(v - expected[key]) > 1.5} == {}
