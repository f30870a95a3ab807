"""Programmes spread over three servers, of which one is killed: its programmes say so, the others go on."""

import socket
from contextlib import contextmanager

import pytest

from spread.conftest import Cairn

OF = {"kunlun": "default", "qinghe": "south", "moyu": "north"}
SAID = "The database of this programme cannot be reached just now."
AT_ONCE = 2.0
"""Seconds: a connection that is refused costs nothing, and one that hangs its time limit once."""


@pytest.fixture(scope="module")
def cairn(servers, tmp_path_factory):
    """One installation: kunlun in the default group, qinghe in the south, moyu in the north."""
    urls = {
        "CAIRN_DATABASE_URL": servers["default"].url(),
        "CAIRN_GROUP_SOUTH_URL": servers["south"].url(),
        "CAIRN_GROUP_NORTH_URL": servers["north"].url(),
    }
    folder = tmp_path_factory.mktemp("spread")
    with Cairn(folder, {"south": ["qinghe"], "north": ["moyu"]}, **urls) as cairn:
        assert cairn.start() == []
        for programme in ("kunlun", "qinghe", "moyu"):
            cairn.open_programme(programme=programme)
        cairn.employ(name="amina", programmes=["qinghe", "moyu"])
        yield cairn


@contextmanager
def lost(server, cairn):
    """A server that is killed, and started again in the end."""
    server.kill()
    try:
        yield
    finally:
        server.start()
        cairn.later()
    assert cairn.work()["said"] == []


def status(cairn, path, **by):
    return cairn.get(path=path, **by)["status"]


def test_each_programme_is_on_its_own_server_and_people_on_the_default_one(servers, cairn):
    assert cairn.record(programme="qinghe", place="stone-bridge")["status"] == 201

    for name, server in servers.items():
        of = server.ask("SELECT DISTINCT programme FROM journal_entry")
        assert [OF[programme] for (programme,) in of] == [name]
        heads = server.ask("SELECT DISTINCT programme FROM journal_head")
        assert heads == of
        assert bool(server.ask("SELECT 1 FROM people_user LIMIT 1")) == (name == "default")
    # Who recorded a fact is written with it, or a crash in between would open the two-person rules.
    assert servers["south"].ask("SELECT programme FROM people_recording") == [("qinghe",)]
    assert servers["default"].ask("SELECT programme FROM people_recording") == []
    assert cairn.check() == {}


def test_a_page_asks_the_server_of_its_programme_and_no_other(cairn):
    for programme, group in OF.items():
        for page in ("", "grants/", "places/", "worklist/", "~log/", "data/", "~search/?q=well"):
            told = cairn.get(path=f"/en/{programme}/{page}")
            assert set(told["asked"]) <= {group}, (programme, page, told["asked"])
    assert set(cairn.get(path="/api/programme", programme="moyu")["asked"]) == {"default", "north"}


def test_of_a_server_that_is_lost_its_programmes_say_so_and_the_others_go_on(servers, cairn):
    cairn.get(path="/en/kunlun/")  # so that what every page needs is there
    with lost(servers["south"], cairn):
        page = cairn.get(path="/en/qinghe/")
        assert (page["status"], page["again"]) == (503, "10")
        assert SAID in page["text"]
        assert page["seconds"] < AT_ONCE
        assert "当前无法连接" in cairn.get(path="/zh-hans/qinghe/grants/")["text"]
        assert status(cairn, "/ug/qinghe/") == 503
        assert status(cairn, "/en/qinghe@3/") == 503
        phone = cairn.record(programme="qinghe", place="later")
        assert (phone["status"], SAID in phone["text"]) == (503, True)

        assert status(cairn, "/en/kunlun/") == status(cairn, "/ug/moyu/projects/") == 200
        assert cairn.record(programme="moyu", place="new-spring")["status"] == 201
        assert cairn.work() == {"said": [], "traced": 1}
        assert "new-spring" in cairn.get(path="/en/moyu/places/")["text"]

        assert cairn.check_command(programme="moyu")["fine"]
        checked = cairn.check_command()
        assert not checked["fine"]
        assert "WRONG  database of ‘south’: it can be reached" in checked["said"]
        assert "ok     kunlun: every kind is known" in checked["said"]
    assert status(cairn, "/en/qinghe/") == 200


