"""How long a pack takes: a village with ten years of history, in a programme of 10⁵ entries, on SQLite.

    .venv/bin/python -m bench.pack [--entries 100000] [--runs 25]

The programme is that which bench.load makes: five years of money, with posts, teams, assets and what was
seen of them. Its busiest village gets the history of ten cohorts: teams, needs, milestones, debriefs with what they
recommend, notices, and what teams leave word of. Made once, in the bench's folder; takes minutes. A pack
is computed in one process, warm and as the first thing that a process does; its page is asked for through the whole of
Django, without a network.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench.clock import say
from bench.made import folder

if TYPE_CHECKING:
    from cairn.journal.fact import Fact
    from cairn.pack import Pack

RESULTS = Path(__file__).with_name("pack.json")
TEAM = "team-of-ten-years"
OFFICE = "programme-office"
TODAY = datetime.now(UTC).date()
LONG_AGO = TODAY - timedelta(1700)
COHORTS = 10

Told = Iterator[tuple[date, "Fact"]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pack", description=__doc__)
    parser.add_argument("--entries", type=int, default=10**5)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--once", action="store_true", help="one pack, as a process begins with it")
    asked = parser.parse_args()
    home = made(asked.entries)
    os.environ["CAIRN_DIR"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    programme = (home / "programme").read_text()
    if asked.once:
        print(*timed(lambda: computed(programme)))
        return
    results = measured(programme, asked)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"| a pack in {results['entries']:,} entries | processor | clock, median | 95 % |")
    print("|---|--:|--:|--:|")
    for name, ms in results["ms"].items():
        print(f"| {name} | {ms['cpu']:.0f} ms | {ms['median']:.0f} ms | {ms['p95']:.0f} ms |")
    print({name: value for name, value in results.items() if name != "ms"})


def measured(programme: str, asked: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cairn.journal.heads import position_of
    from cairn.pack import bytes_of, sha256_of

    pack = computed(programme)
    with CaptureQueriesContext(connection) as queries:
        again = computed(programme)
    asked_of_the_database = len(queries)  # a request that is answered later clears them
    assert sha256_of(pack) == sha256_of(again)
    client = Client()

    def page() -> None:
        answer = client.get(f"/en/{programme}/teams/{TEAM}/pack/")
        assert answer.status_code == 200, answer.status_code

    page()
    ms = {
        "computed": several(lambda: computed(programme), asked.runs),
        "its canonical JSON": several(lambda: bytes_of(pack), asked.runs),
        "its page": several(page, asked.runs),
    }
    ms["first in a process"] = summed([first(asked.entries) for _run in range(5)])
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "entries": position_of(programme),
        "queries": asked_of_the_database,
        "lines": len(pack.lines),
        "commitments": len(pack.owed),
        "assets": len(pack.assets),
        "bytes": len(bytes_of(pack)),
        "ms": ms,
    }


def computed(programme: str) -> "Pack":
    from cairn.catalog import journal
    from cairn.pack import pack_of

    return pack_of(programme=programme, team=TEAM, journal=journal)


def several(run: Callable[[], object], runs: int) -> dict[str, float]:
    return summed([timed(run) for _run in range(runs)])


def summed(times: list[tuple[float, float]]) -> dict[str, float]:
    """Of processor and clock: on a busy machine trust the processor."""
    cpu, clock = zip(*times, strict=True)
    return {
        "cpu": statistics.median(cpu),
        "median": statistics.median(clock),
        "p95": statistics.quantiles(clock, n=20)[-1],
    }


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor, and by the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    run()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000


def first(entries: int) -> tuple[float, float]:
    """The first pack that a process computes, once Django is there."""
    command = [sys.executable, "-m", "bench.pack", "--once", "--entries", str(entries)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


# The programme


def made(entries: int) -> Path:
    """The folder with the programme, made once."""
    home = folder() / f"pack-{entries}"
    if not (home / "programme").exists():
        say(f"making a programme of {entries:,} entries in {home}")
        world = [sys.executable, "-m", "bench.load.world", "make", home, str(entries)]
        subprocess.run(world, check=True)
        told = "from bench.pack import tell; import sys; tell(sys.argv[1])"
        subprocess.run([sys.executable, "-c", told, home], check=True)
    return home


def tell(home: str) -> None:
    """Give the busiest village its ten years."""
    os.environ["CAIRN_DIR"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()

    from cairn.following.snapshot import bring_up_to_date

    programme = Path(home, "programme").read_text()
    village = busiest(programme)
    say(f"ten years of {village}")
    for told in (people(programme, village), works(village), words(village), recommended()):
        record(programme, list(told))
    bring_up_to_date(programme)


def record(programme: str, told: "list[tuple[date, Fact]]") -> None:
    """Record facts, each with its day."""
    from cairn.catalog import journal
    from cairn.journal.entry import Draft, Refused
    from cairn.values import uuid7

    now = datetime.now(UTC)
    rng = Random(len(told))  # noqa: S311 - no secret
    drafts = [
        Draft(uuid7(int(now.timestamp() * 1000), rng.getrandbits(74)), on, whose(fact), fact)
        for on, fact in told
    ]
    for verdict in journal.append_batch(programme, drafts, now=now, all_or_none=True):
        assert not isinstance(verdict, Refused), verdict


def whose(fact: "Fact") -> str:
    """A team speaks for itself."""
    return f"leader.{TEAM}" if fact.kind.startswith("handover.") else OFFICE


def busiest(programme: str) -> str:
    from django.db.models import Count

    from cairn.assets.models import Asset

    rows = Asset.objects.filter(programme=programme, place__startswith="village")
    return rows.values("place").annotate(many=Count("id")).order_by("-many", "place")[0]["place"]


def people(programme: str, village: str) -> Told:
    from cairn.programme.facts import CohortOpened, PostOpened, PostRole, TeamPlaced
    from cairn.programme.models import Organisation
    from cairn.values import Text

    sponsor = Organisation.objects.filter(programme=programme, role="sponsor").first()
    assert sponsor
    for nth in range(COHORTS):
        cohort, began = f"of-{nth}", LONG_AGO + timedelta(nth * 170)
        name = Text(en=f"Cohort {nth}", zh_hans=f"第{nth}批")
        ends_on = date(2099, 12, 31) if nth == COHORTS - 1 else began + timedelta(169)
        yield began, CohortOpened(cohort=cohort, name=name, ends_on=ends_on)
        team = TEAM if nth == COHORTS - 1 else f"{village}-{nth}"
        yield began, TeamPlaced(team=team, cohort=cohort, place=village, sponsor=sponsor.id)
        post = f"leader.{team}"
        yield began, PostOpened(post=post, name=name, role=PostRole.TEAM_LEADER, team=team)


def works(village: str) -> Told:
    from cairn.assets.facts import (
        AssetHandedOver,
        AssetInspected,
        Condition,
        EnterpriseForm,
        EnterpriseOpened,
    )
    from cairn.values import Text, Theme
    from cairn.works.facts import MilestonePlanned, NeedRaised, ProjectProposed

    for nth in range(40):
        name = Text(en=f"Work {nth} of ten years", zh_hans=f"十年工程{nth}")
        project, asset = f"ten-{nth}", f"ten-asset-{nth}"
        yield LONG_AGO, ProjectProposed(project=project, name=name, place=village, theme=Theme.ROAD)
        yield (
            LONG_AGO,
            NeedRaised(need=f"ten-need-{nth}", name=name, place=village, theme=Theme.WATER),
        )
        for after in (30, 90):
            yield (
                TODAY,
                MilestonePlanned(project=project, name=name, due_on=TODAY + timedelta(after)),
            )
        yield (
            LONG_AGO,
            AssetHandedOver(
                asset=asset,
                name=name,
                place=village,
                keeper=village,
                project=project,
                every_months=6,
            ),
        )
        for seen in range(10):  # twice a year
            how = Condition.BROKEN if (nth + seen) % 9 == 0 else Condition.GOOD
            yield TODAY - timedelta(180 * seen), AssetInspected(asset=asset, condition=how)
    for nth in range(4):
        name = Text(en=f"Shop {nth}")
        yield (
            TODAY,
            EnterpriseOpened(
                enterprise=f"ten-shop-{nth}",
                name=name,
                form=EnterpriseForm.SHOP,
                place=village,
                holder=village,
            ),
        )


def words(village: str) -> Told:
    """Debriefs, notices, and what the team leaves word of."""
    from cairn.handover.facts import AdviceLeft, AttemptTold, KeysLeft, LineNoted, RiskNamed
    from cairn.lessons.facts import DebriefCalled, DebriefHeld
    from cairn.notices.facts import About, InLanguage, NoticeWritten
    from cairn.values import Text

    said = Text(en="As it was in the tenth year", zh_hans="第十年的情况")
    for nth in range(10):
        debrief = f"ten-{nth}"
        yield (
            TODAY,
            DebriefCalled(
                debrief=debrief,
                cohort=f"of-{nth}",
                place=village,
                name=said,
                chair="county-1",
                on=TODAY,
            ),
        )
        yield TODAY, DebriefHeld(debrief=debrief, posts=("county-1",), present=9)
        yield (
            TODAY,
            NoticeWritten(
                notice=f"ten-{nth}",
                about=About.WORKS,
                places=(village,),
                language=InLanguage.ZH_HANS,
                languages=(InLanguage.EN, InLanguage.UG),
                title="告示",
                text="村里的告示",
                since=TODAY,
                until=date(2099, 12, 31),
            ),
        )
        yield TODAY, RiskNamed(team=TEAM, text=said, then=said)
        yield TODAY, AttemptTold(team=TEAM, text=said, then=said)
        yield TODAY, AdviceLeft(team=TEAM, text=said)
        yield TODAY, KeysLeft(asset=f"ten-asset-{nth}", holder=village, text=said)
        yield TODAY, LineNoted(team=TEAM, key=f"asset/ten-asset-{nth}", text=said)


def recommended() -> Told:
    from cairn.lessons.facts import RecommendationDrafted
    from cairn.values import Text

    for nth in range(60):
        text = Text(en=f"Line the canal, part {nth}", zh_hans=f"建议衬砌第{nth}段水渠")
        yield TODAY, RecommendationDrafted(debrief=f"ten-{nth % 10}", text=text)


if __name__ == "__main__":
    main()
