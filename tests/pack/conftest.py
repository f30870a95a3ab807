"""The cast's team at the end of June 2025, with everything open that can be."""

import shutil
from datetime import UTC, date, datetime

import pytest
from django.test import override_settings

from cairn.catalog import journal
from cairn.following.pasts import make
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import position_of
from cairn.journal.past import Past
from cairn.pack import pack_of
from worklist.open_things import with_everything_open

TEAM = "qarasu-2025"
TODAY = date(2025, 6, 30)
LATER = datetime(2025, 7, 9, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("everything")
    with override_settings(CAIRN_DIR=folder), with_everything_open(django_db_blocker) as desks:
        yield folder, desks


@pytest.fixture
def desks(everything, db, settings, tmp_path):
    """Everybody at work, and one of everything that can be owed."""
    folder, found = everything
    settings.CAIRN_DIR = tmp_path / "installation"
    shutil.copytree(folder, settings.CAIRN_DIR)
    return found.as_told()


def packed(desks, team=TEAM):
    """The pack of a team as the record stands."""
    bring_up_to_date(desks.programme)
    return pack_of(programme=desks.programme, team=team, journal=journal)


def packed_at(desks, position, team=TEAM):
    """The pack of a team as known at a position."""
    past = Past(desks.programme, position)
    make(journal, past)
    return pack_of(programme=past.key, team=team, journal=journal)


def head(desks):
    return position_of(desks.programme)
