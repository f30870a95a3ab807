"""The programme that is loaded, and seventy people who work in it.

    python -m bench.load.world make FOLDER ENTRIES       once; kept between runs
    python -m bench.load.world copy FOLDER MADE     the same on PostgreSQL, from one made on SQLite
    python -m bench.load.world appoint FOLDER PEOPLE [PHONES]    each run: who signs in, written to PEOPLE
    python -m bench.load.world judge FOLDER RECORDED     afterwards: is each fact there once?

The programme is that of `cairn demo --movements`, with teams, posts, and assets to look after. Users
are written into the database with a password and a secret for codes, as tests do it; they sign in
over HTTP with both.
"""

import json
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from random import Random
from uuid import UUID

from bench.clock import say

STAFF = (
    ("programme-office", 3),
    ("county", 5),
    ("township", 12),
    ("committee", 24),
    ("team-leader", 12),
    ("team-member", 6),
    ("keeper", 5),
    ("sponsor", 2),
    ("auditor", 1),
)
"""Who works in a programme of two counties: seventy posts."""

PASSWORD = "three stones stay put"  # noqa: S105 - of nobody
COHORT, COHORT_ENDS = "2026", date(2099, 12, 31)
OFFICE = "programme-office"
IN_A_BATCH = 4_000
"""Facts of a transaction: ten million are never held at once."""


def make(folder: Path, entries: int) -> None:
    """Record a programme of so many entries in a folder, and follow its money."""
    from cairn.config.installation import installation

    installation(folder, make=True)
    from cairn.catalog import journal
    from cairn.demo import large, load
    from cairn.following.snapshot import bring_up_to_date
    from cairn.journal.heads import position_of

    tale = large.tale(entries * 9 // 10)
    load.load(tale, journal, lambda _done: None)
    say(f"{position_of(tale.programme):,} entries of money; now who works there, and what stands")
    _record(tale.programme, _founding(tale.programme))
    _record(tale.programme, _assets(tale.programme))
    left = entries - position_of(tale.programme)
    _record(tale.programme, _inspections(tale.programme, max(0, left)))
    assert position_of(tale.programme) == max(entries, position_of(tale.programme))
    bring_up_to_date(tale.programme)
    (folder / "programme").write_text(tale.programme)


def copy(folder: Path, made: Path) -> None:
    """Have everything that an installation on SQLite holds in a new one, on the PostgreSQL it is told of.

    Table by table with COPY: ten million facts that were recorded once need not be recorded again.
    """
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns("cairn.sqlite3*"))
    from cairn.config.installation import installation

    installation(folder, make=True)
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    source = sqlite3.connect(f"file:{made / 'cairn.sqlite3'}?mode=ro", uri=True)
    with closing(source), transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            names = [str(field.column) for field in model._meta.local_concrete_fields]
            columns = ", ".join(map(connection.ops.quote_name, filter(None, names)))
            rows = source.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - names from models
            begin = time.perf_counter()
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as into:
                for row in rows:
                    into.write_row(row)
            many = cursor.rowcount
            if many > IN_A_BATCH:
                say(f"{many:,} rows of {table} in {time.perf_counter() - begin:,.0f} s")
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FREEZE, ANALYZE)")  # else it comes while somebody measures


def posts(programme: str) -> Iterator[tuple[str, str, str, str]]:
    """Every post, as (post, role, place, organisation or team)."""
    from cairn.programme.models import Organisation, Place

    places = Place.objects.filter(programme=programme)
    at = {
        level: list(places.filter(id__startswith=level).order_by("id").values_list("id", flat=True))
        for level in ("county", "township", "village")
    }
    sponsors = list(
        Organisation.objects.filter(programme=programme, role="sponsor").values_list(
            "id", flat=True
        )
    )
    levels = {"county": "county", "township": "township"} | dict.fromkeys(
        ("committee", "team-leader", "team-member", "keeper"), "village"
    )
    for role, count in STAFF:
        for nth in range(count):
            post = f"{role}-{nth + 1}"
            if role in levels:
                here = at[levels[role]]
                # Villages at the head of the list are the busiest.
                yield post, role, here[nth % len(here)], ""
            elif role == "sponsor":
                yield post, role, "", sponsors[nth % len(sponsors)]
            else:
                yield post, role, "", ""


