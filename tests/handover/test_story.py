"""What the story of a place tells of its handovers."""

from cairn.following import queries
from cairn.following.snapshot import bring_up_to_date
from cairn.handover.facts import HandoverWithdrawn
from handover.conftest import JUNE, WORDS, accepted, opened, taken


def handovers(desks):
    """What is told of handovers, as (day, what, of which team, by whom)."""
    bring_up_to_date(desks.programme)
    found = queries.place_story(programme=desks.programme, place="qarasu", today=JUNE)
    return [
        (one.on, one.what, one.thing.id, one.by.id if one.by else "")
        for chapter in found.chapters
        for one in chapter.happenings
        if one.what.startswith("handover")
    ]


def test_a_story_tells_when_a_team_began_to_hand_over_and_whose_team_took_over(desks):
    accepted(desks)

    assert handovers(desks) == [
        (JUNE, "handover", "qarasu-2025", ""),
        (JUNE, "handover-accepted", "qarasu-2025", "water-bureau"),
    ]


def test_a_handover_that_was_withdrawn_is_in_no_story(desks):
    opened(desks)
    taken(desks, "leader", HandoverWithdrawn(handover="qarasu-2025", reason=WORDS))

    assert handovers(desks) == []
