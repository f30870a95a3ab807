"""What Pydantic finds wrong with a value, in words of ours and in the reader's language."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from cairn.journal.projection import Objection

WORDS: Mapping[str, Promise] = {
    "missing": _("This must be answered."),
    "extra_forbidden": _("There is no such question."),
    "string_type": _("This must be a text."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "int_from_float": _("This must be a whole number."),
    "bool_type": _("This must be true or false."),
    "bool_parsing": _("This must be true or false."),
    "list_type": _("This must be a list."),
    "tuple_type": _("This must be a list."),
    "dict_type": _("This must be an object with named values."),
    "model_type": _("This must be an object with named values."),
    "model_attributes_type": _("This must be an object with named values."),
    "date_type": _("This must be a day, like 2025-06-30."),
    "date_parsing": _("This must be a day, like 2025-06-30."),
    "date_from_datetime_parsing": _("This must be a day, like 2025-06-30."),
    "uuid_type": _("This must be a UUID."),
    "uuid_parsing": _("This must be a UUID."),
    "enum": _("This must be one of: {expected}."),
    "literal_error": _("This must be one of: {expected}."),
    "string_too_short": _("This is too short: {min_length} signs at least."),
    "string_too_long": _("This is too long: {max_length} signs at most."),
    "too_short": _("These are too few: {min_length} at least."),
    "too_long": _("These are too many: {max_length} at most."),
    "greater_than": _("This must be more than {gt}."),
    "greater_than_equal": _("This must be {ge} at least."),
    "less_than": _("This must be less than {lt}."),
    "less_than_equal": _("This must be {le} at most."),
    "string_pattern_mismatch": _("This does not have the form that is asked for: {pattern}"),
    "string_unicode": _("This holds something that is no character."),
}
"""By Pydantic's names of errors; {…} are what it says of them."""


def said_wrong(error: Mapping[str, Any]) -> str:
    """The sentence for an error of Pydantic's; its own where we have none."""
    words = WORDS.get(error["type"])
    if words is None:
        return str(error["msg"])
    return str(words).format(**error.get("ctx", {}))


def objections_in(error: ValidationError) -> Iterator[Objection]:
    """What is wrong, per field: `amount.minor`."""
    for one in error.errors(include_url=False):
        yield Objection(".".join(str(part) for part in one["loc"]), said_wrong(one))
