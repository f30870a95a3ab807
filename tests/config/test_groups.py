"""Where programmes are: what settings may say, and what an operator is told when they cannot be meant."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from cairn.config.groups import CONNECT_SECONDS, FILE, GroupsError, groups
from cairn.journal.away import TRIED_AGAIN_AFTER, Away, GroupAwayError
from cairn.journal.spread import WhoseError
from cairn.programme.models import Place
from whose import Router

URL = "postgresql://cairn@db/cairn"
SOUTH, NORTH = "CAIRN_GROUP_SOUTH_URL", "CAIRN_GROUP_NORTH_URL"
DEFAULT, COPY = "CAIRN_DATABASE_URL", "CAIRN_DATABASE_REPLICA_URL"
DEPLOY = Path(__file__).parents[2] / "docs" / "how-to" / "deploy.md"


def said(tmp_path, file="", **environment):
    if file:
        (tmp_path / FILE).write_text(file)
    return groups({DEFAULT: URL, **environment}, tmp_path)


def test_without_them_there_is_one_database(tmp_path):
    assert groups({}, tmp_path).databases == {}
    assert said(tmp_path).databases == {}


def test_each_group_is_a_database_and_a_copy_is_another(tmp_path):
    copy = f"{URL}?host=other"
    found = said(
        tmp_path,
        'south = ["qinghe", "喀拉苏"]\nnorth = []',
        **{SOUTH: URL, NORTH: URL, "CAIRN_GROUP_SOUTH_REPLICA_URL": copy, COPY: copy},
    )

    assert found.names == ["north", "south"]
    assert found.of == {"qinghe": "south", "喀拉苏": "south"}
    assert set(found.databases) == {"north", "south", "south-replica", "default-replica"}
    options = found.databases["south"]["OPTIONS"]
    assert options["connect_timeout"] == CONNECT_SECONDS
    assert options["options"] == "-c synchronous_commit=on -c plan_cache_mode=force_custom_plan"


def test_an_address_may_say_another_time_limit(tmp_path):
    found = said(tmp_path, "south = []", **{SOUTH: f"{URL}?connect_timeout=2"})

    assert int(found.databases["south"]["OPTIONS"]["connect_timeout"]) == 2


@pytest.mark.parametrize(
    ("file", "environment", "sentence"),
    [
        ('south = ["qinghe"]', {}, "CAIRN_GROUP_SOUTH_URL does not say where it is"),
        ("", {SOUTH: URL}, "which programmes it keeps: south = []"),
        ('south = ["a"]\nnorth = ["a"]', {SOUTH: URL, NORTH: URL}, "it has one journal"),
        ('south = ["a/b"]', {SOUTH: URL}, "cannot be a programme's id"),
        ('south = "qinghe"', {SOUTH: URL}, "write  south = "),
        ("south = [", {SOUTH: URL}, "cannot be read"),
        ("south = []", {SOUTH: "sqlite:///x"}, "must name a PostgreSQL"),
        ("south = []", {SOUTH: "postgresql://cairn@db"}, "must name a PostgreSQL"),
        ("south = []", {SOUTH: "nonsense"}, "CAIRN_GROUP_SOUTH_URL"),
        ("", {"CAIRN_GROUP_SOUTH_REPLICA_URL": URL}, "is a replica of nothing"),
        ("", {"CAIRN_GROUP_SOUTH": URL}, "says nothing here"),
        ("", {"CAIRN_GROUP_south_URL": URL}, "says nothing here"),
        ("default = []", {"CAIRN_GROUP_DEFAULT_URL": URL}, "the default group is that of"),
        ("south = []", {SOUTH: URL, DEFAULT: ""}, "name the default group"),
        ("", {COPY: URL, DEFAULT: ""}, "name the default group"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_starts(tmp_path, file, environment, sentence):
    with pytest.raises(GroupsError, match=re.escape(sentence)):
        said(tmp_path, file, **environment)


def test_a_command_says_it_in_a_sentence(tmp_path):
    environment = os.environ | {"CAIRN_DIR": str(tmp_path), DEFAULT: URL, SOUTH: URL}

    told = subprocess.run(
        [sys.executable, "-m", "cairn.cli", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert "say in" in told.stderr


def test_with_one_database_nothing_is_asked_twice_and_no_router_is_there(tmp_path):
    program = (
        "import django; from django.conf import settings; django.setup(); "
        "print(settings.DATABASE_ROUTERS, [m for m in settings.MIDDLEWARE if 'spread' in m])"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAIRN_")}
    environment |= {"CAIRN_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cairn.config.settings"}

    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.split("\n")[0] == "[] []"


def test_a_database_that_was_away_is_tried_by_one_now_and_then():
    now = [0.0]
    away = Away(clock=lambda: now[0])
    away.refuse("south")
    assert "south" in str(away.failed("south", "connection refused"))

    with pytest.raises(GroupAwayError):
        away.refuse("south")
    away.refuse("north")

    now[0] += TRIED_AGAIN_AFTER
    away.refuse("south")  # this one may try
    with pytest.raises(GroupAwayError):
        away.refuse("south")  # another waits for what it finds
    away.answered("south")
    away.refuse("south")


def test_a_query_that_does_not_say_whose_is_found_wherever_tests_run(db, monkeypatch):
    monkeypatch.setattr("whose._asked_by_cairn", lambda: True)

    with pytest.raises(WhoseError, match="Of which programme"):
        Place.objects.filter(id="qarasu").first()
    assert Place.objects.filter(programme="teams", id="qarasu").first() is None
    assert Place.objects.filter(id="qarasu").filter(programme="teams@7").first() is None
    assert Router().db_for_write(Place, instance=Place(programme="teams")) == connection.alias


def test_the_units_of_the_how_to_are_ones_that_systemd_takes(tmp_path):
    units = dict(
        re.findall(
            r"`/etc/systemd/system/(\S+)`:\n\n```ini\n(.*?)```",
            DEPLOY.read_text(),
            re.DOTALL,
        )
    )
    program = Path(sys.executable).with_name("cairn")
    for name, unit in units.items():
        (tmp_path / name).write_text(unit.replace("/opt/cairn/.venv/bin/cairn", str(program)))
    try:
        told = subprocess.run(
            ["/usr/bin/systemd-analyze", "verify", *sorted(tmp_path.iterdir())],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("systemd is not installed")

    assert set(units) == {"cairn.service", "cairn-sign.service", "cairn-sign.timer"}
    assert (told.returncode, told.stderr) == (0, "")