def _founding(programme: str) -> Iterator[object]:
    from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
    from cairn.programme.models import Organisation
    from cairn.values import Text

    sponsor = Organisation.objects.filter(programme=programme, role="sponsor").first()
    assert sponsor
    yield CohortOpened(cohort=COHORT, name=Text(en="Cohort of 2026"), ends_on=COHORT_ENDS)
    teams = set()
    for post, role, place, organisation in posts(programme):
        team = f"team-{place}" if role.startswith("team") else None
        if team and team not in teams:
            teams.add(team)
            yield TeamPlaced(team=team, cohort=COHORT, place=place, sponsor=sponsor.id)
        yield PostOpened(
            post=post,
            name=Text(en=post.replace("-", " ").title(), zh_hans=f"{post} 岗位"),
            role=PostRole(role),
            place=place or None,
            organisation=organisation or (place if place and not team else None),
            team=team,
        )


def _assets(programme: str) -> Iterator[object]:
    """What each project left standing."""
    from cairn.assets.facts import AssetHandedOver
    from cairn.values import Text
    from cairn.works.models import Project

    for nth, project in enumerate(Project.objects.filter(programme=programme).order_by("id")):
        yield AssetHandedOver(
            asset=f"asset-{nth:05}",
            name=Text(en=f"What project {nth + 1} left", zh_hans=f"第{nth + 1}号项目的资产"),
            place=project.place,
            keeper=project.place,
            project=project.id,
            every_months=1 + nth % 12,
        )


def _inspections(programme: str, many: int) -> Iterator[object]:
    from cairn.assets.facts import AssetInspected, Condition
    from cairn.assets.models import Asset

    assets = list(Asset.objects.filter(programme=programme).values_list("id", flat=True))
    conditions = [Condition.GOOD, Condition.GOOD, Condition.WORN, Condition.BROKEN]
    for nth in range(many):
        yield AssetInspected(asset=assets[nth % len(assets)], condition=conditions[nth % 4])


def _record(programme: str, facts: Iterable[object]) -> None:
    from cairn.catalog import journal
    from cairn.journal.entry import Draft, Refused
    from cairn.values import uuid7

    now = datetime.now(UTC)
    rng = Random(programme)  # noqa: S311 - no secret
    drafts = (
        Draft(uuid7(int(now.timestamp() * 1000), rng.getrandbits(74)), now.date(), OFFICE, fact)  # type: ignore[arg-type]
        for fact in facts
    )
    while batch := [*islice(drafts, IN_A_BATCH)]:
        for verdict in journal.append_batch(programme, batch, now=now):
            assert not isinstance(verdict, Refused), verdict


def appoint(folder: Path, people: Path, phones: int = 0) -> None:
    """Appoint a user to every post, each with a password and an app for codes; one in two has a device.

    And so many phones beside, at the posts of villages; what is read, from the most to the least; and what
    is taken away.
    """
    from cairn.config.installation import installation

    installation(folder)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from cairn.catalog import journal
    from cairn.following.snapshot import bring_up_to_date
    from cairn.journal.heads import position_of
    from cairn.people import devices
    from cairn.people.models import Appointment, User
    from cairn.people.seats import seat_of
    from cairn.web.public.reads import today_in

    programme = (folder / "programme").read_text()
    bring_up_to_date(programme)  # one that was kept may be traced by an earlier Cairn
    now = timezone.now()
    hashed = make_password(PASSWORD)
    found, seats = [], []
    for nth, (post, role, place, organisation) in enumerate(posts(programme)):
        user = User(sign_in_name=f"{post}@load", password=hashed)
        user.save()
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        held = Appointment.objects.create(
            user=user, programme=programme, post=post, starts_on=date(2026, 1, 1)
        )
        seat = seat_of(held, journal=journal, now=now)
        assert seat, f"nobody can sit at {post}"
        if role in {"committee", "team-leader"}:
            seats.append((_fresh(seat), place))
        found.append(
            {
                "name": user.sign_in_name,
                "password": PASSWORD,
                "secret": secret,
                "token": devices.give(_fresh(seat), called="phone", now=now) if nth % 2 else "",
                "programme": programme,
                "role": role,
                "place": place,
                "organisation": organisation,
                "language": "zh-hans" if nth % 3 else "en",
            }
        )
    about = {place: _things_at(programme, place) for _seat, place in seats}
    given = [
        {"token": devices.give(seat, called="phone", now=now), "place": place, **about[place]}
        for seat, place in (seats[nth % len(seats)] for nth in range(phones))
    ]
    told = {"people": found, "phones": given, "position": position_of(programme)}
    told |= {"today": today_in(programme).isoformat(), "pages": [*_pages(programme)]}
    people.write_text(json.dumps(told | {"exports": [*_exports(programme)]}))


