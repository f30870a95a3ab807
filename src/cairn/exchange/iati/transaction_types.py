"""What IATI's transaction types say: money that moved, or money that was only promised.

Types 1 to 13 are IATI 2.x's, the letters 1.x's. A promise is never summed with money.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Stage(IntEnum):
    """How firm a transaction is. Only MONEY flows; each stage is matched within itself."""

    MONEY = 0
    COMMITMENT = 1
    PLEDGE = 2
    GUARANTEE = 3
    DEBT_SERVICE = 4


class Direction(IntEnum):
    """Whether an activity gives or gets; NEITHER where the code list does not say who paid."""

    NEITHER = 0
    OUT = 1
    IN = 2


@dataclass(frozen=True, slots=True)
class TransactionType:
    """One code of IATI's code list TransactionType."""

    code: int
    name: str
    stage: Stage
    direction: Direction


_M, _C, _P = Stage.MONEY, Stage.COMMITMENT, Stage.PLEDGE
_OUT, _IN = Direction.OUT, Direction.IN

TYPES: Final = {
    kind.code: kind
    for kind in (
        TransactionType(1, "incoming funds", _M, _IN),
        TransactionType(2, "outgoing commitment", _C, _OUT),
        TransactionType(3, "disbursement", _M, _OUT),
        TransactionType(4, "expenditure", _M, _OUT),
        # Lenders publish what borrowers pay them, borrowers what they pay, and the code list
        # does not say which is meant: both are kept and shown, and no flow is made of them.
        TransactionType(5, "interest payment", Stage.DEBT_SERVICE, Direction.NEITHER),
        TransactionType(6, "loan repayment", Stage.DEBT_SERVICE, Direction.NEITHER),
        TransactionType(7, "reimbursement", _M, _OUT),
        TransactionType(8, "purchase of equity", _M, _OUT),
        TransactionType(9, "sale of equity", _M, _IN),
        # "A commitment … to underwrite a loan": no money moves, and nobody else reports it.
        TransactionType(10, "credit guarantee", Stage.GUARANTEE, _OUT),
        TransactionType(11, "incoming commitment", _C, _IN),
        TransactionType(12, "outgoing pledge", _P, _OUT),
        TransactionType(13, "incoming pledge", _P, _IN),
    )
}

BY_CODE: Final = {str(code): code for code in TYPES} | {
    "IF": 1,
    "C": 2,
    "D": 3,
    "E": 4,
    "IR": 5,
    "LR": 6,
    "R": 7,
    "QP": 8,
    "QS": 9,
    "CG": 10,
}
"""2.x's numbers and 1.05's letters, which stand for the same types."""

PLANS: Final = frozenset({"TB", "PD"})
"""1.01's total budget and planned disbursement: plans, which later versions moved elsewhere."""

IN_ACTIVITY: Final = (
    *("iati-identifier", "reporting-org", "title", "description", "participating-org"),
    *("other-identifier", "activity-status", "activity-date", "contact-info", "activity-scope"),
    *("recipient-country", "recipient-region", "location", "sector", "tag"),
    *("country-budget-items", "humanitarian-scope", "policy-marker", "collaboration-type"),
    *("default-flow-type", "default-finance-type", "default-aid-type", "default-tied-status"),
    *("budget", "planned-disbursement", "capital-spend", "transaction", "document-link"),
    *("related-activity", "legacy-data", "conditions", "result", "crs-add", "fss"),
    "activity-website",
)
"""The children of iati-activity in 2.03's schema, and activity-website of 1.x."""

IN_TRANSACTION: Final = frozenset(
    {
        *("transaction-type", "transaction-date", "value", "description"),
        *("provider-org", "receiver-org", "disbursement-channel", "sector"),
        *("recipient-country", "recipient-region", "flow-type", "finance-type"),
        *("aid-type", "tied-status"),
    }
)
"""The children of transaction in 2.03's schema, which has all of 1.x's."""
