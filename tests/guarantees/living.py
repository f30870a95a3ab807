"""An installation that is lived in, in a process of its own: python living.py FOLDER

Whoever asks does so from an address and with a browser that are canaries, through every kind of
request. Then it is backed up and published. FOLDER has all of it, and told.json what to look for.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ADDRESS = "203.0.113.77"
FORWARDED = "198.51.100.41"
BROWSER = "Canary-Browser/41.7 (of nobody)"
LANGUAGES = "tlh-canary, x-klingon;q=0.5"
FROM_A_CANARY = {
    "REMOTE_ADDR": ADDRESS,
    "headers": {
        "User-Agent": BROWSER,
        "X-Forwarded-For": FORWARDED,
        "X-Real-IP": FORWARDED,
        "Forwarded": f"for={FORWARDED}",
        "Accept-Language": LANGUAGES,
        "Sec-CH-UA-Platform": "canary-platform",
        "Referer": "http://testserver/canary-referer/",
    },
}
KEPT = "A well that is looked for in vain or found"
"""What a post records: it must be found, or looking shows nothing."""
PHONE = "13800138041"
SAID = "canary of what a resident said 5b1f"
WAITS = "canary of what waits 3c0e"
"""Said on the day of the backup: whatever is kept of a sender until their day is over is still there."""
ERASED = "canary of what is erased 77c0"
"""Said, and written anew by a screener."""
BEHIND_A_DOOR = "canary behind a door 90ad"
"""Written about what is too sensitive to be kept."""
HOLDER = "canary-holder-ayzhamal"


def live(folder: Path) -> dict:
    logging.basicConfig(filename=folder / "log.txt", level=logging.DEBUG, force=True)
    from cairn.following.snapshot import bring_up_to_date
    from cairn.journal import keys
    from cairn.journal.log import Log
    from cairn.publish.record import Drawn, publish
    from people.desks import Desks
    from publish.few_pages import few_pages_of

    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)
    bring_up_to_date(desks.programme)
    keys.make(desks.programme, origin=f"canary.example/{desks.programme}")
    told = {"programme": desks.programme, "cookies": [], "codes": []}
    told["cookies"] = _ask_everything(desks)
    _work(desks)
    bring_up_to_date(desks.programme)
    _break(desks)
    from django.conf import settings

    if "cairn.voice" in settings.INSTALLED_APPS:
        told |= _speak(desks, folder / "data")
    signer = keys.signer_of(desks.programme)
    drawn = Drawn(draw=few_pages_of)
    publish(
        desks.programme,
        folder / "site",
        sign=lambda: Log(desks.programme).sign(signer),
        drawn=drawn,
    )
    from cairn.journal.backup import back_up

    back_up(folder / "backup.tar", keys=True, now=desks.now)
    from django.core.cache import caches

    (folder / "cache.txt").write_text(repr([vars(cache) for cache in caches.all()]))
    return told


def _ask_everything(desks) -> list[str]:
    """Every route, read and written to by nobody; which of them set a cookie."""
    from django.test import Client

    from guarantees.there import address_of
    from security.test_rights import ROUTES

    cookies = []
    for route in ROUTES:
        for known in (
            {},
            {"programme": desks.programme, "project": "qarasu-well", "grant": "water-2025"},
        ):
            client = Client(raise_request_exception=False, **FROM_A_CANARY)
            answers = [
                client.get(address_of(route, **known)),
                client.post(address_of(route, **known), {"q": "x"}),
            ]
            if any(answer.cookies for answer in answers):
                cookies.append(route)
    return sorted(set(cookies))


def _work(desks) -> None:
    """Somebody takes up a post, signs in right and wrong, records by a form, the API and with a file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from cairn.catalog import journal
    from cairn.people.appointments import invite
    from cast import a_picture
    from security.visitors import Visitor
    from web.api.devices import Device

    secret = invite(desks.programme, "committee", by="office", journal=journal, now=desks.now)
    visitor = Visitor(**FROM_A_CANARY)
    visitor.accept(secret, HOLDER)
    visitor.set_up_factor()
    for password in ("wrong", "three stones stay put"):
        Visitor(**FROM_A_CANARY).sign_in(HOLDER, password)
    form = "record/works.need-raised/"
    from web.test_recording import inputs_of

    filled = inputs_of(visitor.get(form))
    filled |= {"place": "qarasu", "theme": "water", "name_en": KEPT, "need": "canary-need"}
    photo = SimpleUploadedFile("photo.png", a_picture(), "image/png")
    answer = visitor.post(form, **filled, sha256=photo)
    assert answer.status_code == 302, answer.content.decode()
    visitor.post(form, **(filled | {"theme": "nothing"}))
    device = Device(desks, "county")
    device.client = type(device.client)(
        raise_request_exception=False,
        REMOTE_ADDR=ADDRESS,
        headers=FROM_A_CANARY["headers"] | {"Authorization": f"Bearer {device.token}"},
    )
    for path in ("seat", "places", "grants", "nothing", "worklist"):
        device.get(path)
    device.put("facts/x", "{")
    from cairn.values import Theme
    from cairn.works.facts import NeedRaised
    from cast import named

    fact = NeedRaised(need="another", name=named(KEPT), place="qarasu", theme=Theme.WATER)
    answer = device.record(fact)
    assert answer.status_code in {200, 201}, answer.content
    device.send_file("0" * 64, b"no picture")


