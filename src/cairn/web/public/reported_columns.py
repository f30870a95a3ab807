"""The columns of the tables about what other publishers report, as columns.py has the others."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.web.public.columns import Columns
from cairn.web.reported_words import (
    ACTIVITY_ROLES,
    ACTIVITY_STATUSES,
    FOUND,
    LIKENESSES,
    TENFOLD,
    TOLD_AS,
    TRANSACTION_TYPES,
    WAYS,
)
from cairn.web.tables import Amount, Coded, Column, Count, Day, Thing

the = attrgetter

ACTIVITIES: Columns = (
    Thing(id="activity", label=_("Activity"), of=the("activity"), is_a="reported-activity"),
    Column(id="identifier", label=_("IATI id"), of=the("identifier")),
    Column(
        id="publisher",
        label=_("Publisher"),
        of=the("publisher"),
        means=_("The organisation whose word it is, by its id."),
    ),
    Coded(optional=True, id="status", label=_("Status"), of=the("status"), words=ACTIVITY_STATUSES),
    Count(id="transactions", label=_("Transactions"), of=the("transactions")),
    Column(
        optional=True,
        id="gone",
        label=_("Gone"),
        of=lambda row: _("no longer in its file") if row.gone else "",
        means=_("The newer version of its file does not tell of it any more."),
    ),
    Column(id="file", label=_("File"), of=the("file"), csv_only=True),
    Count(id="line", label=_("Line"), of=the("line"), csv_only=True),
)

FILES: Columns = (
    Column(id="file", label=_("File"), of=the("name")),
    Day(id="read_on", label=_("Read on"), of=the("read_on")),
    Count(id="activities", label=_("Activities"), of=the("activities")),
    Count(id="transactions", label=_("Transactions"), of=the("transactions")),
    Column(
        optional=True,
        id="replaced",
        label=_("Newer version"),
        of=lambda row: _("read since") if row.replaced else "",
    ),
    Column(
        id="left_out",
        label=_("Not kept"),
        of=lambda row: "; ".join(row.left_out),
        csv_only=True,
        means=_("What of the file Cairn has no place for, or could not read."),
    ),
)

MONEY: Columns = (
    Coded(id="type", label=_("Type"), of=the("type"), words=TRANSACTION_TYPES),
    Count(id="count", label=_("Transactions"), of=the("times")),
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    Column(id="currency", label=_("Currency"), of=the("currency"), csv_only=True),
    Day(id="since", label=_("From"), of=the("since")),
    Day(id="until", label=_("To"), of=the("until")),
)

TRANSACTIONS: Columns = (
    Day(id="on", label=_("Day"), of=the("on")),
    Coded(id="type", label=_("Type"), of=the("type"), words=TRANSACTION_TYPES),
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    Column(id="currency", label=_("Currency"), of=the("currency"), csv_only=True),
    Column(optional=True, id="provider", label=_("From whom"), of=the("provider")),
    Column(
        optional=True,
        id="provider_activity",
        label=_("From activity"),
        of=the("provider_activity"),
    ),
    Column(optional=True, id="receiver", label=_("To whom"), of=the("receiver")),
    Column(
        optional=True,
        id="receiver_activity",
        label=_("Into activity"),
        of=the("receiver_activity"),
    ),
    Column(optional=True, id="text", label=_("Description"), of=the("text"), csv_only=True),
    Column(id="file", label=_("File"), of=the("file"), csv_only=True),
    Count(id="line", label=_("Line"), of=the("line")),
)

ORGANISATIONS: Columns = (
    Coded(id="role", label=_("Role"), of=the("role"), words=ACTIVITY_ROLES),
    Column(optional=True, id="name", label=_("Organisation"), of=the("name")),
    Column(optional=True, id="ref", label=_("Its id"), of=the("ref")),
    Column(optional=True, id="far_activity", label=_("Its own activity"), of=the("far_activity")),
)

OTHERS: Columns = (
    Coded(id="what", label=_("What"), of=the("what"), words=TOLD_AS),
    Column(optional=True, id="name", label=_("Called"), of=the("name")),
    Column(optional=True, id="more", label=_("What is said of it"), of=the("more")),
)

LINKS: Columns = (
    Thing(id="activity", label=_("Activity"), of=the("activity"), is_a=the("kind")),
    Column(id="identifier", label=_("IATI id"), of=the("identifier"), csv_only=True),
    Column(id="publisher", label=_("Publisher"), of=the("publisher"), csv_only=True),
    Coded(id="way", label=_("How it names another"), of=the("way"), words=WAYS),
    Column(id="written", label=_("The id it names"), of=the("written")),
    Coded(
        id="found",
        label=pgettext_lazy("link", "What became of it"),
        of=the("found"),
        words=FOUND,
        means=_(
            "Whether the other is on record here, and names this one, too. An id of an organisation, "
            "where an activity's belongs, leads nowhere."
        ),
    ),
    Thing(optional=True, id="other", label=_("The other"), of=the("other"), is_a=the("other_kind")),
    Count(id="times", label=_("Times"), of=the("times")),
    Count(
        id="agreeing",
        label=_("Agreeing"),
        of=the("agreeing"),
        means=_(
            "Transactions with which one of the other's agrees: equal amount and currency, at most 60 "
            "days apart."
        ),
    ),
    Column(
        optional=True,
        id="alike",
        label=_("Perhaps means"),
        of=lambda row: " ".join(one for one, _why in row.alike),
        means=_("Much like it and on record. Nobody has said that it is meant."),
    ),
    Coded(
        optional=True,
        id="differs",
        label=_("Differs in"),
        of=lambda row: tuple(dict.fromkeys(why for _one, why in row.alike)),
        words=LIKENESSES,
    ),
    Column(
        optional=True,
        id="meant",
        label=_("Was taken to mean"),
        of=the("meant"),
        means=_("A post says so, in a fact of its own; the publisher's words stay as they are."),
    ),
    Column(id="file", label=_("File"), of=the("file"), csv_only=True),
    Count(id="line", label=_("Line"), of=the("line"), csv_only=True),
)

TENFOLDS: Columns = (
    Thing(id="activity", label=_("Activity"), of=the("activity"), is_a="reported-activity"),
    Column(id="identifier", label=_("IATI id"), of=the("identifier"), csv_only=True),
    Coded(id="sort", label=_("What is compared"), of=the("sort"), words=TENFOLD),
    Amount(id="amount", label=_("Amount"), of=the("amount")),
    Amount(id="against", label=_("Against"), of=the("against")),
    Column(id="currency", label=_("Currency"), of=the("currency"), csv_only=True),
    Column(id="times", label=_("So many times"), of=the("times")),
    Column(id="file", label=_("File"), of=the("file"), csv_only=True),
    Count(id="line", label=_("Line"), of=the("line")),
)

COVERAGE: Columns = (
    Coded(
        id="type",
        label=_("Type"),
        of=lambda row: str(row.type.code),
        words=TRANSACTION_TYPES,
    ),
    Count(id="kept", label=_("Transactions"), of=the("kept")),
    Count(id="names", label=_("name an activity"), of=the("names_an_activity")),
    Count(id="organisations", label=_("an organisation's id"), of=the("of_an_organisation")),
    Count(id="on_record", label=_("on record"), of=the("in_files")),
    Count(id="agree", label=_("agree"), of=lambda row: row.both_say + row.by_organisation),
    Count(id="other_date", label=_("another day"), of=the("other_date")),
    Count(id="other_amount", label=_("another amount"), of=the("other_amount")),
    Count(id="one_end", label=_("only one end says so"), of=the("one_end_says")),
)
