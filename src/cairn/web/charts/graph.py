"""A grant's way as a small layered graph: sponsor, accounts by depth, projects.

A grant may go through hundreds of accounts to hundreds of projects. The largest are nodes; the
rest of a layer are folded into one node of others, which the table beside the picture lists. No
amount is lost in folding but what others pass among themselves. Pure: no geometry, no markup.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from cairn.following.answers import Edge, GrantFollowed, Named, Share
from cairn.trace.policy import Kind

What = Literal["sponsor", "account", "project", "end", "others"]

WRONGED = 5
"""Projects drawn by name because something is wrong with them, however small they are."""


@dataclass(frozen=True, slots=True)
class Node:
    """Where money stands or ends. Others stand for `count` accounts or projects."""

    key: str
    what: What
    named: Named
    count: int = 1
    layer: int = 0
    standing: int = 0
    promised: int = 0
    breach: int = 0
    off_purpose: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """What went from one node to another. A `back` link returns to an earlier layer."""

    source: str
    target: str
    kind: Kind
    arrived: int
    in_transit: int
    returned: int
    back: bool = False

    @property
    def out(self) -> int:
        """What left its source and did not come back by itself."""
        return self.arrived + self.in_transit


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by key, in layers from 0, and the links between them."""

    nodes: dict[str, Node]
    links: tuple[Link, ...]

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return 1 + max((node.layer for node in self.nodes.values()), default=-1)


def graph_of(followed: GrantFollowed, *, accounts: int, projects: int) -> Graph:
    """The graph of a grant, with so many accounts of each layer and so many projects by name."""
    nodes = _nodes(followed)
    into = {key: key for key in nodes}
    _fold_accounts(into, followed.edges, nodes, accounts)
    _fold_projects(into, followed.shares, projects)
    links = _without_cycles(_merged(followed.edges, into))
    linked = {key for link in links for key in (link.source, link.target)}
    kept = {key: node for key, node in _merged_nodes(nodes, into).items() if key in linked}
    layers = _layers(kept, links)
    placed = {key: replace(node, layer=layers[key]) for key, node in kept.items()}
    return Graph(placed, links)


def _source(edge: Edge) -> str:
    return ("sponsor:" if edge.kind is Kind.RECEIVE else "account:") + edge.source.id


def _target(edge: Edge) -> str:
    return ("project:" if edge.kind is Kind.SPEND else "account:") + edge.target.id


def _nodes(followed: GrantFollowed) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for edge in followed.edges:
        first: What = "sponsor" if edge.kind is Kind.RECEIVE else "account"
        last: What = "account"
        if edge.kind is Kind.SPEND:
            last = "end" if edge.target.id.startswith("~") else "project"
        nodes.setdefault(_source(edge), Node(_source(edge), first, edge.source))
        nodes.setdefault(_target(edge), Node(_target(edge), last, edge.target))
    for row in followed.standing:
        key = f"account:{row.account.id}"
        node = nodes.get(key, Node(key, "account", row.account))
        nodes[key] = replace(node, standing=row.standing)
    for share in followed.shares:
        key = f"project:{share.project.id}"
        if key in nodes and _is_wronged(share):
            nodes[key] = replace(nodes[key], breach=share.breach, off_purpose=share.off_purpose)
    sponsor = nodes.get(f"sponsor:{followed.row.sponsor.id}")
    if sponsor:
        promised = max(0, followed.row.pledged - followed.row.received)
        nodes[sponsor.key] = replace(sponsor, promised=promised)
    return nodes


def _fold_accounts(
    into: dict[str, str], edges: tuple[Edge, ...], nodes: dict[str, Node], most: int
) -> None:
    """Fold all but the largest accounts of each depth into the others of that depth."""
    through: dict[str, int] = defaultdict(int)
    for edge in edges:
        through[_source(edge)] += edge.amount
        through[_target(edge)] += edge.arrived
    by_depth: dict[int, list[str]] = defaultdict(list)
    for key, depth in _depths([(_source(edge), _target(edge)) for edge in edges]).items():
        if nodes[key].what == "account":
            by_depth[depth].append(key)
    for depth, keys in by_depth.items():
        keys.sort(key=lambda key: -through[key])
        _fold(into, keys, most, f"others:{depth}")