def test_the_list_of_programmes_names_those_that_cannot_be_shown(servers, cairn):
    assert "Out of reach" not in cairn.get(path="/en/")["text"]

    with lost(servers["north"], cairn):
        told = cairn.get(path="/en/")
        shown, away = told["text"].split("Out of reach just now")
        assert told["status"] == 200
        assert "moyu" in away
        assert shown.count("Resident teams") == 2


def test_whoever_holds_posts_in_two_groups_acts_where_they_can(servers, cairn):
    posts = "/en/~desk/posts/"
    assert cairn.get(path=posts, name="amina")["text"].count("Act as") == 2

    with lost(servers["south"], cairn):
        told = cairn.get(path=posts, name="amina")
        assert (told["status"], told["text"].count("Act as")) == (200, 1)
        assert "The database of this programme cannot be reached" in told["text"]
        cairn.act(name="amina", programme="moyu")
        assert status(cairn, "/en/~desk/", name="amina") == 200
        assert cairn.act(name="amina", programme="qinghe") is None
        assert status(cairn, "/en/~desk/", name="amina") == 503
        assert status(cairn, posts, name="amina") == 200
    assert status(cairn, "/en/~desk/", name="amina") == 200  # nobody was signed out for it


def test_without_the_default_server_everybody_reads_on_and_nobody_signs_in(servers, cairn):
    with lost(servers["default"], cairn):
        for language in ("en", "ug"):  # what speakers mended in Uyghur stands in that server
            assert status(cairn, f"/{language}/qinghe/") == 200
        assert status(cairn, "/en/kunlun/") == 503
        assert "everything else" in cairn.get(path="/en/")["text"]
        desk = cairn.get(path="/en/~desk/posts/", name="amina")
        assert desk["status"] == 503
        assert "who signs in cannot be reached" in desk["text"]
        phone = cairn.record(programme="moyu", place="later")
        assert phone["status"] == 503
        assert cairn.work()["said"] == []
    assert cairn.record(programme="moyu", place="later")["status"] == 201


def test_a_server_that_comes_back_takes_facts_once_it_was_held_against_its_logs(servers, cairn):
    servers["south"].kill()
    cairn.work()
    servers["south"].start()
    cairn.later()

    told = cairn.record(programme="qinghe", place="too-early")
    assert told["status"] == 503
    assert "is held against its log first" in told["text"]
    assert status(cairn, "/en/qinghe/") == 200  # who only reads need not wait

    cairn.work()
    assert cairn.record(programme="qinghe", place="after-all")["status"] == 201


def test_what_is_recorded_on_another_server_than_is_said_is_found(servers, cairn, tmp_path):
    urls = {name: url for name, url in cairn.environment.items() if name.endswith("_URL")}
    folder = tmp_path / "installation"
    with Cairn(folder, {"south": ["qinghe", "moyu"], "north": []}, **urls) as moved:
        moved.start()
        assert moved.check() == {"north": ["‘moyu’ is of the group ‘south’"]}
        assert moved.get(path="/en/moyu/")["status"] == 404


def test_a_server_that_never_answers_costs_its_time_limit_once(servers, cairn, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://cairn@127.0.0.1:{silent.getsockname()[1]}/cairn?connect_timeout=2"
        urls = {
            "CAIRN_DATABASE_URL": servers["default"].url(),
            "CAIRN_GROUP_SOUTH_URL": url,
        }
        with Cairn(tmp_path / "installation", {"south": ["qinghe"]}, **urls) as other:
            assert "The database of the group ‘south’ cannot be reached" in other.start()[0]
            other.work()
            other.later()
            first, second = (other.get(path="/en/qinghe/") for _each in range(2))
            assert first["status"] == second["status"] == 503
            assert first["seconds"] > 1.5
            assert second["seconds"] < 0.5
            assert other.get(path="/en/kunlun/")["status"] == 200
