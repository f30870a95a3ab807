"""Pages for everybody from a copy that follows its primary: behind it, without it, and for whoever records."""

from contextlib import contextmanager
from itertools import pairwise

import pytest

from spread.conftest import Cairn

PAGE, PHONE = "/en/qinghe/places/", "/api/places"


@pytest.fixture(scope="module")
def standby(servers):
    with servers["south"].servers.standby("standby", servers["south"]) as standby:
        yield standby


@pytest.fixture(scope="module")
def cairn(servers, standby, tmp_path_factory):
    """The south has a copy: qinghe and moyu are read from it."""
    urls = {
        "CAIRN_DATABASE_URL": servers["default"].url(),
        "CAIRN_GROUP_SOUTH_URL": servers["south"].url(),
        "CAIRN_GROUP_SOUTH_REPLICA_URL": standby.url().replace("read-write", "any"),
    }
    folder = tmp_path_factory.mktemp("replicas")
    with Cairn(folder, {"south": ["qinghe", "moyu"]}, **urls) as cairn:
        assert cairn.start() == []
        for programme in ("qinghe", "moyu"):
            cairn.open_programme(programme=programme)
        caught_up(servers, standby)
        yield cairn


def caught_up(servers, standby):
    [reached] = servers["south"].execute("SELECT pg_current_wal_lsn()")
    standby.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'", (True,))


@contextmanager
def behind(standby):
    """A copy that gets what is written and does not take it in."""
    standby.execute("SELECT pg_wal_replay_pause()")
    standby.wait_until("SELECT pg_get_wal_replay_pause_state()", ("paused",))
    try:
        yield
    finally:
        standby.execute("SELECT pg_wal_replay_resume()")


def asked(told):
    assert told["status"] == 200, told
    return set(told["asked"])


def test_whoever_only_reads_is_answered_by_the_copy_and_whoever_records_is_not(cairn):
    for page in (
        PAGE,
        "/en/qinghe/",
        "/zh-hans/moyu/grants/",
        f"{PAGE}?csv=places",
        "/en/qinghe/~log/",
    ):
        assert asked(cairn.get(path=page)) <= {"south-replica"}, page
    for page in ("/data/qinghe/movements.csv", "/en/qinghe/iati/activities.xml"):
        told = cairn.get(path=page)  # written while they are sent
        assert told["status"] in {200, 404}
        assert set(told["asked"]) <= {"south-replica"}, page
    assert asked(cairn.get(path=PHONE, programme="qinghe")) == {"default", "south"}


def test_whoever_records_reads_it_at_once_however_far_the_copy_is_behind(servers, standby, cairn):
    with behind(standby):
        recorded = cairn.record(programme="qinghe", place="new-spring")
        assert recorded["status"] == 201
        assert "south-replica" not in recorded["asked"]

        # Nobody has traced it: the copy holds all that pages are made of, and they say up to where.
        page = cairn.get(path=PAGE)
        assert asked(page) == {"south-replica"}
        assert "new-spring" not in page["text"]
        before = as_of(page)

        cairn.work()

        assert "new-spring" in cairn.get(path=PHONE, programme="qinghe")["text"]
        page = cairn.get(path=PAGE)
        assert "new-spring" in page["text"]
        assert as_of(page) == before + 1
        assert "south" in asked(page)  # the copy lacks what the newest trace was made of
        assert asked(cairn.get(path="/en/moyu/places/")) == {"south-replica"}  # and nothing of moyu
    caught_up(servers, standby)
    page = cairn.get(path=PAGE)
    assert asked(page) == {"south-replica"}
    assert (as_of(page), "new-spring" in page["text"]) == (before + 1, True)


def test_a_page_of_a_copy_is_drawn_once_for_all_that_the_copy_holds(servers, standby, cairn):
    for place in ("upper-spring", "lower-spring"):
        cairn.record(programme="qinghe", place=place)
        cairn.work()
        caught_up(servers, standby)
        drawn, again = cairn.get(path=PAGE), cairn.get(path=PAGE)

        assert place in drawn["text"]
        assert drawn["asked"]["south-replica"] > 5
        assert again["asked"] == {"south-replica": 2}  # how far it reaches, and with which root
        assert again["text"] == drawn["text"]


def as_of(page):
    words = page["text"].replace(",", "").split()
    return next(int(after) for word, after in pairwise(words) if word == "position")


def test_a_copy_that_is_lost_is_missed_by_nobody(servers, standby, cairn):
    standby.kill()
    try:
        for _each in range(2):
            page = cairn.get(path=PAGE)
            assert asked(page) == {"south"}
            assert page["seconds"] < 5
    finally:
        standby.start()
    cairn.later()
    assert asked(cairn.get(path=PAGE)) == {"south-replica"}


def test_without_its_primary_a_programme_is_read_on_and_nothing_is_taken(servers, standby, cairn):
    servers["south"].kill()
    try:
        assert asked(cairn.get(path=PAGE)) == {"south-replica"}
        listed = cairn.get(path="/en/")
        assert listed["text"].count("Resident teams") == 2
        assert "Out of reach" not in listed["text"]
        assert cairn.record(programme="qinghe", place="later")["status"] == 503
    finally:
        servers["south"].start()
    cairn.later()
    cairn.work()
    assert cairn.record(programme="qinghe", place="later")["status"] == 201
    cairn.work()
    servers["south"].wait_until("SELECT state FROM pg_stat_replication", ("streaming",))
    caught_up(servers, standby)


def test_what_a_copy_takes_back_half_way_is_read_where_it_is_written(servers, standby, cairn):
    told = cairn.get_with_the_copy_failing(path=PAGE)

    assert told["status"] == 200
    assert "Stone Bridge" in told["text"]


def test_pasts_are_read_where_they_are_made(cairn):
    told = cairn.get(path="/en/qinghe@5/places/")
    assert told["status"] in {200, 503}
    assert "south-replica" not in told["asked"]
    assert "Out of reach" not in told["text"]


def test_what_a_resident_sends_is_written_and_looked_up_on_the_primary(cairn):
    assert asked(cairn.get(path="/en/qinghe/~code/")) <= {"south-replica"}
    told = cairn.send(path="/en/qinghe/~code/", code="nothing")
    assert told["status"] == 422
    assert set(told["asked"]) == {"south"}
