"""The flow picture: a graph laid out from the start of a line to its end.

Every width is in proportion to an amount, on one scale for the whole picture; only what would
be thinner than a hair is drawn as a hair. `parts/flow.svg` draws what is placed here.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from cairn.web.charts.graph import Graph, Link, Node

THICK, GAP, SLOT = 11.0, 12.0, 34.0
"""A node's breadth, the space between two, and the least height that a label needs."""

HEIGHT, LABEL, HAIR = 340.0, 236.0, 0.8
STANDS, STRIP = 9.0, 5.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place. `standing`, `promised` and the wrongs are lengths of their own."""

    node: Node
    amount: int
    x: float
    y: float
    height: float
    standing: float
    promised: float
    breach: float
    off_purpose: float
    mirrored: bool

    @property
    def middle(self) -> float:
        """Where its label goes."""
        return round(self.y + (self.height + self.promised) / 2, 1)

    @property
    def promised_y(self) -> float:
        """Where what was promised and not received goes: under what was."""
        return round(self.y + self.height, 1)

    @property
    def standing_y(self) -> float:
        """Where what stands goes: at the foot, for what left it stands above."""
        return round(self.y + self.height - self.standing, 1)

    @property
    def standing_x(self) -> float:
        """On the side where the rest goes on."""
        return self._beside(0, STANDS)

    @property
    def breach_x(self) -> float:
        """Beside the node, away from what enters it."""
        return self._beside(2, STRIP)

    @property
    def off_x(self) -> float:
        """Beside that: a payment can be both."""
        return self._beside(4 + STRIP, STRIP)

    def _beside(self, away: float, breadth: float) -> float:
        x = self.x - away - breadth if self.mirrored else self.x + THICK + away
        return round(x, 1)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A link in its place: what arrived, and what is still on its way, as paths."""

    link: Link
    arrived: str
    in_transit: str


