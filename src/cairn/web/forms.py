"""A form for every kind of fact, from its declaration: questions, choices, and the fact it makes.

What each answer is asked with stands in answers.py; who may name which thing, in desk/choices.py.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from pydantic import ValidationError

from cairn.journal.fact import Ask, Fact
from cairn.journal.projection import Objection
from cairn.values import KeptFile, Money, Names, Refers, Text, in_language, slug_from
from cairn.web import answers
from cairn.web.words import word_of

LONG = 200
"""Texts that may be longer are written into several lines."""

Choices = Callable[[str, str], list[tuple[str, str]]]
"""The (id, name) of each thing that a field may name, by the field and the read model."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a kind as a form sees it."""

    name: str
    ask: Ask
    of: Any
    """The type of one answer."""
    marks: tuple[Any, ...]
    many: bool
    needed: bool

    def mark(self, a: type) -> Any:  # noqa: ANN401 - whichever mark it is
        """The mark of this class on the field, or None."""
        return next((one for one in self.marks if isinstance(one, a)), None)

    @property
    def longest(self) -> int | None:
        """How many signs a text may have."""
        lengths = [
            length
            for one in self.marks
            for part in (one, *getattr(one, "metadata", ()))
            if (length := getattr(part, "max_length", None))
        ]
        return min(lengths, default=None)


def asked(kind: type[Fact]) -> list[Asked]:
    """The questions of a kind, in their order."""
    found = []
    for name, field in kind.model_fields.items():
        ask = next(one for one in field.metadata if isinstance(one, Ask))
        type_, marks, many = _bare(field.annotation, tuple(field.metadata))
        sealed = kind.seals().get(name)
        needed = sealed.needed if sealed else field.is_required()
        found.append(Asked(name, ask, type_, marks, many, needed))
    return found


