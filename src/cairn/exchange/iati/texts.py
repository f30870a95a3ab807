"""What the files say in words of Cairn's own, in the languages that people wrote."""

from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.values import DRAFTED, LANGUAGES, in_language

FLOWS: Final = {
    "pledged": _("Pledged by the sponsor"),
    "received": _("Received from the sponsor"),
    "opening": _("Stood in the account when the programme began to record"),
    "interest": _("Interest of a bank"),
    "moved": _("Moved between two accounts of this grant"),
    "sent": _("Sent from one account of this grant to another, and confirmed by its receiver"),
    "on-its-way": _("Sent, and not yet confirmed by its receiver"),
    "exchanged": _("Exchanged into another currency"),
    "fee": _("Fee of a bank"),
    "repaid": _("Paid back to the sponsor"),
    "paid-to-project": _("Paid for a project"),
    "paid-from-grant": _("Paid from a grant"),
    "spent": _("Spent on the project"),
    "engaged": _("Engaged for a part of the project"),
}
"""What a transaction is, by the `why` of its flow."""

THEMES: Final = {
    "water": _("water"),
    "road": _("road"),
    "school": _("school"),
    "clinic": _("clinic"),
    "energy": _("energy"),
    "housing": _("housing"),
    "farming": _("farming"),
    "enterprise": _("enterprise"),
    "culture": _("culture"),
    "skills": _("skills"),
    "several": _("several themes"),
    "any": _("any theme"),
    "other": pgettext_lazy("theme", "other"),
}

CONDITIONS: Final = {
    "good": pgettext_lazy("condition", "good"),
    "worn": pgettext_lazy("condition", "worn"),
    "broken": pgettext_lazy("condition", "broken"),
    "gone": pgettext_lazy("condition", "gone"),
}

FINDINGS: Final = {
    "as-planned": _("as planned"),
    "late": pgettext_lazy("finding", "late"),
    "faulty": pgettext_lazy("finding", "faulty"),
    "stopped": pgettext_lazy("finding", "stopped"),
}

PROGRAMME: Final = _(
    "A programme whose record is open: what each grant paid for, and what stands of it."
)
GRANT: Final = _("A grant of {sponsor}: “{name}”.")
PROJECT: Final = _("A project in {place}: “{name}”.")
IN_KIND: Final = _("Given in kind by {sponsor}: {quantity} {unit} of {what}, worth {worth}.")
LEFT: Final = _("What a project left, and how it stands")
IN_USE: Final = _("Assets in use")
CONDITION: Final = _("Condition of “{name}”, as last seen")
WORK: Final = _("How the work stood, as last inspected")
SEEN: Final = _("{condition}, seen on {day}")
PAGE: Final = _("The open record of this programme")
PHOTO: Final = _("Evidence")
DOCUMENT: Final = _("Document")


def said(text: Promise | str) -> dict[str, str]:
    """A text of Cairn's own in each language that people wrote."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        if code not in DRAFTED:
            with translation.override(code):
                found[code] = str(text)
    return found


def told(text: Promise, **names: dict[str, str] | str) -> dict[str, str]:
    """The same with names of the record in it, each in the language nearest by."""
    return {
        code: sentence.format(
            **{
                key: in_language(name, code) if isinstance(name, dict) else name
                for key, name in names.items()
            }
        )
        for code, sentence in said(text).items()
    }
