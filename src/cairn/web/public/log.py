"""A programme's public log: its newest checkpoint, and which outside witnesses have cosigned it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.following.answers import Named
from cairn.journal.log import Log
from cairn.journal.past import programme_of
from cairn.programme.models import Programme
from cairn.values import UnknownThingError
from cairn.web.public.page import Shown, page
from cairn.web.tables import Column, Table
from cairn.witness.standing import Quorum, Watcher, standing_of


def _cosigned_at(watcher: Watcher) -> str:
    at = watcher.cosigned_at
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _counted(group: Quorum) -> str:
    """Digits alone, so that no language must say them."""
    return f"{group.needed} / {len(group.members)}"


WATCHERS: tuple[Column[Watcher], ...] = (
    Column(id="witness", label=gettext_lazy("Witness"), of=lambda row: row.name),
    Column(
        id="cosigned_at",
        label=gettext_lazy("Cosigned"),
        of=_cosigned_at,
        means=gettext_lazy("When it says that it saw the newest checkpoint; empty if it has not."),
    ),
    Column(
        id="signs_as",
        label=gettext_lazy("Signs as"),
        of=lambda row: row.key.partition("+")[0],
    ),
    Column(id="key", label=gettext_lazy("Key"), of=lambda row: row.key, csv_only=True),
)

GROUPS: tuple[Column[Quorum], ...] = (
    Column(id="group", label=gettext_lazy("Group"), of=lambda row: row.name),
    Column(id="needed", label=gettext_lazy("Needed of its members"), of=_counted),
    Column(id="members", label=gettext_lazy("Who is in it"), of=lambda row: ", ".join(row.members)),
    Column(
        id="reached",
        label=gettext_lazy("Reached"),
        of=lambda row: _("yes") if row.reached else _("no"),
    ),
)


@page
def log(request: HttpRequest, programme: str) -> Shown | HttpResponse:
    """How the programme's log stands; a page that needs no trace, and has no past."""
    del request
    if programme != programme_of(programme):
        return redirect("public:log", programme=programme_of(programme))
    row = Programme.objects.filter(programme=programme).first()
    if row is None:
        raise UnknownThingError(programme)
    stands = standing_of(Log(programme))
    return Shown(
        "public/log.html",
        _("The public log"),
        programme=Named(row.programme, row.name),
        tables=(
            Table(
                id="witnesses",
                caption=_("Outside witnesses"),
                columns=WATCHERS,
                rows=stands.watchers,
                empty=_("The programme lists no witness."),
            ),
            Table(
                id="groups",
                caption=_("How many must cosign"),
                columns=GROUPS,
                rows=stands.groups,
                empty="",
            ),
        ),
        section="log",
    )