def _bare(annotation: Any, marks: tuple[Any, ...], *, many: bool = False) -> Any:  # noqa: ANN401
    """The type inside `Annotated[tuple[X, ...] | None, …]`, all its marks, whether it is many."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(annotation.__origin__, (*marks, *annotation.__metadata__), many=many)
    if origin in (Union, UnionType):
        inner = next(one for one in get_args(annotation) if one is not NoneType)
        return _bare(inner, marks, many=many)
    if origin is tuple:
        return _bare(get_args(annotation)[0], marks, many=True)
    return annotation, marks, many


class FactForm(forms.Form):
    """Asks what a kind asks. `fact` is what was answered, once it is valid."""

    kind: type[Fact]
    fact: Fact | None = None
    given: Mapping[str, str]
    """Answers that are not asked, because something else on the page gives them."""
    judged = True
    """Whether what was typed is to be judged; a draft, or a form that is only opened, is not."""
    required_css_class = "needed"

    def full_clean(self) -> None:
        """Judge what was sent, unless there is nothing to judge yet."""
        if self.judged:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """Make the fact, where every answer could be read."""
        said = super().clean() or {}
        self._keep_what_was_uploaded(said)
        if not self.errors:
            try:
                self.fact = self.kind.model_validate_json(json.dumps(self._body(said)))
            except ValidationError as error:
                for item in error.errors():
                    field = str(item["loc"][0]) if item["loc"] else None
                    self.object_to(field, _sentence(item["type"], item["msg"]))
        return said

    def _body(self, said: Mapping[str, Any]) -> dict[str, Any]:
        body = {
            one.name: _json(said[one.name])
            for one in asked(self.kind)
            if one.name in said and said[one.name] not in (None, "", [])
        }
        body |= self.given
        for name, _called in self.kind.brings():
            if name not in body and isinstance(said.get("name"), Text):
                body[name] = slug_from(in_language(said["name"].by_language(), "en"))
        return body

    def _keep_what_was_uploaded(self, said: Mapping[str, Any]) -> None:
        """A file that came with a form that is refused need not be sent again."""
        for name in self.kind.files():
            if said.get(name):
                data = MultiValueDict(dict(cast("MultiValueDict[str, Any]", self.data).lists()))
                data[f"{self.add_prefix(name)}_kept"] = said[name]
                self.data = data

    def object_to(self, field: str | None, message: str) -> None:
        """Put an objection beside the field that it names; one about none of them on top."""
        known = field in self.fields and not self.fields[field].widget.is_hidden
        self.fact = None
        self.add_error(field if known else None, message)

    def take(self, objections: tuple[Objection, ...]) -> None:
        """Put what the journal or the table of rights objects to where it belongs."""
        for one in objections:
            self.object_to(one.field.partition(".")[0], one.message)

    def take_over(self, judged: "FactForm") -> None:
        """Say what was said of the same answers before, instead of judging them once more."""
        self.data, self.fact = judged.data, judged.fact
        self._errors, self.cleaned_data = judged.errors, judged.cleaned_data

    def names(self) -> set[str]:
        """What a browser may send: the names of all inputs."""
        return {name for one in self for name in _input_names(one)}

    @property
    def first(self) -> Iterator[forms.BoundField]:
        """The questions that must be answered, those that were, and pictures: a phone takes one at once."""
        return (
            one
            for one in self.visible_fields()
            if one.field.required or _has_answer(one) or isinstance(one.field, answers.Picture)
        )

    @property
    def more(self) -> list[forms.BoundField]:
        """Those that may be left open, folded away until somebody wants them."""
        shown = {one.name for one in self.first}
        return [one for one in self.visible_fields() if one.name not in shown]


def form_of(  # noqa: PLR0913 - keyword-only, each said once
    kind: type[Fact],
    *,
    programme: str,
    language: str,
    choices: Choices,
    data: MultiValueDict[str, Any],
    files: MultiValueDict[str, Any] | None = None,
    judged: bool = True,
    today: date | None = None,
    prefix: str | None = None,
    given: Mapping[str, str] | None = None,
    currencies: tuple[str, ...] = (),
) -> FactForm:
    """The form of a kind with what was typed. `given` are answers that it does not ask for.

    With `today` it asks, too, on which day it happened.
    """
    fields: dict[str, forms.Field] = {"id": forms.UUIDField(widget=forms.HiddenInput())}
    for one in asked(kind):
        if one.name not in (given or {}):
            fields[one.name] = _field(kind, one, programme, language, choices, currencies)
    if today:
        fields["happened_on"] = forms.DateField(
            label=gettext_lazy("When did it happen?"),
            widget=answers.day(latest=today),
            error_messages=answers.MESSAGES,
        )
    about = {"kind": kind, "judged": judged, "given": given or {}}
    made = type("FormOf" + kind.__name__, (FactForm,), {**fields, **about})
    form: FactForm = made(data, files, prefix=prefix)
    return form


def _field(  # noqa: PLR0911 - one return for each sort of answer
    kind: type[Fact],
    one: Asked,
    programme: str,
    language: str,
    choices: Choices,
    currencies: tuple[str, ...],
) -> forms.Field:
    """What a question is answered with."""
    about: dict[str, Any] = {
        "label": one.ask.question,
        "help_text": one.ask.help or "",
        "required": one.needed,
        "error_messages": answers.MESSAGES,
    }
    if kept := one.mark(KeptFile):
        sort = answers.Recording if kept.heard else answers.Picture
        return sort(programme=programme, **about)
    if refers := one.mark(Refers):
        return answers.choice(choices(one.name, refers.to), many=one.many, **about)
    if isinstance(one.of, type) and issubclass(one.of, Enum):
        words = [(member.value, word_of(member)) for member in one.of]
        return answers.choice(words, many=one.many, **about)
    if one.of is Money:
        return answers.Amount(currencies=currencies, **about)
    if one.of is Text:
        return answers.Texts(language=language, lines=one.name != "name", **about)
    if one.of is date:
        return forms.DateField(widget=answers.day(), **about)
    if one.of is int:
        return forms.IntegerField(
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}), **about
        )
    if one.mark(Names):
        about |= _of_an_id(kind, one)
    elif one.name == "currency":
        about["widget"] = answers.one_of(currencies)
    long = (one.longest or 0) > LONG
    widget = about.pop(
        "widget", forms.Textarea({"rows": 2, "dir": "auto"}) if long else answers.line()
    )
    return answers.Plain(max_length=one.longest, widget=widget, **about)


def _of_an_id(kind: type[Fact], one: Asked) -> dict[str, Any]:
    """An id that nobody chose is made from the name."""
    named = "name" in kind.model_fields
    made: Promise = gettext_lazy("Left open, it is made from the name.")
    chosen: Promise = gettext_lazy("Letters and digits, with - between: it stands in addresses.")
    return {"required": one.needed and not named, "help_text": made if named else chosen}


def _json(value: Any) -> Any:  # noqa: ANN401 - whatever a field's clean value is
    if isinstance(value, Money | Text):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return value.isoformat() if isinstance(value, date) else value


def _input_names(field: forms.BoundField) -> list[str]:
    widget = field.field.widget
    ends = getattr(widget, "widgets_names", [""])  # of those that are several inputs
    return [field.html_name + end for end in ends]


def _has_answer(field: forms.BoundField) -> bool:
    value = field.value()
    answer = any(value) if isinstance(value, list) else bool(value)
    return answer or bool(field.errors)


SENTENCES = {
    "string_pattern_mismatch": gettext_lazy("This is not written as it must be; look at the hint."),
    "string_too_short": gettext_lazy("This must be answered."),
    "string_too_long": gettext_lazy("This is too long."),
    "missing": gettext_lazy("This must be answered."),
    "greater_than": gettext_lazy("It must be more than nothing."),
    "less_than_equal": gettext_lazy("This is too large."),
}


def _sentence(type_: str, message: str) -> str:
    """What a declaration says against an answer, in words."""
    if type_ in SENTENCES:
        return str(SENTENCES[type_])
    why = message.removeprefix("Value error, ")
    return gettext("This cannot be taken as it stands: {why}").format(why=why)