def _fold_projects(into: dict[str, str], shares: tuple[Share, ...], most: int) -> None:
    """Fold all but the largest projects, and those with which most is wrong, into one node."""
    worst = sorted(shares, key=lambda share: -(share.breach + share.off_purpose))
    wronged = {share.project.id for share in worst[:WRONGED] if _is_wronged(share)}
    ranked = sorted(shares, key=lambda share: (share.project.id not in wronged, -share.amount))
    keys = [f"project:{share.project.id}" for share in ranked if share.project.id[:1] != "~"]
    _fold(into, [key for key in keys if key in into], most, "others:projects")


def _is_wronged(share: Share) -> bool:
    return share.breach > 0 or share.off_purpose > 0


def _fold(into: dict[str, str], keys: list[str], most: int, others: str) -> None:
    if len(keys) > most + 1:
        into.update(dict.fromkeys(keys[most:], others))


def _depths(pairs: list[tuple[str, str]]) -> dict[str, int]:
    """How many steps each node is from where the money comes from, by the shortest way."""
    onward: dict[str, set[str]] = defaultdict(set)
    for source, target in pairs:
        onward[source].add(target)
    entered = {target for _source, target in pairs}
    depths: dict[str, int] = {}
    # What comes from nowhere is where it begins; a circle that nothing enters begins anywhere.
    roots = [key for key in onward if key not in entered]
    for begin in (roots, *([key] for key in list(onward))):
        reached = [key for key in begin if key not in depths]
        depths.update(dict.fromkeys(reached, 0))
        for key in reached:
            for after in onward[key] - depths.keys():
                depths[after] = depths[key] + 1
                reached.append(after)
    return depths


def _merged(edges: Iterable[Edge], into: dict[str, str]) -> list[Link]:
    sums: dict[tuple[str, str, Kind], tuple[int, int, int]] = {}
    for edge in edges:
        key = (into[_source(edge)], into[_target(edge)], edge.kind)
        arrived, in_transit, returned = sums.get(key, (0, 0, 0))
        sums[key] = (
            arrived + edge.arrived,
            in_transit + edge.in_transit,
            returned + edge.returned,
        )
    return [
        Link(source, target, kind, *amounts, back=False)
        for (source, target, kind), amounts in sums.items()
        if source != target
    ]


def _merged_nodes(nodes: dict[str, Node], into: dict[str, str]) -> dict[str, Node]:
    kept: dict[str, Node] = {}
    for key, drawn_as in into.items():
        node = nodes[key]
        if key == drawn_as:
            kept[key] = node
            continue
        whole = kept.get(drawn_as, Node(drawn_as, "others", Named("", {}), count=0))
        kept[drawn_as] = replace(
            whole,
            count=whole.count + 1,
            standing=whole.standing + node.standing,
            breach=whole.breach + node.breach,
            off_purpose=whole.off_purpose + node.off_purpose,
        )
    return kept


def _without_cycles(links: list[Link]) -> tuple[Link, ...]:
    """Mark as going back what would close a circle: money that returned.

    What leads deeper goes first, so that everything is reached from where the money came from;
    then the largest.
    """
    depth = _depths([(link.source, link.target) for link in links])
    onward: dict[str, set[str]] = defaultdict(set)

    def leads(start: str, end: str) -> bool:
        reached, seen = [start], {start}
        for key in reached:
            if key == end:
                return True
            reached.extend(onward[key] - seen)
            seen |= onward[key]
        return False

    found = []
    for link in sorted(links, key=lambda at: (depth[at.target] <= depth[at.source], -at.out)):
        back = leads(link.target, link.source)
        if not back:
            onward[link.source].add(link.target)
        found.append(replace(link, back=back))
    return tuple(found)


def _layers(nodes: dict[str, Node], links: tuple[Link, ...]) -> dict[str, int]:
    """The layer of each node: the longest way to it; where money ends, the last one."""
    layers = dict.fromkeys(nodes, 0)
    forward = [link for link in links if not link.back]
    for _round in nodes:
        changed = False
        for link in forward:
            if layers[link.target] <= layers[link.source]:
                layers[link.target] = layers[link.source] + 1
                changed = True
        if not changed:
            break
    last = max(layers.values(), default=0)
    ends = {"project", "end"}
    return {
        key: last if nodes[key].what in ends or key == "others:projects" else layer
        for key, layer in layers.items()
    }
