"""The flow picture: nothing is lost in folding, every width is in proportion, circles are drawn."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.following.answers import (
    AsOf,
    Edge,
    GrantFollowed,
    GrantRow,
    Named,
    Restriction,
    Share,
)
from cairn.trace.policy import Kind
from cairn.web.charts.flow import lay_out
from cairn.web.charts.graph import graph_of
from cairn.web.charts.picture import fit, picture_of
from cairn.web.reader import reader_of
from cairn.web.tables import Setting

SETTING = Setting(reader_of("en"), lambda what, id_: f"/{what}/{id_}")
NOBODY = Named("", {})


def edge(kind, source, target, amount, *, arrived=None, in_transit=0):
    arrived = amount - in_transit if arrived is None else arrived
    returned = amount - arrived - in_transit
    return Edge(
        kind, Named(source, {}), Named(target, {}), amount, arrived, in_transit, returned, 1
    )


def share(project, amount, *, breach=0):
    return Share(
        Named("g", {}), NOBODY, Named(project, {}), NOBODY, "water", amount, 0, breach, 0, (), "CNY"
    )


def followed(*edges, pledged=0):
    shares = tuple(share(e.target.id, e.amount) for e in edges if e.kind is Kind.SPEND)
    received = sum(e.amount for e in edges if e.kind is Kind.RECEIVE)
    row = GrantRow(
        Named("g", {}), Named("s", {}), pledged or received, received, 0, 0, 0, 0, 0, 0, "CNY"
    )
    return GrantFollowed(
        programme=Named("p", {}),
        as_of=AsOf(1, 1, "grant-fifo", "1"),
        row=row,
        pledged_on=date(2025, 1, 1),
        restriction=Restriction((), (), (), None),
        edges=edges,
        edges_count=len(edges),
        shares=shares,
        shares_count=len(shares),
        standing=(),
        standing_count=0,
        in_transit=(),
        in_transit_count=0,
        exceptions=(),
        exceptions_count=0,
        other_currencies=(),
    )


def graph(*edges, accounts=3, projects=3, **more):
    return graph_of(followed(*edges, **more), accounts=accounts, projects=projects)


STRAIGHT = (
    edge(Kind.RECEIVE, "s", "county", 100),
    edge(Kind.SEND, "county", "village", 80, in_transit=20),
    edge(Kind.SPEND, "village", "well", 60),
)


def test_money_goes_from_its_sponsor_through_accounts_to_projects():
    found = graph(*STRAIGHT)

    layers = {key: node.layer for key, node in found.nodes.items()}
    assert layers == {"sponsor:s": 0, "account:county": 1, "account:village": 2, "project:well": 3}


def test_what_came_back_is_a_link_that_goes_back():
    found = graph(*STRAIGHT, edge(Kind.MOVE, "village", "county", 5))

    (back,) = [link for link in found.links if link.back]
    assert (back.source, back.target, back.arrived) == ("account:village", "account:county", 5)


def test_the_rest_is_folded_and_no_amount_is_lost():
    spends = [edge(Kind.SPEND, "county", f"p{n}", n + 1) for n in range(9)]
    found = graph(edge(Kind.RECEIVE, "s", "county", 45), *spends)

    others = found.nodes["others:projects"]
    assert others.count == 6
    assert sum(link.arrived for link in found.links if link.kind is Kind.SPEND) == 45


def test_one_more_than_fits_is_no_reason_to_fold():
    spends = [edge(Kind.SPEND, "county", f"p{n}", n + 1) for n in range(4)]

    assert "others:projects" not in graph(*spends).nodes


def test_a_small_project_with_a_breach_is_drawn_by_name():
    spends = [edge(Kind.SPEND, "county", f"p{n}", n + 1) for n in range(9)]
    whole = followed(edge(Kind.RECEIVE, "s", "county", 45), *spends)
    shares = (replace(whole.shares[0], breach=1), *whole.shares[1:])

    found = graph_of(replace(whole, shares=shares), accounts=3, projects=3)
    assert found.nodes["project:p0"].breach == 1


def test_unexplained_money_has_no_sponsor_and_is_drawn_all_the_same():
    found = picture_of(followed(edge(Kind.SPEND, "village", "well", 60)), SETTING)

    assert [label.name for label in found.labels] == ["village", "well"]


def test_a_grant_that_never_moved_has_no_picture():
    assert picture_of(followed(), SETTING) is None


def test_widths_are_in_proportion():
    flow = lay_out(graph(*STRAIGHT), width=800, column=200)

    height = {box.node.key: box.height for box in flow.boxes}
    assert height["account:county"] == pytest.approx(height["project:well"] * 100 / 60, abs=0.1)


def test_what_is_promised_and_not_received_has_a_length_of_its_own():
    flow = lay_out(graph(*STRAIGHT, pledged=150), width=800, column=200)

    (sponsor,) = [box for box in flow.boxes if box.node.what == "sponsor"]
    assert sponsor.promised == pytest.approx(sponsor.height / 2, abs=0.1)


def test_what_is_in_transit_is_drawn_half_way_and_says_so():
    picture = picture_of(followed(*STRAIGHT), SETTING)

    (waiting,) = [one for one in picture.ribbons if one.shape.in_transit]
    assert waiting.waiting == "county → village: CNY\N{NO-BREAK SPACE}0.20 in transit"
    assert "transit" in picture.signs


def test_mirrored_pictures_run_the_other_way():
    left, right = (
        lay_out(graph(*STRAIGHT), width=800, column=200, mirrored=way) for way in (False, True)
    )

    for one, other in zip(left.boxes, right.boxes, strict=True):
        assert one.x + 11 == pytest.approx(right.width - other.x, abs=0.2)


def test_names_are_cut_where_they_do_not_fit():
    assert fit("Qarasu village committee", 70) == "Qarasu vil…"
    assert fit("喀拉苏村委会", 70) == "喀拉苏村…"
    assert fit("Qarasu", 70) == "Qarasu"


names = st.sampled_from("abcdefgh")
moves = st.builds(
    edge, st.sampled_from([Kind.MOVE, Kind.SEND]), names, names, st.integers(1, 10**15)
).filter(lambda e: e.source != e.target)
spends = st.builds(edge, st.just(Kind.SPEND), names, st.sampled_from("pqrstuv"), st.integers(1, 99))


@given(st.lists(moves, max_size=25), st.lists(spends, max_size=10))
def test_any_circle_of_movements_can_be_drawn(moved, spent):
    flow = lay_out(
        graph_of(
            followed(edge(Kind.RECEIVE, "s", "a", 1000), *moved, *spent), accounts=3, projects=3
        ),
        width=800,
        column=200,
    )

    forward = [ribbon.link for ribbon in flow.ribbons]
    layer = {box.node.key: box.node.layer for box in flow.boxes}
    assert all(layer[link.source] < layer[link.target] for link in forward)
    assert all(0 <= box.y <= flow.height for box in flow.boxes)
