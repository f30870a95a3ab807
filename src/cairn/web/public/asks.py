"""What pages ask: the queries of following, as they are, each answered once while publishing."""

from collections.abc import Collection

from cairn.catalog import journal
from cairn.exchange.links import activities as reported
from cairn.exchange.links import links as named
from cairn.following import queries
from cairn.following.queries.assets import pictures
from cairn.following.queries.reading import read
from cairn.following.standing import Picture
from cairn.pack import Pack, pack_of
from cairn.voice import queries as voices
from cairn.web.published import asked

accounts = asked(queries.accounts)
assets = asked(queries.assets)
answer_board = asked(voices.board)
backdated = asked(queries.backdated)
board = asked(queries.board)
chosen = asked(voices.chosen)
claimed = asked(voices.claimed)
cohort_years = asked(queries.cohort_years)
confirmed = asked(voices.confirmed)
debriefs = asked(queries.debriefs)
enterprises = asked(queries.enterprises)
exception_counts = asked(queries.exception_counts)
cash_book = asked(queries.cash_book)
cash_months = asked(queries.cash_months)
exceptions = asked(queries.exceptions)
follow_account = asked(queries.follow_account)
follow_asset = asked(queries.follow_asset)
follow_debrief = asked(queries.follow_debrief)
follow_enterprise = asked(queries.follow_enterprise)
follow_grant = asked(queries.follow_grant)
follow_need = asked(queries.follow_need)
follow_notice = asked(queries.follow_notice)
follow_place = asked(queries.follow_place)
follow_project = asked(queries.follow_project)
follow_recommendation = asked(queries.follow_recommendation)
follow_team = asked(queries.follow_team)
grants = asked(queries.grants)
in_transit = asked(queries.in_transit)
keepers = asked(queries.keepers)
late = asked(queries.late)
needs = asked(queries.needs)
notices = asked(queries.notices)
on_map = asked(queries.on_map)
place_changes = asked(queries.place_changes)
teams = asked(queries.teams)
place_story = asked(queries.place_story)
programme_totals = asked(queries.programme_totals)
programmes = asked(queries.programmes)
project_works = asked(queries.project_works)
projects = asked(queries.projects)
recommendation_shares = asked(queries.recommendation_shares)
recommendations = asked(queries.recommendations)
reported_activities = asked(reported.reported_activities)
reported_activity = asked(reported.reported_activity)
reported_files = asked(reported.reported_files)
reported_link_totals = asked(named.totals)
reported_links = asked(named.some_links)
reported_publishers = asked(reported.publishers)
reversals = asked(queries.reversals)
round_runs = asked(queries.round_runs)
unsaid = asked(queries.unsaid)
years = asked(queries.years)
reconciliation = asked(queries.reconciliation)


@asked
def pack(*, programme: str, team: str) -> Pack:
    """The pack of a team, of the one journal."""
    return pack_of(programme=programme, team=team, journal=journal)


@asked
def pictures_of(*, programme: str, facts: Collection[str]) -> dict[str, Picture]:
    """What each of these facts shows under seal, as far as it was not erased."""
    return pictures(read(programme), list(facts))
