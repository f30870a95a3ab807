"""Reads that follow the money: keyword-only, from a snapshot of the trace and the read models.

Each answers a frozen value of answers.py, and raises UnknownThingError for what is not on record
and NotTracedYetError until the worker has been.
"""

from cairn.following.queries.account import follow_account
from cairn.following.queries.cash_book import cash_book, cash_months
from cairn.following.queries.grant import follow_grant
from cairn.following.queries.lists import accounts, exceptions, grants, in_transit, projects
from cairn.following.queries.place import follow_place
from cairn.following.queries.programme import programme_totals, programmes
from cairn.following.queries.project import follow_project
from cairn.following.queries.reconciliation import reconciliation

__all__ = [
    "accounts",
    "cash_book",
    "cash_months",
    "exceptions",
    "follow_account",
    "follow_grant",
    "follow_place",
    "follow_project",
    "grants",
    "in_transit",
    "programme_totals",
    "programmes",
    "projects",
    "reconciliation",
]
