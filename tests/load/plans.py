"""Asks a whole installation for everything it has, and writes down what was asked of its database.

    python tests/load/plans.py FOLDER ANSWER

Follows the links of the public pages, and those of the desks of somebody of each role; reads the API as
each; does what workers, checks and exports do. ANSWER holds every statement with its plan, the indexes there
are, and the rows of each table of each page.
"""

import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

ADDRESSES_OF_A_ROUTE = 2
"""So many of a route are asked for by each, with each set of names in their query."""

READS = re.compile(r"\s*(SELECT|UPDATE|DELETE|WITH)\b")
SEVERAL = re.compile(r"(%s, )+%s")
OURS = "cairn."
LISTS = ("projects", "accounts", "grants", "places", "in-transit", "exceptions", "worklist")
EVERYBODY = "everybody"
INDEXES = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, tablename, indexdef FROM pg_indexes",
}


class Statements:
    """What was asked of the database, each form of it once, with where it was asked."""

    def __init__(self):
        self.asked, self.where = {}, ""

    def __call__(self, execute, sql, params, many, context):
        if READS.match(sql) and not many:
            form = SEVERAL.sub("%s, …", sql)
            self.asked.setdefault(form, (sql, params, self.where))
        return execute(sql, params, many, context)


def main(folder, answer):
    from cairn.config.installation import installation

    installation(folder)
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    statements = Statements()
    with connection.execute_wrapper(statements):
        programme = _programme()
        rows = _pages(programme, statements)
        _work(programme, statements)
    said = {
        "indexes": _indexes(connection),
        "statements": [
            {"sql": form, "where": where, "plan": _plan(connection, sql, params)}
            for form, (sql, params, where) in statements.asked.items()
        ],
        "rows": rows,
    }
    Path(answer).write_text(json.dumps(said, indent=1, ensure_ascii=False))


def _programme():
    from cairn.journal.models import Head

    return Head.objects.order_by("-position").values_list("programme", flat=True)[0]


def _pages(programme, statements):
    """Every page that a link leads to: the most rows that a table of it has, by route."""
    from django.test import Client

    rows = Counter()
    _follow(Client(), f"/en/{programme}/", statements, rows, EVERYBODY)
    statements.where = "what somebody seeks"
    Client().get(f"/en/{programme}/~search/", {"q": "well"})
    for post, role, token, client in _at_work(programme):
        del post
        _follow(client, "/en/~desk/", statements, rows, role)
        _read_api(token, statements, rows, role)
    return rows


def _follow(client, first, statements, rows, who):
    from django.urls import Resolver404, resolve

    waiting, seen, of_route = [first], {first}, Counter()
    while waiting:
        address = waiting.pop(0)
        path, _mark, query = address.partition("?")
        try:
            route = resolve(path).view_name
        except Resolver404:
            continue
        names = tuple(sorted(part.partition("=")[0] for part in query.split("&") if part))
        of_route[route, names] += 1
        if of_route[route, names] > ADDRESSES_OF_A_ROUTE or {"all", "docx"} & set(names):
            continue
        statements.where = f"{who}: {route} {' '.join(names)}".strip()
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
            continue
        if "html" not in response.get("Content-Type", ""):
            continue
        page = response.content.decode()
        for table in re.findall(r"<tbody.*?</tbody>", page, re.DOTALL):
            rows[route] = max(rows[route], table.count("<tr"))
        base = path if response.status_code == 200 else response.get("Location", path)
        links = re.findall(r'href="([^"#]+)', page) + [response.get("Location", "")] * bool(
            response.get("Location")
        )
        for link in links:
            parts = urlsplit(urljoin(base, unescape(link)))
            found = parts.path + (f"?{parts.query}" if parts.query else "")
            # Whoever is at work reads the public pages as everybody does.
            within = ("/en/", "/data/", "/open311/") if who == EVERYBODY else ("/en/~desk/",)
            own = not parts.netloc and parts.path.startswith(within)
            if own and found not in seen and "sign-out" not in found:
                seen.add(found)
                waiting.append(found)


