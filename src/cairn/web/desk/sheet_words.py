"""What a page says of sheets: kinds of rows, fields, verdicts, and why a row is not taken."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cairn.exchange.sheets.held_rows import Outcome
from cairn.exchange.sheets.values import OF_A_FIELD, OR, Reason
from cairn.exchange.sheets.words import RowKind

KINDS: Final[dict[RowKind, Promise]] = {
    "money received": _("money received"),
    "money sent": _("money sent"),
    "money spent": _("money spent"),
    "money returned": _("money returned"),
    "cash book": _("a cash book"),
    "grants": _("grants"),
    "accounts": _("accounts"),
    "projects": _("projects"),
    "assets": _("assets"),
    "recommendations": _("recommendations"),
    "places": _("places"),
    "organisations": _("organisations"),
    "followed": _("what became of movements"),
}

FIELDS: Final[dict[str, Promise]] = {
    "id": _("number or voucher"),
    "date": _("date"),
    "amount": _("amount"),
    "currency": _("currency"),
    "place": _("place"),
    "note": _("remark"),
    "purpose": _("reason"),
    "sponsor": _("sponsor"),
    "grant": _("grant"),
    "account": _("account"),
    "from": _("sending account"),
    "to": _("receiving account"),
    "payee": _("organisation paid"),
    "project": _("project"),
    "income": _("amount in"),
    "expense": _("amount out"),
    "balance": _("balance"),
    "what": _("kind of movement"),
    "other": _("other end"),
    "name": _("name"),
    "recipient": _("who receives it"),
    "theme": _("theme"),
    "start": _("begin"),
    "until": _("end or deadline"),
    "organisation": _("organisation that holds or keeps it"),
    "status": _("stage"),
    "months": _("months between upkeep"),
    "condition": _("condition"),
    "seen": _("day of inspection"),
    "recommendation": _("recommendation"),
    "debrief": _("debrief"),
    "speaker": _("post that said it"),
    "asked": _("post that is asked"),
    "fact": _("fact, as Cairn’s workbook names it"),
    "of": _("fact concerned"),
    "level": _("level of the place"),
    "within": _("place that it is part of"),
    "role": _("role of the organisation"),
}

THINGS: Final[dict[str, Promise]] = {
    "place": _("place"),
    "organisation": _("organisation"),
    "account": _("account"),
    "project": _("project"),
    "grant": _("grant"),
    "asset": _("asset"),
    "debrief": _("debrief"),
    "post": _("post"),
}

OUTCOMES: Final[dict[Outcome, Promise]] = {
    Outcome.GOOD: pgettext_lazy("row", "good"),
    Outcome.ALREADY: pgettext_lazy("row", "on record already"),
    Outcome.QUESTION: pgettext_lazy("row", "a question"),
    Outcome.REFUSED: pgettext_lazy("row", "refused"),
    Outcome.NO_ROW: pgettext_lazy("row", "no row"),
}

RECORDED: Final = pgettext_lazy("row", "recorded now")
"""What a good row is called once its import is done."""

UNITS: Final[dict[str, Promise]] = {
    "1": _("as they stand"),
    "1000": _("thousands"),
    "10000": _("ten thousands (万)"),
    "1000000": _("millions"),
    "100000000": _("hundred millions (亿)"),
}


def said(reason: Reason) -> str:
    """A reason in the reader's language, with what was perhaps meant."""
    if reason.about:
        unclear = gettext("It is not clear which ‘{name}’ is meant.")
        return unclear.format(name=_word("name", reason.about))
    if reason.text == OF_A_FIELD:
        return reason.said["said"]  # the heading stands beside it
    sentence = reason.told(gettext, _word)
    if reason.offer:
        return gettext("{sentence} (did you mean {offer}?)").format(
            sentence=sentence, offer=reason.offer
        )
    return sentence


def _word(key: str, text: str) -> str:
    """Our words in the reader's language; and what a sheet says as it is, whichever way letters run."""
    if key == "field":
        return gettext(" or ").join(str(FIELDS.get(word, word)) for word in text.split(OR))
    if key == "thing":
        return str(THINGS.get(text, text))
    return f"\u2068{text}\u2069" if get_language_bidi() and key != "said" else text
