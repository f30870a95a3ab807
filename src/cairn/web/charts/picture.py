"""The flow picture of a grant with its words: what `parts/flow.html` puts on the page."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.following.answers import GrantFollowed
from cairn.trace.policy import Kind
from cairn.web.charts.flow import LABEL, THICK, Arc, Box, Flow, Ribbon, lay_out
from cairn.web.charts.graph import Graph, Link, Node, graph_of
from cairn.web.tables import Setting
from cairn.web.words import STEPS

LETTER = 6.3
"""How wide a Latin letter of a label is, in the picture's units; a Chinese one takes two."""


@dataclass(frozen=True, slots=True)
class Label:
    """A node with its words: `name` fits beside it, `title` is the whole of it."""

    box: Box
    x: float
    name: str
    amount: str
    title: str
    address: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Titled:
    """A ribbon or an arc with what it says when pointed at."""

    shape: Ribbon | Arc
    title: str
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A flow with its words, and which signs its key has to explain."""

    flow: Flow
    labels: tuple[Label, ...]
    ribbons: tuple[Titled, ...]
    arcs: tuple[Titled, ...]
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Format:
    """How much a picture names: accounts in each layer, projects; how broad it and a layer are."""

    accounts: int
    projects: int
    width: float
    column: float


ON_PAGE = Format(accounts=7, projects=11, width=1140, column=196)
ON_PAPER = Format(accounts=4, projects=7, width=930, column=160)


def picture_of(
    followed: GrantFollowed, setting: Setting, format_: Format = ON_PAGE
) -> Picture | None:
    """The flow picture of a grant, or None before any of its money has moved."""
    graph = graph_of(followed, accounts=format_.accounts, projects=format_.projects)
    if not graph.links:
        return None
    mirrored = setting.reader.direction == "rtl"
    flow = lay_out(graph, width=format_.width, column=format_.column, mirrored=mirrored)
    words = _Words(graph, setting, followed.row.currency, flow.column)
    return Picture(
        flow=flow,
        labels=tuple(words.label(box, mirrored=mirrored) for box in flow.boxes),
        ribbons=tuple(
            Titled(ribbon, words.arrived(ribbon.link), words.waiting(ribbon.link))
            for ribbon in flow.ribbons
        ),
        arcs=tuple(Titled(arc, words.went_back(arc)) for arc in flow.arcs),
        signs=_signs(graph, flow),
    )


def _signs(graph: Graph, flow: Flow) -> frozenset[str]:
    nodes, links = graph.nodes.values(), graph.links
    signs = {
        "promised": any(node.promised for node in nodes),
        "standing": any(node.standing for node in nodes),
        "transit": any(link.in_transit for link in links),
        "returned": bool(flow.arcs),
        "breach": any(node.breach for node in nodes),
        "off-purpose": any(node.off_purpose for node in nodes),
    }
    return frozenset(sign for sign, there in signs.items() if there)


@dataclass(frozen=True, slots=True)
class _Words:
    graph: Graph
    setting: Setting
    currency: str
    column: float

    def name(self, node: Node) -> str:
        if node.what != "others":
            return self.setting.reader.name(node.named)
        shown = self.setting.reader.count(node.count)
        if node.key == "others:projects":
            text = ngettext("%(n)s other project", "%(n)s other projects", node.count)
        else:
            text = ngettext("%(n)s other account", "%(n)s other accounts", node.count)
        return text % {"n": shown}

    def money(self, minor: int) -> str:
        return self.setting.reader.money(minor, self.currency)

    def label(self, box: Box, *, mirrored: bool) -> Label:
        node = box.node
        last = node.layer == self.graph.layers - 1
        beside = THICK + 6 + (2 * 7 if last else 10 if node.standing else 0)
        room = LABEL if last else self.column
        room -= beside + (4 if last else 12)
        name, amount = self.name(node), self.setting.reader.brief(box.amount, self.currency)
        marks = []
        if node.breach:
            marks.append(_("breach"))
        if node.off_purpose:
            marks.append(_("off purpose"))
        notes = [f"{self.setting.reader.apart(name)}: {self.money(box.amount)}"]
        if node.promised:
            notes.append(_("promised, not yet received: %s") % self.money(node.promised))
        if node.standing:
            notes.append(_("standing: %s") % self.money(node.standing))
        if node.breach:
            notes.append(_("breach: %s") % self.money(node.breach))
        if node.off_purpose:
            notes.append(_("off purpose: %s") % self.money(node.off_purpose))
        what = "" if node.what in {"others", "end"} else node.what
        return Label(
            box=box,
            x=round(box.x + THICK - beside if mirrored else box.x + beside, 1),
            name=self.setting.reader.apart(fit(name, room)),
            amount=" · ".join([amount, *marks]),
            title="; ".join(notes),
            address=self.setting.link(what, node.named.id) if what else "",
            marks=tuple(marks),
        )

    def ends(self, link: Link) -> str:
        apart = self.setting.reader.apart
        source = apart(self.name(self.graph.nodes[link.source]))
        target = apart(self.name(self.graph.nodes[link.target]))
        arrow = "←" if self.setting.reader.direction == "rtl" else "→"
        return f"{source} {arrow} {target}"

    def arrived(self, link: Link) -> str:
        step = Kind.RECEIVE if link.kind is Kind.RECEIVE else link.kind
        word = _("confirmed") if step is Kind.SEND else STEPS[step.name]
        return f"{self.ends(link)}: {self.money(link.arrived)} {word}"

    def waiting(self, link: Link) -> str:
        return f"{self.ends(link)}: {self.money(link.in_transit)} {_('in transit')}"

    def went_back(self, arc: Arc) -> str:
        amount = arc.link.returned if arc.hook else arc.link.out
        word = _("sent, never arrived, came back") if arc.hook else _("went back")
        return f"{self.ends(arc.link)}: {self.money(amount)} {word}"


def fit(text: str, room: float) -> str:
    """As much of a text as fits into so many units, with an ellipsis where some does not."""
    used = 0.0
    for index, letter in enumerate(text):
        used += LETTER * (2 if unicodedata.east_asian_width(letter) in "WF" else 1)
        if used > room:
            return text[: max(1, index - 1)].rstrip() + "…"
    return text