def _break(desks) -> None:
    """Wrong addresses, hosts, bodies; and a page that breaks."""
    from django.test import Client, override_settings

    from cairn.web.api import reads

    client = Client(raise_request_exception=False, **FROM_A_CANARY)
    for path in (
        "/nothing/",
        f"/en/{desks.programme}/projects/nothing/",
        "/en/~desk/nothing/",
        "/%00",
    ):
        client.get(path)
    client.post("/en/~desk/sign-in/", b"\xff\xfe", content_type="application/x-www-form-urlencoded")
    client.get("/en/", headers={"Content-Length": "99999999"})
    with override_settings(ALLOWED_HOSTS=["only.example"]):
        client.get("/en/")
    from web.api.devices import Device

    device = Device(desks, "county")
    kept, reads.asks = reads.asks, None
    try:
        broken = Client(
            raise_request_exception=False,
            REMOTE_ADDR=ADDRESS,
            headers=FROM_A_CANARY["headers"] | {"Authorization": f"Bearer {device.token}"},
        ).get("/api/grants")
    finally:
        reads.asks = kept
    assert broken.status_code == 500


def _speak(desks, data: Path) -> dict:
    """A resident says something, is warned, keeps a code, comes back with it; a day passes; another waits."""
    from django.test import Client

    from cairn.catalog import journal
    from cairn.voice import upkeep
    from cairn.voice.facts import CategoryOffered
    from cast import named

    desks.pen.record(CategoryOffered(category="water", name=named("Water")))
    door = named("Ring 110")
    desks.pen.record(CategoryOffered(category="abuse", name=named("Abuse"), door=door))
    client = Client(
        enforce_csrf_checks=True,
        REMOTE_ADDR=ADDRESS,
        headers=FROM_A_CANARY["headers"] | {"Origin": "http://testserver"},
    )
    form, codes = f"/en/{desks.programme}/places/qarasu/say/", f"/en/{desks.programme}/~code/"
    said = {"category": "water", "do": "send"}
    warned = client.post(form, said | {"text": f"Ring {PHONE} about the pump"})
    kept = client.post(form, said | {"text": SAID})
    code = _code_in(kept)
    codes_given = [code, _code_in(client.post(form, said | {"text": ERASED}))]
    shown_out = client.post(form, said | {"category": "abuse", "text": BEHIND_A_DOOR})
    statuses = [
        client.post(codes, {"code": one}).status_code for one in (code, "wrong", code[::-1])
    ]
    client.get(codes, {"code": "x"})
    upkeep.work_once(journal, now=datetime.now(UTC) + timedelta(days=1))
    client.post(codes, {"code": code})
    _write_anew(desks)
    upkeep.work_once(journal, now=datetime.now(UTC) + timedelta(days=1))
    # Looked for while the database is open: once it is closed its write-ahead log is gone.
    left = [
        path.name for path in data.glob("cairn.sqlite3*") if ERASED.encode() in path.read_bytes()
    ]
    codes_given.append(_code_in(client.post(form, said | {"text": WAITS})))
    client.post(f"/en/{desks.programme}/projects/qarasu-well/works/", {"works": "works"})
    client.post(codes, {"code": codes_given[-1]})
    assert not warned.cookies
    assert not kept.cookies
    assert "Ring 110" in shown_out.content.decode()
    return {
        "erased_in": left,
        "codes": codes_given,
        "warned": warned.status_code,
        "looked_up": statuses,
    }


def _code_in(page) -> str:
    return re.search(r'<p class="code"[^>]*><bdi>([0-9A-Z-]+)</bdi>', page.content.decode())[1]


def _write_anew(desks) -> None:
    """A screener writes one of the voices without what showed who somebody is."""
    from cairn.journal import sealing
    from cairn.voice.facts import VoiceRedacted
    from cairn.voice.models import Voice

    ids = list(Voice.objects.filter(programme=desks.programme).values_list("id", flat=True))
    texts = sealing.answers_of(desks.programme, ids)
    (voice,) = (id_ for id_, one in texts.items() if one["text"] == ERASED)
    anew = VoiceRedacted(voice=voice, text="It stands still")
    desks.record(desks.seat("township"), anew, on=desks.today)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    from cairn.config.installation import installation

    installation(folder / "data", make=True)
    from django.test.utils import setup_test_environment

    setup_test_environment()
    (folder / "told.json").write_text(json.dumps(live(folder)))
