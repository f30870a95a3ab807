"""The story as it is told, before any journal reads it."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from cairn.demo import story
from cairn.demo.organisations import CONTRACTORS, SPONSORS
from cairn.demo.places import COUNTIES, TOWNSHIPS, VILLAGES
from cairn.demo.undertakings import MONTHS_OF_FROST
from cairn.journal.codec import canonical
from cairn.money.facts import GrantPledged
from cairn.programme.facts import OrganisationJoined, TeamPlaced
from cairn.values import Text, Theme
from cairn.voice.upkeep import BY
from cairn.works.facts import ProjectProposed, ProjectStarted

POST = r"(programme-office|sponsor|county-office|(county|township|committee)-accountant|team)\.[a-z0-9-]+"

TOLD_ELSEWHERE = """
import hashlib
import django
django.setup()
from cairn.demo import story
from cairn.journal.codec import canonical
told = hashlib.sha256()
for batch in story.tale().batches():
    told.update(batch.now.isoformat().encode())
    for draft in batch.drafts:
        told.update(canonical(draft.said()))
print(told.hexdigest())
"""


@pytest.fixture(scope="module")
def world():
    return story.told()


@pytest.fixture(scope="module")
def batches(world):
    return list(world.diary.batches())


@pytest.fixture(scope="module")
def drafts(batches):
    return [draft for batch in batches for draft in batch.drafts]


def of_kind(drafts, kind):
    return [draft.fact for draft in drafts if isinstance(draft.fact, kind)]


def digest(batches):
    told = hashlib.sha256()
    for batch in batches:
        told.update(batch.now.isoformat().encode())
        for draft in batch.drafts:
            told.update(canonical(draft.said()))
    return told.hexdigest()


def test_it_is_as_large_as_promised(drafts):
    pledged = sum(
        fact.amount.minor for fact in of_kind(drafts, GrantPledged) if fact.amount.currency == "CNY"
    )
    projects = of_kind(drafts, ProjectProposed)

    assert (len(SPONSORS), len(COUNTIES), len(VILLAGES)) == (15, 3, 46)
    assert pledged > 100_000_000_00
    assert 380 <= len(projects) <= 430
    assert {project.theme for project in projects} == set(Theme)
    assert 6_000 <= len(drafts) <= 14_000


def test_each_of_two_cohorts_has_46_village_teams_and_two_township_teams(drafts):
    villages = {village.id for village in VILLAGES}
    townships = {township.id for township in TOWNSHIPS}
    teams = of_kind(drafts, TeamPlaced)

    for cohort in ("2025", "2026"):
        places = Counter(team.place for team in teams if team.cohort == cohort)
        assert {place for place in places if place in villages} == villages
        assert len([place for place in places if place in townships]) == 2
        assert set(places.values()) == {1}


def test_it_is_told_alike_whatever_the_order_of_hashes(batches):
    environment = os.environ | {
        "PYTHONHASHSEED": "7",
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
    }

    found = subprocess.run(
        [sys.executable, "-c", TOLD_ELSEWHERE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == digest(batches)


def test_another_seed_is_another_programme(drafts):
    other = story.tale(seed=1)

    assert other.programme == "demo-1"
    assert other.first != drafts[0].id


def test_ids_are_uuid_7_of_a_time_before_they_were_recorded_but_for_voices(batches):
    ids = [draft.id for batch in batches for draft in batch.drafts]

    assert len(set(ids)) == len(ids)
    for batch in batches:
        for draft in batch.drafts:
            if draft.post == BY:  # what residents say, whose ids tell no time
                assert draft.id.version == 4
                continue
            assert draft.id.version == 7
            made_at = datetime.fromtimestamp((draft.id.int >> 80) / 1000, UTC)
            assert batch.now - timedelta(hours=10) <= made_at <= batch.now


def test_facts_are_recorded_in_order_after_they_happened_and_some_weeks_late(batches):
    moments = [batch.now for batch in batches]
    late = [
        (batch.now.date() - draft.happened_on).days for batch in batches for draft in batch.drafts
    ]

    assert moments == sorted(set(moments))
    assert moments[-1].date() <= story.TODAY
    assert min(late) >= 0
    assert sorted(late)[len(late) // 2] <= 5
    assert sum(days > 20 for days in late) > 20


def test_every_text_is_in_both_languages(drafts):
    for text in texts([draft.fact for draft in drafts]):
        assert set(text.by_language()) >= {"en", "zh-hans"}
        assert re.search(r"[\u4e00-\u9fff]", text.zh_hans)
        assert not re.search(r"[\u4e00-\u9fff]", text.en)


def texts(facts):
    for fact in facts:
        for name in type(fact).model_fields:
            value = getattr(fact, name)
            if isinstance(value, Text):
                yield value
            elif isinstance(value, BaseModel):
                yield from texts([value])


def test_nobody_is_named(drafts):
    declared = {organisation.id for organisation in (*SPONSORS, *CONTRACTORS)}
    joined = {fact.organisation for fact in of_kind(drafts, OrganisationJoined)}

    assert all(draft.post == BY or re.fullmatch(POST, draft.post) for draft in drafts)
    assert all(re.search(r"-(office|committee)$", name) for name in joined - declared)


def test_nobody_begins_to_build_while_the_ground_is_frozen(world, drafts):
    for draft in drafts:
        if isinstance(draft.fact, ProjectStarted):
            project = world.projects.get(draft.fact.project)  # none beside the story
            outdoor = project is None or project.undertaking.outdoor
            assert not (outdoor and draft.happened_on.month in MONTHS_OF_FROST)


def test_everything_that_was_to_go_wrong_went_wrong(world):
    assert not world.mishaps.left()


def test_it_can_be_told_until_an_earlier_day():
    day = datetime(2025, 9, 1, tzinfo=UTC).date()

    told = story.told(today=day)

    assert 1_500 < len(told.diary) < 5_000
    assert max(batch.now for batch in told.diary.batches()).date() <= day
