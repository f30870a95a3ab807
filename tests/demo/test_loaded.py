"""The story on record: what the journal, the read models and the trace make of it."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import transaction
from jsonschema_rs import validator_for

from cairn.catalog import journal
from cairn.demo import load, story
from cairn.demo.founding import INVITED, sponsor_of
from cairn.demo.freezing import before, packs
from cairn.demo.handing_over import TEAMS, frozen
from cairn.demo.notice_answers import CHOSEN, NOT_SO, SO
from cairn.demo.places import VILLAGES
from cairn.demo.resident import FUND, GRANT, NOW, PUMP
from cairn.exchange.follow.match import Says
from cairn.exchange.follow.run import follow
from cairn.following import snapshot
from cairn.following.pasts import make
from cairn.following.purpose import PLACE, THEME, UNTIL
from cairn.handover.models import Handover, HandoverLine
from cairn.journal.heads import position_of
from cairn.journal.past import Past
from cairn.money.models import Account, Grant, Movement
from cairn.pack import bytes_of, pack_of, schema
from cairn.programme.facts import LegalForm, OrganisationIdentified, PublisherRegistered
from cairn.programme.models import Cohort, Organisation, Post, Team
from cairn.requests.models import Request, Visit
from cairn.trace.policy import Kind
from cairn.values import UNEXPLAINED
from cairn.voice import queries
from cairn.voice.upkeep import BY
from cairn.web.desk.inviting import link
from cairn.worklist.queries import worklist
from cairn.works.models import Project
from cast import Pen
from iati_published import activity_file, found_wrong, organisation_file
from iati_texts import put

# The whole story takes as long to record as all facts of three other suites: CI does, with the long tests.
pytestmark = [pytest.mark.long, pytest.mark.django_db]

CONFIRM, SEND, SPEND = int(Kind.CONFIRM), int(Kind.SEND), int(Kind.SPEND)


@pytest.fixture(scope="module", autouse=True)
def tale(django_db_setup, django_db_blocker):
    """Load it once for this file; entries refuse DELETE, so it is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        told = story.tale()
        load.load(told, journal, lambda _done: None)
        yield told
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def traced(tale):
    return snapshot.make(tale.programme, tale.facts)


def movements(tale, **how):
    return Movement.objects.filter(programme=tale.programme, **how)


def test_the_journal_takes_all_of_it(tale):
    assert position_of(tale.programme) == tale.facts


def test_loading_it_again_adds_nothing(tale):
    load.load(tale, journal, lambda _done: None)

    assert position_of(tale.programme) == tale.facts


def test_appending_it_again_answers_the_same_receipts(tale):
    batch = list(tale.batches())[5]

    verdicts = journal.append_batch(tale.programme, batch.drafts, now=batch.now)

    assert [verdict.id for verdict in verdicts] == [draft.id for draft in batch.drafts]
    assert position_of(tale.programme) == tale.facts


def test_projects_stand_at_every_stage(tale):
    projects = list(Project.objects.filter(programme=tale.programme))
    done = [project for project in projects if project.completed_on]
    running = [p for p in projects if p.started_on and not (p.completed_on or p.cancelled_on)]
    overdue = [project for project in running if project.ends_on < story.TODAY]
    waiting = [p for p in projects if p.approved_on and not (p.started_on or p.cancelled_on)]

    assert len(done) > 200
    assert len(running) > 30
    assert len(overdue) > 8
    assert len(waiting) > 3
    assert sum(not p.approved_on and not p.cancelled_on for p in projects) > 10
    assert sum(bool(project.cancelled_on) for project in projects) > 5


def test_the_first_cohort_has_gone_home_and_the_second_is_there(tale):
    closed = dict(Cohort.objects.filter(programme=tale.programme).values_list("id", "closed_on"))

    assert closed["2025"]
    assert not closed["2026"]


def test_a_grant_in_dollars_was_exchanged(tale):
    grant = Grant.objects.get(programme=tale.programme, currency="USD")
    received = movements(tale, grant=grant.id, kind=Kind.RECEIVE, currency="CNY")

    assert Account.objects.filter(programme=tale.programme, currency="USD").count() == 1
    assert received.filter(id__endswith="/2").count() == 4