@dataclass(frozen=True, slots=True)
class Arc:
    """Money that went back, as a line of some breadth. `hook`: it never arrived."""

    link: Link
    path: str
    breadth: float
    hook: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture, with its measures in the units of its viewBox."""

    width: float
    height: float
    column: float
    boxes: tuple[Box, ...]
    ribbons: tuple[Ribbon, ...]
    arcs: tuple[Arc, ...]


def lay_out(graph: Graph, *, width: float, column: float, mirrored: bool = False) -> Flow:
    """Place a graph on so much breadth, or more where layers would be nearer than `column`.

    Mirrored, it runs from right to left.
    """
    steps = max(1, graph.layers - 1)
    column = max(column, (width - THICK - LABEL) / steps)
    return _Layout(graph, column, mirrored=mirrored).flow()


@dataclass
class _Layout:
    graph: Graph
    column: float
    mirrored: bool
    scale: float = 0.0
    width: float = 0.0
    height: float = 0.0
    x: dict[str, float] = field(default_factory=dict)
    y: dict[str, float] = field(default_factory=dict)
    value: dict[str, int] = field(default_factory=dict)

    def flow(self) -> Flow:
        self._values()
        self._columns()
        self._rows()
        ribbons, arcs = self._ribbons()
        boxes = tuple(self._box(node) for node in self.graph.nodes.values())
        return Flow(round(self.width, 1), round(self.height, 1), self.column, boxes, ribbons, arcs)

    def _values(self) -> None:
        """How much each node stands for: what entered it, or what left it where that is more."""
        entered: dict[str, int] = defaultdict(int)
        left: dict[str, int] = defaultdict(int)
        for link in self.graph.links:
            entered[link.target] += link.arrived
            left[link.source] += link.out
        for key, node in self.graph.nodes.items():
            self.value[key] = max(entered[key], left[key] + node.standing)

    def _columns(self) -> None:
        layers = max(2, self.graph.layers)
        self.width = self.column * (layers - 1) + THICK + LABEL
        for key, node in self.graph.nodes.items():
            self.x[key] = self.column * node.layer

    def _rows(self) -> None:
        """Order each layer by where its money comes from, then stack it around the middle."""
        layers: list[list[Node]] = [[] for _ in range(self.graph.layers)]
        for node in self.graph.nodes.values():
            layers[node.layer].append(node)
        most = max((len(layer) for layer in layers), default=1)
        room = max(HEIGHT, (SLOT + GAP) * most)
        totals = [self._total(layer) for layer in layers]
        free = [room - GAP * (len(layer) - 1) for layer in layers]
        pairs = zip(free, totals, strict=True)
        self.scale = min((space / total for space, total in pairs if total), default=0.0)
        tall = [sum(self._slot(node) + GAP for node in layer) - GAP for layer in layers]
        self.height = max([*tall, SLOT])
        before: dict[str, float] = {}
        for layer, its_height in zip(layers, tall, strict=True):
            layer.sort(key=lambda node: (_rank(node), self._pull(node, before)))
            top = (self.height - its_height) / 2
            for node in layer:
                slot = self._slot(node)
                self.y[node.key] = top + (slot - self._size(node)) / 2
                before[node.key] = top + slot / 2
                top += slot + GAP

    def _total(self, layer: list[Node]) -> int:
        return sum(self.value[node.key] + node.promised for node in layer)

    def _size(self, node: Node) -> float:
        return (self.value[node.key] + node.promised) * self.scale

    def _slot(self, node: Node) -> float:
        return max(SLOT, self._size(node))

    def _pull(self, node: Node, before: dict[str, float]) -> tuple[float, int]:
        """The middle of the nodes that a node's money comes from, by amount; then the largest."""
        sources = [
            (before[link.source], link.out)
            for link in self.graph.links
            if link.target == node.key and link.source in before
        ]
        whole = sum(out for _, out in sources)
        middle = sum(place * out for place, out in sources) / whole if whole else 0.0
        return (round(middle), -self.value[node.key])

    def _ribbons(self) -> tuple[tuple[Ribbon, ...], tuple[Arc, ...]]:
        leaving = self._starts([link for link in self.graph.links if not link.back], out=True)
        entering = self._starts([link for link in self.graph.links if not link.back], out=False)
        ribbons = tuple(
            self._ribbon(link, leaving[link], entering[link])
            for link in self.graph.links
            if not link.back
        )
        arcs = [self._hook(link) for link in self.graph.links if link.returned]
        lane = self.height + GAP
        for link in self.graph.links:
            if link.back:
                breadth = max(1.5, link.out * self.scale)
                arcs.append(self._arc(link, lane + breadth / 2, breadth))
                lane += breadth + 5
        if lane > self.height + GAP:
            self.height = lane
        return ribbons, tuple(arcs)

    def _starts(self, links: list[Link], *, out: bool) -> dict[Link, float]:
        """Where along its node each link begins, in the order of the nodes at its other end."""
        by_node: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            by_node[link.source if out else link.target].append(link)
        starts: dict[Link, float] = {}
        for key, mine in by_node.items():
            mine.sort(key=lambda link: self.y[link.target if out else link.source])
            top = self.y[key]
            for link in mine:
                starts[link] = top
                top += (link.out if out else link.arrived) * self.scale
        return starts

    def _ribbon(self, link: Link, start: float, end: float) -> Ribbon:
        x0, x1 = self.x[link.source] + THICK, self.x[link.target]
        arrived = link.arrived * self.scale
        on_its_way = link.in_transit * self.scale
        return Ribbon(
            link,
            self._band((x0, start), (x1, end), arrived) if link.arrived else "",
            self._half_band((x0, start + arrived), (x1, end + arrived), on_its_way)
            if link.in_transit
            else "",
        )

    def _band(self, start: Point, end: Point, breadth: float) -> str:
        breadth = max(HAIR, breadth)
        (x0, y0), (x1, y1) = start, end
        bend = (x0 + x1) / 2
        return (
            f"M{self._at(x0, y0)}C{self._at(bend, y0)} {self._at(bend, y1)} {self._at(x1, y1)}"
            f"V{y1 + breadth:.1f}C{self._at(bend, y1 + breadth)} {self._at(bend, y0 + breadth)}"
            f" {self._at(x0, y0 + breadth)}Z"
        )

    def _half_band(self, start: Point, end: Point, breadth: float) -> str:
        """The first half of the same curve: it has not arrived."""
        (x0, y0), (x1, y1) = start, end
        bend = (x0 + x1) / 2
        curve = [(x0, y0), (bend, y0), (bend, y1), (x1, y1)]
        _, b, c, d = _first_half(curve)
        breadth = max(HAIR * 2, breadth)
        lower = [(x, y + breadth) for x, y in (d, c, b, (x0, y0))]
        return (
            f"M{self._at(x0, y0)}C{self._at(*b)} {self._at(*c)} {self._at(*d)}"
            f"V{lower[0][1]:.1f}C{self._at(*lower[1])} {self._at(*lower[2])} {self._at(*lower[3])}Z"
        )

    def _hook(self, link: Link) -> Arc:
        """A line that leaves a node and turns back to it."""
        breadth = max(1.5, link.returned * self.scale)
        x = self.x[link.source] + THICK
        y = self.y[link.source] + self.value[link.source] * self.scale
        turn = x + 22
        path = (
            f"M{self._at(x, y - 1)}C{self._at(turn, y - 1)} {self._at(turn, y + 11)}"
            f" {self._at(x, y + 11)}"
        )
        return Arc(link, path, round(min(breadth, 8.0), 1), hook=True)

    def _arc(self, link: Link, lane: float, breadth: float) -> Arc:
        """A line from the end of one node, under the picture, to the start of an earlier one."""
        x0, x1 = self.x[link.source] + THICK, self.x[link.target]
        y0 = self.y[link.source] + self.value[link.source] * self.scale - breadth / 2
        y1 = self.y[link.target] + self.value[link.target] * self.scale - breadth / 2
        turn = max(14.0, breadth * 0.7)  # the breadth of a corner
        path = (
            f"M{self._at(x0, y0)}Q{self._at(x0 + turn, y0)} {self._at(x0 + turn, y0 + turn)}"
            f"V{lane - turn:.1f}Q{self._at(x0 + turn, lane)} {self._at(x0, lane)}"
            f"H{self.width - x1 if self.mirrored else x1:.1f}"
            f"Q{self._at(x1 - turn, lane)} {self._at(x1 - turn, lane - turn)}"
            f"V{y1 + turn:.1f}Q{self._at(x1 - turn, y1)} {self._at(x1 - 2, y1)}"
        )
        return Arc(link, path, round(breadth, 1), hook=False)

    def _box(self, node: Node) -> Box:
        x = self.x[node.key]
        return Box(
            node=node,
            amount=self.value[node.key],
            x=round(self.width - x - THICK if self.mirrored else x, 1),
            y=round(self.y[node.key], 1),
            height=round(max(HAIR * 2, self.value[node.key] * self.scale), 2),
            standing=round(node.standing * self.scale, 2),
            promised=round(node.promised * self.scale, 2),
            breach=round(node.breach * self.scale, 2),
            off_purpose=round(node.off_purpose * self.scale, 2),
            mirrored=self.mirrored,
        )

    def _at(self, x: float, y: float) -> str:
        return f"{self.width - x if self.mirrored else x:.1f},{y:.1f}"


def _rank(node: Node) -> int:
    """Others come after what has a name, and ends that are no project after those."""
    return {"others": 1, "end": 2}.get(node.what, 0)


def _first_half(curve: list[Point]) -> list[Point]:
    """The first half of a Bézier curve, by de Casteljau: its four points."""
    half = [curve[0]]
    while len(curve) > 1:
        curve = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(curve)]
        half.append(curve[0])
    return half
