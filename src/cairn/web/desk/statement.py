"""A bank statement at the desk: read, held against the record, and recorded line by ticked line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import randbits
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cairn.catalog import journal
from cairn.exchange.sheets.cells import SheetUnreadableError
from cairn.exchange.statements.any import read_any
from cairn.exchange.statements.lines import NoStatementError, Statement, StatementLine
from cairn.journal.entry import Refused
from cairn.journal.projection import ReadModel, Rows
from cairn.money.facts import MoneySpent
from cairn.people import drafts
from cairn.people.models import FormDraft
from cairn.people.reach import accounts_for
from cairn.people.record import GuardError, SeatEndedError, record_all
from cairn.people.scope import column
from cairn.people.seats import Seat
from cairn.values import uuid7
from cairn.web.answers import MESSAGES, choice
from cairn.web.desk.asking import seat_at
from cairn.web.desk.matching import Matcher, Proposal
from cairn.web.desk.middleware import show_more
from cairn.web.desk.naming import told
from cairn.web.reader import reader

STATEMENT = "~statement"
MOST_BYTES = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it."""

    proposal: Proposal
    said: str
    ticked: bool
    objections: tuple[str, ...]


class Upload(forms.Form):
    """Which account's statement, and the file."""

    def __init__(self, accounts: list[tuple[str, str]], *args: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args)
        about = {"required": True, "error_messages": MESSAGES}
        label = gettext_lazy("Of which account?")
        self.fields["account"] = choice(accounts, many=False, label=label, **about)
        self.fields["file"] = forms.FileField(
            label=gettext_lazy("Which file?"),
            help_text=gettext_lazy(
                "As the bank gives it: CAMT.053 (.xml), OFX, .xlsx or .csv; up to 5 MB, a month or so."
            ),
            widget=forms.FileInput({"accept": ".xlsx,.csv,.txt,.xml,.ofx,.qfx"}),
            error_messages=MESSAGES,
        )

    def clean_file(self) -> "UploadedFile[Any]":
        """Not larger than a statement ever is; what is inside, the reader looks at before it opens it."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("It is larger than 5 MB; send one month at a time."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponseBase:
    """Send a statement; then look through its lines, and tick those that are to be recorded."""
    seat, now = seat_at(request), timezone.now()
    accounts = _accounts(seat)
    draft = drafts.kept(seat, STATEMENT, now=now)
    account = next((one for one in accounts if draft and [one.id] == draft.said["account"]), None)
    do = request.POST.get("do", "")
    if do == "forget":
        drafts.erase(seat, STATEMENT)
        return redirect("desk:statement")
    if draft is None or account is None:
        return _upload(request, seat, accounts, now)
    if do == "record":
        return _record(request, seat, draft, account, now)
    return _looked_through(request, seat, draft, account, {})


def _upload(
    request: HttpRequest, seat: Seat, accounts: list[ReadModel], now: datetime
) -> HttpResponseBase:
    named = [(one.id, reader().said(column(one, "name"))) for one in accounts]
    sent = request.method == "POST"
    form = Upload(named, *((request.POST, request.FILES) if sent else ()))
    if sent and form.is_valid():
        account = next(one for one in accounts if one.id == form.cleaned_data["account"])
        try:
            read = _read(form.cleaned_data["file"], str(column(account, "currency")))
        except SheetUnreadableError:
            message = _("This is no sheet that can be read: send it as .xlsx or .csv.")
            form.add_error("file", message)
        except NoStatementError as error:
            form.add_error("file", error.told(_))
        else:
            if drafts.keep(seat, STATEMENT, _as_draft(account, read, now), now=now):
                return redirect("desk:statement")
            form.add_error("file", _("It is too long; send one month at a time."))
    context = {"form": form}
    return render(request, "desk/statement_in.html", context, status=422 if form.errors else 200)


def _read(file: "UploadedFile[Any]", currency: str) -> Statement:
    """Read an upload, which is on disk for as long as that takes."""
    with TemporaryDirectory(prefix="cairn-statement-") as folder:
        path = Path(folder, "statement")
        with path.open("wb") as written:
            for chunk in file.chunks():
                written.write(chunk)
        return read_any(path, currency=currency)


def _as_draft(account: ReadModel, read: Statement, now: datetime) -> dict[str, list[str]]:
    """The lines as a draft keeps them, each with the id under which it would be recorded."""
    ids = [str(uuid7(int(now.timestamp() * 1000), randbits(74))) for _line in read.lines]
    return {
        "account": [account.id],
        "unread": [str(number) for number in read.unread],
        "lines": [
            f"{id_} {one.number} {one.on} {one.minor} {one.text}"
            for id_, one in zip(ids, read.lines, strict=True)
        ],
        "ticked": [],
    }


def _lines(draft: FormDraft) -> dict[str, StatementLine]:
    found = {}
    for line in draft.said["lines"]:
        id_, number, on, minor, text = line.split(" ", 4)
        found[id_] = StatementLine(int(number), date.fromisoformat(on), int(minor), text)
    return found


def _record(
    request: HttpRequest, seat: Seat, draft: FormDraft, account: ReadModel, now: datetime
) -> HttpResponseBase:
    """Record the ticked lines, each as what was proposed for it."""
    proposed = _proposals(seat, draft, account)
    ticked = [id_ for id_ in request.POST.getlist("line") if id_ in proposed]
    chosen = {id_: proposed[id_] for id_ in ticked}
    sent = [
        seat.draft(one.fact, id=UUID(id_), happened_on=one.line.on)
        for id_, one in chosen.items()
        if one.fact
    ]
    drafts.keep(seat, STATEMENT, {**draft.said, "ticked": ticked}, now=now)
    draft.said["ticked"] = ticked
    try:
        verdicts = record_all(seat, sent, journal=journal, now=now)
    except GuardError as error:
        return show_more(request, error.guard, back=reverse("desk:statement"))
    except SeatEndedError:
        logout(request)
        return redirect("desk:posts")
    wrong = {
        str(one.id): tuple(objection.message for objection in one.objections)
        for one in verdicts
        if isinstance(one, Refused)
    }
    if wrong:
        return _looked_through(request, seat, draft, account, wrong)
    drafts.keep(seat, STATEMENT, {**draft.said, "ticked": []}, now=now)
    return redirect("desk:statement")


def _looked_through(
    request: HttpRequest,
    seat: Seat,
    draft: FormDraft,
    account: ReadModel,
    wrong: dict[str, tuple[str, ...]],
) -> HttpResponse:
    rows, asks = Rows(seat.programme, journal.tables), reader()
    shown = [
        (
            id_,
            Shown(
                one,
                told(one.fact, rows, asks) if one.fact else "",
                id_ in draft.said["ticked"],
                wrong.get(id_, ()),
            ),
        )
        for id_, one in _proposals(seat, draft, account).items()
    ]
    context = {
        "account": column(account, "name"),
        "currency": column(account, "currency"),
        "open": [one for one in shown if not one[1].proposal.there],
        "there": [one for one in shown if one[1].proposal.there],
        "unread": ", ".join(draft.said["unread"]),
        "can": any(one.proposal.fact for _id, one in shown),
    }
    return render(request, "desk/statement.html", context, status=422 if wrong else 200)


def _proposals(seat: Seat, draft: FormDraft, account: ReadModel) -> dict[str, Proposal]:
    lines = _lines(draft)
    found = Matcher(seat, account, reader()).proposals(list(lines.values()))
    return dict(zip(lines, found, strict=True))


def _accounts(seat: Seat) -> list[ReadModel]:
    """The accounts from which this seat may spend: whose bank writes to it."""
    every: Iterable[ReadModel] = journal.tables["account"].objects.filter(programme=seat.programme)
    rows = Rows(seat.programme, journal.tables)
    found = list(every)
    mine = accounts_for(seat, MoneySpent, rows, found)
    return [one for one in found if one.id in mine]
