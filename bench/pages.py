"""How long pages take at a million movements: every public page, in one process, on SQLite.

    .venv/bin/python -m bench.pages [--movements 1000000] [--runs 15]

Loads the large demo into the bench's folder once, which takes minutes, and follows it. Then asks
for each page through the whole of Django, middleware and templates, without a network: what a page
costs the server. The account, grant and project are the busiest there are.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.clock import say
from bench.machine import machine
from bench.made import folder

RESULTS = Path(__file__).with_name("pages.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--movements", type=int, default=10**6)
    parser.add_argument("--runs", type=int, default=15)
    asked = parser.parse_args()
    programme = f"large-{asked.movements}"
    home = loaded(asked.movements)
    os.environ["CAIRN_DIR"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    times = {name: measure(url, asked.runs) for name, url in pages(programme).items()}
    results = {"machine": machine(), "movements": asked.movements, "pages": times}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"| page of {asked.movements:,} movements | first | median | 95 % |\n|---|--:|--:|--:|")
    for name, ms in times.items():
        print(f"| {name} | {ms['first']:.0f} ms | {ms['median']:.0f} ms | {ms['p95']:.0f} ms |")


def loaded(movements: int) -> Path:
    """The folder with the large demo, made once."""
    home = folder() / f"pages-{movements}"
    say(f"loading the large demo into {home}")
    cairn = Path(sys.executable).with_name("cairn")
    arguments = ["--dir", home, "--no-serve", "--movements", str(movements)]
    subprocess.run([cairn, "demo", *arguments], check=True)
    return home


def pages(programme: str) -> dict[str, str]:
    """The address of each page, of the busiest thing of its kind."""
    import numpy as np

    from cairn.following.snapshot import latest
    from cairn.programme.models import Place

    at = latest(programme)
    account = at.accounts[int(np.argmax(np.diff(at.statements.offsets)))][0]
    grant = at.grants[int(np.argmax(at.totals.received[:-1]))][0]
    project = at.projects[int(np.argmax(np.diff(at.lists.payments_start)))][0]
    places = {place.level: place.id for place in Place.objects.filter(programme=programme)}
    base = f"/en/{programme}/"
    return {
        "programme": base,
        "programme, in Chinese": f"/zh-hans/{programme}/",
        "grants": f"{base}grants/",
        "grant, followed": f"{base}grants/{grant}/",
        "grant, report": f"{base}grants/{grant}/report/",
        "unexplained money": f"{base}grants/unexplained/",
        "projects": f"{base}projects/",
        "projects, filtered": f"{base}projects/?theme=water&stage=completed",
        "project": f"{base}projects/{project}/",
        "places": f"{base}places/",
        "county": f"{base}places/{places['county']}/",
        "village": f"{base}places/{places['village']}/",
        "accounts": f"{base}accounts/",
        "account, busiest": f"{base}accounts/{account}/",
        "account, of one grant": f"{base}accounts/{account}/?grant={grant}",
        "in transit": f"{base}in-transit/",
        "exceptions": f"{base}exceptions/",
    }


def measure(url: str, runs: int) -> dict[str, float]:
    """Milliseconds from request to answer: the first, the median and the 95th percentile."""
    from django.test import Client

    from cairn.web.public.unchanged import pages as kept

    client, times = Client(), []
    for _run in range(runs):
        kept.clear()  # each is drawn: none that was drawn before is given again
        started = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, f"{url} answered {answer.status_code}"
    return {
        "first": times[0],
        "median": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
    }


if __name__ == "__main__":
    main()
