"""Which programmes are in which database, where one server is not enough: docs/how-to/deploy.md.

CAIRN_DATABASE_URL                 the default group: people, and programmes of no other
CAIRN_GROUP_SOUTH_URL              another server
CAIRN_GROUP_SOUTH_REPLICA_URL      its copy, from which pages for everybody are read
CAIRN_DATABASE_REPLICA_URL         that of the default group
south = ["qinghe", "moyu"]         a line of groups.toml in the installation's folder
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dj_database_url

from cairn.journal.away import REPLICA
from cairn.values import SLUG, CairnError

FILE = "groups.toml"
OF_GROUP = re.compile(r"CAIRN_GROUP_([A-Z][A-Z0-9]*)_(REPLICA_)?URL")
DEFAULT, OF_DEFAULT, ITS_REPLICA = "default", "CAIRN_DATABASE_URL", "CAIRN_DATABASE_REPLICA_URL"

OF_EACH: dict[str, Any] = {
    "options": "-c synchronous_commit=on -c plan_cache_mode=force_custom_plan",
    "server_side_binding": True,
    "prepare_threshold": 5,
}
"""What a connection to any PostgreSQL is told: a commit is on disk; what it asked five times is read once, and
planned for what is asked now. A plan for any programme is one for small programmes, where most are small."""

CONNECT_SECONDS = 3
UNANSWERED_MILLISECONDS = 10_000
"""After so long a connection to a machine that is gone is given up: TCP would wait for a quarter of an hour."""


class GroupsError(CairnError):
    """Settings of groups that cannot be meant so. Nothing was started."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Django's databases besides the default one, and the group of each programme that names one."""

    databases: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    of: dict[str, str] = field(default_factory=dict)


def groups(environment: Mapping[str, str], folder: Path) -> Groups:
    """Read the settings. Raises GroupsError."""
    urls, replicas = dict[str, str](), dict[str, str]()
    for name, url in environment.items():
        found = OF_GROUP.fullmatch(name)
        if found and url:
            (replicas if found[2] else urls)[found[1].lower()] = name
        elif name.startswith("CAIRN_GROUP_"):
            raise GroupsError(
                f"{name} says nothing here; a group has CAIRN_GROUP_NAME_URL and may have "
                "CAIRN_GROUP_NAME_REPLICA_URL, with a name of A–Z and 0–9."
            )
    if environment.get(ITS_REPLICA):
        replicas[DEFAULT] = ITS_REPLICA
    said = _said(folder / FILE)
    _refuse_what_is_not_there(urls, replicas, said, folder / FILE, environment)
    databases = {name: _database(urls[name], environment, name) for name in sorted(urls)}
    for name in sorted(replicas):
        replica = _database(replicas[name], environment, name)
        # Tests would make a database of its own for it.
        databases[f"{name}{REPLICA}"] = replica | {"TEST": {"MIRROR": name}}
    of = {programme: name for name, programmes in said.items() for programme in programmes}
    return Groups(databases, sorted(urls), of)


def postgresql(url: str, *, said_by: str) -> dict[str, Any]:
    """A PostgreSQL of several, so that one which is away holds nobody up. Raises GroupsError."""
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    except ValueError as error:
        raise GroupsError(f"{said_by} is no address of a database: {error}.") from error
    if "postgresql" not in config["ENGINE"] or not config["NAME"]:
        raise GroupsError(
            f"{said_by} must name a PostgreSQL and its database, as postgresql://cairn@db2/cairn."
        )
    options = config.setdefault("OPTIONS", {})
    options |= OF_EACH
    options.setdefault("connect_timeout", CONNECT_SECONDS)
    options.setdefault("tcp_user_timeout", UNANSWERED_MILLISECONDS)
    return config | {"ENGINE": "cairn.journal.postgresql", "CONN_HEALTH_CHECKS": True}


def _database(name: str, environment: Mapping[str, str], group: str) -> dict[str, Any]:
    if group == DEFAULT and name != ITS_REPLICA:
        raise GroupsError(f"{name}: the default group is that of {OF_DEFAULT}.")
    return postgresql(environment[name], said_by=name)


def _said(path: Path) -> dict[str, list[str]]:
    """The programmes of each group, as the file says. Raises GroupsError."""
    try:
        said = tomllib.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise GroupsError(f"{path} cannot be read: {error}.") from error
    known = dict[str, str]()
    for group, programmes in said.items():
        if not (isinstance(programmes, list) and all(isinstance(one, str) for one in programmes)):
            raise GroupsError(f'{path}: write  {group} = ["programme", "another"]')
        for programme in programmes:
            if not re.fullmatch(SLUG, programme):
                raise GroupsError(f"{path}: ‘{programme}’ cannot be a programme's id.")
            if known.setdefault(programme, group) != group:
                raise GroupsError(
                    f"{path}: ‘{programme}’ is in {known[programme]} and in {group}; it has one journal."
                )
    return said


def _refuse_what_is_not_there(
    urls: Mapping[str, str],
    replicas: Mapping[str, str],
    said: Mapping[str, list[str]],
    path: Path,
    environment: Mapping[str, str],
) -> None:
    """Nothing is guessed: facts in the wrong database would be a second record."""
    for group in said:
        if group not in urls:
            variable = f"CAIRN_GROUP_{group.upper()}_URL"
            raise GroupsError(
                f"{path} names the group ‘{group}’, and {variable} does not say where it is."
            )
    for group, variable in urls.items():
        if group not in said:
            raise GroupsError(
                f"{variable} names a group; say in {path} which programmes it keeps: {group} = []"
            )
    for group, variable in replicas.items():
        if group != DEFAULT and group not in urls:
            raise GroupsError(
                f"{variable} is a replica of nothing: there is no CAIRN_GROUP_{group.upper()}_URL."
            )
    if (urls or replicas) and not environment.get(OF_DEFAULT):
        raise GroupsError(
            f"Groups and replicas are PostgreSQL: name the default group in {OF_DEFAULT}."
        )