def _things_at(programme: str, place: str) -> dict[str, list[str]]:
    from cairn.assets.models import Asset
    from cairn.works.models import Project

    here = {"programme": programme, "place": place}
    return {
        "projects": [*Project.objects.filter(**here).values_list("id", flat=True)],
        "assets": [*Asset.objects.filter(**here).values_list("id", flat=True)],
    }


def _pages(programme: str) -> Iterator[tuple[str, str]]:
    """Public pages as (name, address), those that are read most first."""
    from cairn.money.models import Account, Grant
    from cairn.programme.models import Place
    from cairn.works.models import Project

    rng = Random(programme)  # noqa: S311 - no secret
    english, chinese = f"/en/{programme}/", f"/zh-hans/{programme}/"
    for page in ("", "projects/", "grants/", "places/", "in-transit/", "accounts/", "assets/"):
        yield page.strip("/") or "programme", chinese + page
    for page in ("", "projects/", "grants/", "exceptions/", "needs/", "teams/"):
        yield page.strip("/") or "programme", english + page
    some = []
    for name, kind, table, many in (
        ("a place", "places", Place, 120),
        ("a project", "projects", Project, 120),
        ("an account", "accounts", Account, 60),
        ("a grant", "grants", Grant, 20),
    ):
        ids = table.objects.filter(programme=programme).order_by("id").values_list("id", flat=True)
        some += [(name, f"{chinese}{kind}/{id_}/") for id_ in ids[:many]]
    rng.shuffle(some)
    yield from some
    yield "projects of a theme", f"{chinese}projects/?theme=water"
    yield "projects, second page", f"{english}projects/?start=50"


def _exports(programme: str) -> Iterator[tuple[str, str]]:
    """Tables as (name, address): what people take away, and no ten million rows at once."""
    from cairn.programme.models import Place

    village = Place.objects.filter(programme=programme, id__startswith="village").order_by("id")
    yield "projects as CSV", f"/en/{programme}/projects/?csv=projects"
    yield "accounts as CSV", f"/zh-hans/{programme}/accounts/?csv=accounts"
    first = village.values_list("id", flat=True)[0]
    yield "movements of a village as CSV", f"/data/{programme}/movements.csv?place={first}"


def _fresh(seat):  # noqa: ANN001, ANN202 - a seat
    from dataclasses import replace

    return replace(seat, factor=True, fresh=True)


def judge(folder: Path, recorded: Path) -> None:
    """Whether every fact that was said to be recorded is there, once, and no other is. Raises SystemExit.

    Where answers were cut off on purpose, some that were sent may be there without anybody having heard.
    """
    from cairn.config.installation import installation

    installation(folder)
    from cairn.journal.heads import position_of
    from cairn.journal.models import Entry
    from cairn.people.models import Recording

    said = json.loads(recorded.read_text())
    programme = (folder / "programme").read_text()
    later = Entry.objects.filter(programme=programme, position__gt=said["position"])
    there = Counter(later.values_list("id", flat=True).iterator())
    told = Counter(set(map(UUID, said["facts"])))
    unheard = set(there) & set(map(UUID, said["tried"])) - set(told) if said["cut_off"] else set()
    wrong = []
    if lost := told - there:
        wrong.append(f"{len(lost)} facts that people were told are on record are not")
    if twice := [one for one, times in there.items() if times > 1]:
        wrong.append(f"{len(twice)} facts are on record twice")
    # A page that records two facts shows the receipt of the first.
    least = len(told) + len(unheard) + said["seconds"]
    if not least <= len(there) <= least + (len(unheard) if said["cut_off"] else 0):
        wrong.append(f"{len(there)} facts are on record where {least} were sent")
    if (ends := position_of(programme)) != said["position"] + sum(there.values()):
        wrong.append(f"the journal ends at {ends}")
    of = Recording.objects.filter(programme=programme).values_list("fact", flat=True)
    if unknown := set(there) - set(of.iterator()):
        wrong.append(f"of {len(unknown)} facts it is not known who recorded them")
    print(
        f"{len(there):,} facts on record, of which {len(told):,} were told to somebody",
        file=sys.stderr,
    )
    if wrong:
        raise SystemExit("; ".join(wrong))


if __name__ == "__main__":
    command, folder, more = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    if command == "make":
        make(folder, int(more))
    elif command == "copy":
        copy(folder, Path(more))
    elif command == "appoint":
        appoint(folder, Path(more), *map(int, sys.argv[4:]))
    else:
        judge(folder, Path(more))
