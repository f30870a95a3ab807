"""Reads that follow the money: keyword-only, from a snapshot of the trace and the read models.

Each answers a frozen value of answers.py or standing.py, and raises UnknownThingError for what is not on record
and NotTracedYetError until the worker has been.
"""

from cairn.following.queries.account import follow_account
from cairn.following.queries.assets import assets, follow_asset, keepers, on_map, unsaid
from cairn.following.queries.audit import (
    backdated,
    difference,
    exception_counts,
    late,
    positions_of,
    reversals,
    round_runs,
)
from cairn.following.queries.cash_book import cash_book, cash_months
from cairn.following.queries.cohorts import cohort_years
from cairn.following.queries.enterprises import enterprises, follow_enterprise, years
from cairn.following.queries.grant import follow_grant
from cairn.following.queries.handovers import follow_team, handovers
from cairn.following.queries.lessons import (
    debriefs,
    follow_debrief,
    follow_recommendation,
    recommendation_shares,
    recommendations,
)
from cairn.following.queries.lists import accounts, exceptions, grants, in_transit, projects
from cairn.following.queries.needs import follow_need, needs
from cairn.following.queries.notices import board, follow_notice, notices
from cairn.following.queries.place import follow_place, place_changes, teams
from cairn.following.queries.programme import programme_totals, programmes
from cairn.following.queries.project import follow_project
from cairn.following.queries.reconciliation import reconciliation
from cairn.following.queries.search import search
from cairn.following.queries.story import place_story
from cairn.following.queries.works import project_works

__all__ = [
    "accounts",
    "assets",
    "backdated",
    "board",
    "cash_book",
    "cash_months",
    "cohort_years",
    "debriefs",
    "difference",
    "enterprises",
    "exception_counts",
    "exceptions",
    "follow_account",
    "follow_asset",
    "follow_debrief",
    "follow_enterprise",
    "follow_grant",
    "follow_need",
    "follow_notice",
    "follow_place",
    "follow_project",
    "follow_recommendation",
    "follow_team",
    "grants",
    "handovers",
    "in_transit",
    "keepers",
    "late",
    "needs",
    "notices",
    "on_map",
    "place_changes",
    "place_story",
    "positions_of",
    "programme_totals",
    "programmes",
    "project_works",
    "projects",
    "recommendation_shares",
    "recommendations",
    "reconciliation",
    "reversals",
    "round_runs",
    "search",
    "teams",
    "unsaid",
    "years",
]
