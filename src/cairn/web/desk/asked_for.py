"""A form as one request asks for it: what was typed, or kept, or named in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import randbits
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from cairn.catalog import journal
from cairn.journal.fact import Fact
from cairn.journal.projection import Rows
from cairn.people import drafts
from cairn.people.models import FormDraft
from cairn.people.seats import Seat, today_in
from cairn.values import Money, uuid7
from cairn.web.desk import alike
from cairn.web.desk.choices import Offered, currencies_of
from cairn.web.forms import FactForm, asked, form_of
from cairn.web.reader import reader

OURS = frozenset({"csrfmiddlewaretoken", "do"})
"""What a form of the desk sends beside answers: its token, and which button was pressed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One fact that a page asks for. The second of a page has a prefix, and no day of its own."""

    kind: type[Fact]
    prefix: str | None = None
    about_the_first: str = ""
    """The field that names the first fact of the page."""
    usual: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The forms of a page, the draft that they were filled from, and what was sent beside them."""

    seat: Seat
    name: str
    forms: tuple[FactForm, ...]
    parts: tuple[Part, ...]
    draft: FormDraft | None
    now: datetime
    unknown: tuple[str, ...] = ()
    several: alike.Several | None = None

    @property
    def is_valid(self) -> bool:
        """Whether every fact could be made; each form is judged, so that all objections show."""
        judged = [form.is_valid() for form in self.forms]
        return all(judged)

    @property
    def main(self) -> FactForm:
        """The form that asks for the day."""
        return self.forms[0]

    def keep(self, request: HttpRequest) -> bool:
        """Keep what was typed, pictures by their hash."""
        typed = {name: request.POST.getlist(name) for name in self._names() & request.POST.keys()}
        for form in self.forms:
            for name in form.kind.files():
                kept = f"{form.add_prefix(name)}_kept"
                if form.data.get(kept):
                    typed[kept] = [form.data[kept]]
        return drafts.keep(self.seat, self.name, typed, now=self.now)

    def shown_again(self, request: HttpRequest) -> "Page":
        """The same with every choice that there is, what was typed, and what was objected."""
        page = page_of(request, self.seat, self.name, *self.parts, every_choice=True)
        for form, judged in zip(page.forms, self.forms, strict=True):
            form.take_over(judged)
        return page

    def _names(self) -> set[str]:
        return set().union(*(form.names() for form in self.forms))


def page_of(
    request: HttpRequest, seat: Seat, name: str, *parts: Part, every_choice: bool = False
) -> Page:
    """The forms that a request is about: sent, or else filled from draft, address and custom.

    To judge what was sent no more of its choices are read than were made, unless `every_choice` is
    wanted because it will be shown again.
    """
    now = timezone.now()
    sent = request.method == "POST"
    draft = None if sent or request.GET else drafts.kept(seat, name, now=now)
    today = today_in(Rows(seat.programme, journal.tables), now)
    currencies = currencies_of(seat)
    forms: list[FactForm] = []
    for part in parts:
        if sent:
            data: MultiValueDict[str, Any] = request.POST
        else:
            data = _first_filled(request, part, currencies, today=str(today), now=now)
            if draft:
                data = MultiValueDict({**dict(data.lists()), **draft.said})
        form = form_of(
            part.kind,
            programme=seat.programme,
            language=reader().language,
            choices=Offered(
                seat,
                part.kind,
                reader(),
                wanted=_wanted(data, part.prefix),
                only=sent and not every_choice,
            ),
            data=data,
            files=request.FILES if sent else None,
            judged=sent,
            today=None if part.prefix else today,
            prefix=part.prefix,
            given={part.about_the_first: _first_id(request, forms)} if part.prefix else None,
            currencies=currencies,
        )
        if not sent and not draft:
            _choose_the_only_one(form, data)
        forms.append(form)
    several = _several(request, seat, forms[0], now)
    known = OURS.union(*(form.names() for form in forms), {alike.NAME} if several else ())
    unknown = (request.POST.keys() | request.FILES.keys()) - known if sent else ()
    return Page(seat, name, tuple(forms), parts, draft, now, tuple(sorted(unknown)), several)


def _several(
    request: HttpRequest, seat: Seat, form: FactForm, now: datetime
) -> alike.Several | None:
    """Others of which the form's fact may be recorded with the same press, once it names one."""
    if form.kind.kind not in alike.FINDERS:
        return None
    field, find = alike.FINDERS[form.kind.kind]
    thing = str(form.data.get(field) or "")
    return alike.several(seat, field, find, thing, request.POST.getlist(alike.NAME), now=now)


def _first_filled(
    request: HttpRequest, part: Part, currencies: tuple[str, ...], *, today: str, now: datetime
) -> QueryDict:
    """A form that is opened: a new id, today, the usual currency, and what the address names."""
    data = QueryDict(mutable=True)
    before = f"{part.prefix}-" if part.prefix else ""
    data[f"{before}id"] = str(uuid7(int(now.timestamp() * 1000), randbits(74)))
    data["happened_on"] = today
    for one in asked(part.kind):
        if one.of is Money:
            data[f"{before}{one.name}_currency"] = currencies[0]
    if "currency" in part.kind.model_fields:
        data[f"{before}currency"] = currencies[0]
    for name, said in (part.usual or {}).items():
        data[f"{before}{name}"] = said
    if not part.prefix:
        for name in request.GET.keys() - {"id"}:
            data.setlist(name, request.GET.getlist(name))
    return data


def _choose_the_only_one(form: FactForm, data: MultiValueDict[str, Any]) -> None:
    """A seat's own thing, where it is the only one it may name, needs no choosing."""
    for name, field in form.fields.items():
        found = [value for value, _name in getattr(field, "choices", ()) if value]
        if len(found) == 1 and field.required and not data.get(form.add_prefix(name)):
            data[form.add_prefix(name)] = found[0]


def _wanted(data: MultiValueDict[str, Any], prefix: str | None) -> dict[str, list[str]]:
    """What is named already, by field: it is offered even where it is not among the latest."""
    before = f"{prefix}-" if prefix else ""
    return {
        name.removeprefix(before): [value for value in data.getlist(name) if isinstance(value, str)]
        for name in data
        if name.startswith(before)
    }


def _first_id(request: HttpRequest, forms: list[FactForm]) -> str:
    return str(request.POST.get("id", "") or forms[0].data.get("id", ""))