def _at_work(programme):
    """Somebody of each role, signed in and with a token."""
    from dataclasses import replace

    from cairn.catalog import journal
    from cairn.people import devices
    from cairn.people.models import Appointment
    from cairn.people.seats import seat_of
    from cairn.programme.models import Post
    from security.visitors import invited

    now = datetime.now(UTC)
    roles = {}
    for post in Post.objects.filter(programme=programme).order_by("-id"):
        roles.setdefault(post.role, []).append(post.id)
    about = SimpleNamespace(programme=programme, now=now)
    for role, found in sorted(roles.items()):
        for post in found[:6]:  # some are closed, and take nobody
            try:
                visitor = invited(about, post, f"{post}@plans")
            except Exception:  # noqa: BLE001, S112 - whatever keeps people from it, another is asked
                continue
            held = Appointment.objects.filter(programme=programme, post=post).last()
            seat = seat_of(held, journal=journal, now=now)
            if seat is None:
                continue
            seat = replace(seat, factor=True, fresh=True)
            yield post, role, devices.give(seat, called="plans", now=now), visitor.client
            break


def _read_api(token, statements, rows, who):
    from django.test import Client

    client = Client(headers={"authorization": f"Bearer {token}"})
    for path in LISTS:
        statements.where = f"{who}: api {path}"
        said = client.get(f"/api/{path}")
        found = said.json() if said.status_code == 200 else {}
        for _page in range(3):
            listed = found.get("rows", [])
            rows[f"api {path}"] = max(rows[f"api {path}"], len(listed))
            for row in listed[:1]:
                thing = row.get(path.rstrip("s"), {})
                if isinstance(thing, dict) and thing.get("id"):
                    client.get(f"/api/{path}/{thing['id']}")
            if not found.get("next"):
                break
            said = client.get(f"/api/{path}", {"cursor": found["next"]})
            found = said.json() if said.status_code == 200 else {}


def _work(programme, statements):
    """What happens without a page: following, checking, erasing, digests, packs."""
    from cairn.catalog import invariants, journal
    from cairn.following import pasts, snapshot
    from cairn.journal.checks import answers
    from cairn.journal.entry import Draft
    from cairn.journal.heads import position_of
    from cairn.journal.past import Past
    from cairn.people import drafts
    from cairn.programme.facts import OrganisationJoined, OrganisationRole
    from cairn.programme.retention import erase_what_is_over
    from cairn.values import Text, uuid7
    from cairn.voice import upkeep as voices
    from cairn.web import mailing, mended

    now = datetime.now(UTC)
    statements.where = "recording"
    fact = OrganisationJoined(
        organisation="plans-of-plans", name=Text(en="Plans"), role=OrganisationRole.CONTRACTOR
    )
    id_ = uuid7(int(now.timestamp() * 1000), 7)
    journal.append(programme, Draft(id_, now.date(), "programme-office", fact), now=now)
    statements.where = "following"
    snapshot.work_once()
    statements.where = "a past"
    pasts.want(Past(programme, position_of(programme) // 2))
    pasts.work_once(journal, between=lambda: None)
    statements.where = "voices"
    voices.work_once(journal, now=now)
    voices.work_once(journal, now=now + timedelta(days=800))
    statements.where = "erasing"
    erase_what_is_over(journal, now=now)
    statements.where = "what was typed and not recorded"
    drafts.forget_old(now=now)
    statements.where = "wordings"
    mended.wordings_now()
    statements.where = "digests"
    mailing.begin_due(now=now)
    statements.where = "check"
    list(answers(journal, programme, invariants=invariants))


def _indexes(connection):
    """Indexes of our tables that are there to find rows by: not those that keep things apart."""
    from django.apps import apps

    ours = {
        model._meta.db_table for model in apps.get_models() if model.__module__.startswith(OURS)
    }
    with connection.cursor() as cursor:
        cursor.execute(INDEXES[connection.vendor])
        return {
            name: said
            for name, table, said in cursor.fetchall()
            # Django makes one more for LIKE, of each unique text, on PostgreSQL alone.
            if table in ours and said.startswith("CREATE INDEX") and not name.endswith("_like")
        }


def _plan(connection, sql, params):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return "\n".join(row[3] for row in cursor.fetchall())
        # A programme of the demo is so small that reading all of a table is often best.
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
