"""Words for what other publishers report in IATI files: types, roles, statuses, and what became of names."""

from django.utils.translation import pgettext_lazy

from cairn.web.words import Words

TRANSACTION_TYPES: Words = {
    "1": pgettext_lazy("transaction", "incoming funds"),
    "2": pgettext_lazy("transaction", "outgoing commitment"),
    "3": pgettext_lazy("transaction", "disbursement"),
    "4": pgettext_lazy("transaction", "expenditure"),
    "5": pgettext_lazy("transaction", "interest payment"),
    "6": pgettext_lazy("transaction", "loan repayment"),
    "7": pgettext_lazy("transaction", "reimbursement"),
    "8": pgettext_lazy("transaction", "purchase of equity"),
    "9": pgettext_lazy("transaction", "sale of equity"),
    "10": pgettext_lazy("transaction", "credit guarantee"),
    "11": pgettext_lazy("transaction", "incoming commitment"),
    "12": pgettext_lazy("transaction", "outgoing pledge"),
    "13": pgettext_lazy("transaction", "incoming pledge"),
}

ACTIVITY_STATUSES: Words = {
    "1": pgettext_lazy("activity", "planned"),
    "2": pgettext_lazy("activity", "under way"),
    "3": pgettext_lazy("activity", "finished"),
    "4": pgettext_lazy("activity", "closed"),
    "5": pgettext_lazy("activity", "cancelled"),
    "6": pgettext_lazy("activity", "suspended"),
}

ACTIVITY_ROLES: Words = {
    "reporting": pgettext_lazy("activity", "reports it"),
    "1": pgettext_lazy("activity", "funds it"),
    "2": pgettext_lazy("activity", "answers for it"),
    "3": pgettext_lazy("activity", "passes its money on"),
    "4": pgettext_lazy("activity", "carries it out"),
}

TOLD_AS: Words = {
    "location": pgettext_lazy("reported", "location"),
    "document": pgettext_lazy("reported", "document"),
    "result": pgettext_lazy("reported", "result"),
    "indicator": pgettext_lazy("reported", "indicator"),
}

WAYS: Words = {
    "money": pgettext_lazy("link", "as an end of a transaction"),
    "part": pgettext_lazy("link", "as an organisation's activity"),
    "related": pgettext_lazy("link", "as related"),
}

FOUND: Words = {
    "both": pgettext_lazy("link", "both say so"),
    "one": pgettext_lazy("link", "only this one says so"),
    "itself": pgettext_lazy("link", "names itself"),
    "organisation": pgettext_lazy("link", "an organisation's id"),
    "alike": pgettext_lazy("link", "perhaps misspelt"),
    "nowhere": pgettext_lazy("link", "not on record"),
}

LIKENESSES: Words = {
    "space": pgettext_lazy("link", "white space"),
    "case": pgettext_lazy("link", "capital letters"),
    "dash": pgettext_lazy("link", "another dash"),
    "sign": pgettext_lazy("link", "one sign"),
    "digit": pgettext_lazy("link", "one digit: perhaps a neighbour"),
}

TENFOLD: Words = {
    "payment": pgettext_lazy("link", "a payment and a commitment"),
    "total": pgettext_lazy("link", "all payments and all commitments"),
    "ends": pgettext_lazy("link", "what both ends say"),
}