def test_most_money_arrives_within_days_and_some_after_weeks(tale):
    sent = dict(movements(tale, kind=SEND).values_list("id", "happened_on"))
    waits = [
        (day - sent[of]).days
        for of, day in movements(tale, kind=CONFIRM).values_list("of", "happened_on")
    ]

    assert sorted(waits)[len(waits) * 4 // 5] <= 7
    assert sum(wait > 20 for wait in waits) > 10


def test_some_money_is_in_transit_for_weeks_and_some_arrived_short(tale):
    weeks_ago = story.TODAY - timedelta(21)
    sent = movements(tale, kind=SEND, happened_on__lt=weeks_ago, voided_by="", reversed_by="")
    waiting = [row for row in sent if row.confirmed_minor < row.amount_minor]
    short = [row for row in waiting if row.confirmed_minor]

    assert len(waiting) >= 4
    assert short


def test_mistakes_were_put_right_and_stay_on_record(tale):
    reversed_ones = movements(tale).exclude(reversed_by="")

    assert movements(tale).exclude(voided_by="").count() == 3
    assert {row.kind for row in reversed_ones} == {SEND, CONFIRM, SPEND}
    assert movements(tale, fact="money.money-returned").count() > 20
    assert movements(tale, fact="money.money-repaid").exists()


def test_most_payments_but_not_all_have_evidence(tale):
    payments = movements(tale, fact="money.money-spent")
    shown = payments.filter(evidence__gt=0).count()

    assert 0.75 < shown / payments.count() < 0.95


def test_a_few_payments_are_in_breach_and_few_are_off_purpose(traced):
    rows, totals = traced.attributions, traced.totals
    spends = traced.columns.kind[rows.movement] == SPEND
    spent = rows.amount[spends].sum()

    assert 3 <= np.count_nonzero(rows.breach & spends) <= 40
    assert 0 < totals.breach.sum() < spent * 0.02
    assert 0 < totals.off.sum() < spent * 0.1
    for reason in (PLACE, THEME, UNTIL):
        assert np.any(rows.off & reason)


def test_little_is_unexplained_and_it_is_there(traced):
    totals, unexplained = traced.totals, len(traced.grants)
    arisen = totals.spent[unexplained] + totals.standing[unexplained]

    assert totals.spent[unexplained] > 0
    assert (
        43_218_60 < arisen < 400_000_00
    )  # the opening balance that nobody can account for, and more


def test_money_stands_at_every_stage(traced):
    totals = traced.totals

    assert totals.received.sum() > totals.spent.sum() > 50_000_000_00
    assert totals.first.sum() > 0
    assert totals.in_transit.sum() > 0
    assert totals.on_projects.sum() > totals.evidenced.sum() > 0


def test_the_resident_team_owes_money_things_and_answers_and_nobody_else_does(tale):
    whole = worklist(programme=tale.programme, journal=journal, today=story.TODAY)
    alone = [one for one in whole if [post.id for post in one.owed_by] == [NOW]]

    assert {(one.sort, one.of.id) for one in alone} >= {("confirm", FUND), ("inspect", PUMP)}
    assert {one.sort for one in alone} >= {"evidence", "upkeep", "answer", "see"}
    assert next(one.minor for one in alone if one.sort == "confirm") == 60_000_00
    assert len(alone) < 10


def test_money_stands_in_the_fund_of_the_resident_team(traced):
    grant = traced.grant_codes[GRANT, "CNY"]

    assert traced.totals.in_transit[grant] == 60_000_00
    assert traced.totals.standing[grant] == traced.totals.received[grant] - 60_000_00 - 61_330_50


def test_requests_stand_at_every_stage_and_one_has_come_up_twice(tale):
    states = set(Request.objects.filter(programme=tale.programme).values_list("state", flat=True))
    whole = worklist(programme=tale.programme, journal=journal, today=story.TODAY)

    assert states == {"open", "accepted", "done", "confirmed", "refused", "withdrawn"}
    assert max(len(one.rungs) for one in whole if one.sort == "answer") >= 3


def test_some_visits_found_something_missing_and_help_was_promised(tale):
    visits = Visit.objects.filter(programme=tale.programme).count()
    helped = Request.objects.filter(programme=tale.programme, of_visit=True)

    assert 5 < helped.count() < visits
    assert helped.filter(state="accepted", promised_by__gt=story.TODAY).exists()


def test_what_was_frozen_is_what_the_journal_told_then(tale, settings, tmp_path):
    settings.CAIRN_DIR = tmp_path
    upto = frozen()["upto"]
    assert upto == sum(len(batch.drafts) for batch in before(tale))
    past = Past(tale.programme, upto)
    make(journal, past)

    assert packs(past.key, upto, journal) == frozen()


def test_one_handover_was_walked_with_two_exceptions_and_one_was_left_and_taken_over_late(tale):
    table = HandoverLine.objects.filter(programme=tale.programme)
    walked, late = TEAMS
    states = Handover.objects.filter(programme=tale.programme).values_list("id", "state")
    said = {
        team: Counter(table.filter(handover=team).values_list("answer", flat=True))
        for team in TEAMS
    }

    assert dict(states) == {walked: "accepted", late: "accepted"}
    assert said[walked] == {"excepted": 2, "accepted": len(table.filter(handover=walked)) - 2}
    assert said[late] == {"refused": 1, "accepted": len(table.filter(handover=late)) - 1}
    whole = worklist(programme=tale.programme, journal=journal, today=story.TODAY)
    owed = {one.key: [post.id for post in one.owed_by] for one in whole if one.sort == "settle"}
    sponsor = f"sponsor.{sponsor_of(VILLAGES[0], 2025).id}"
    assert owed[f"{walked}/balance/qarasu-committee/CNY"] == [sponsor]
    assert len(owed) == 2


def test_whoever_runs_it_is_invited_to_posts_on_record(tale):
    for post in INVITED:
        assert "/~desk/invited/" in link(tale.programme, post, now=tale_is_told())


def test_residents_answered_a_notice_and_doubted_one_that_was_looked_into(tale):
    chosen = queries.chosen(programme=tale.programme, notice="which-well")
    claim = queries.claimed(programme=tale.programme, notice="well-hours")

    for figure, times in zip((*chosen, claim.so, claim.not_so), (*CHOSEN, SO, NOT_SO), strict=True):
        assert figure % 5 == 0
        assert 0 <= times - figure <= 8  # where each step begins is the installation's secret
    assert claim.found == "in-part"
    assert claim.looked_by == "township-accountant.hongliu-township"


def test_every_post_that_records_in_it_is_on_record(tale):
    known = set(Post.objects.filter(programme=tale.programme).values_list("id", flat=True))

    posts = {draft.post for batch in tale.batches() for draft in batch.drafts}
    assert posts - known == {BY}  # which stands where no post acts: for voices


def tale_is_told():
    return datetime(story.TODAY.year, story.TODAY.month, story.TODAY.day, 12, tzinfo=UTC)


def test_every_team_has_a_pack_that_can_be_walked_and_that_leaves_nothing_blank(
    tale, settings, tmp_path
):
    settings.CAIRN_DIR = tmp_path
    snapshot.bring_up_to_date(tale.programme)
    validator = validator_for(schema())

    for team in Team.objects.filter(programme=tale.programme).order_by("id"):
        pack = pack_of(programme=tale.programme, team=team.id, journal=journal)
        assert pack.settled
        assert 0 < len(pack.lines) <= 60, team.id
        validator.validate(json.loads(bytes_of(pack)))
        for one in pack.grants:
            if one.grant.id != UNEXPLAINED:
                gone = one.went_on + one.in_transit + one.spent
                assert one.came_in == gone + one.standing, (team.id, one.grant.id)
        for one in pack.assets:
            blank = {name for name in one.__slots__ if getattr(one, name) in (None, "")}
            assert blank <= {"project", "mender", "mend_by", "next_service", "picture"}, team.id


def test_once_somebody_publishes_it_is_valid_iati_in_which_no_ends_contradict(tale, tmp_path):
    later = datetime(story.TODAY.year, story.TODAY.month, story.TODAY.day, 12, tzinfo=UTC)
    pen = Pen(tale.programme, now=later)
    publisher = Organisation.objects.filter(programme=tale.programme, role="sponsor").first().id
    facts = (
        PublisherRegistered(organisation=publisher, country="CN", website="https://a.example/"),
        OrganisationIdentified(
            organisation=publisher, ref="CN-USCI-1", legal_form=LegalForm.LOCAL_GOVERNMENT
        ),
    )
    for fact in facts:
        pen.record(fact, on=story.TODAY)
    snapshot.bring_up_to_date(tale.programme)

    data = activity_file(tale.programme)

    assert found_wrong(data)[0] == []
    assert found_wrong(organisation_file(tale.programme))[0] == []
    says = set(follow(put(tmp_path, data)).matches.says.tolist())
    assert Says.BOTH in says
    assert not says & {Says.OTHER_AMOUNT, Says.ONLY_RECEIVER, Says.OUTSIDE}
