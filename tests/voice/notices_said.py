"""A notice that asks, one that claims, and what residents say to them: what tests of both stand on."""

from django.test import Client

from cairn.notices.facts import About, InLanguage, VersionChecked, VersionPublished
from posted import SINCE, draft, notice
from voice.test_saying import HERE

ASKS = {"question": "Which first?", "choices": "At the school\nAt the mill\nBy the bridge"}
IN_CHINESE = {"question": "先修哪一口？", "choices": "学校旁\n磨坊旁\n桥边"}


def ask(desks, id="which-well", **more):
    """A notice with a question and three choices, on the board in English and Chinese."""
    leader, member = desks.seat("leader"), desks.seat("member")
    desks.record(leader, notice(id, title="Which well first?", **(ASKS | more)), on=SINCE)
    desks.record(leader, VersionPublished(version=f"{id}.en"), on=SINCE)
    chinese = draft(id, InLanguage.ZH_HANS, title="先修哪口井？", **IN_CHINESE)
    desks.record(member, chinese, on=SINCE)
    desks.record(leader, VersionChecked(version=f"{id}.zh-hans"), on=SINCE)
    desks.record(leader, VersionPublished(version=f"{id}.zh-hans"), on=SINCE)


def claim(desks, id="money-came", about=About.MONEY, **more):
    """A notice of the team's leader that says of something that it is so, on the board."""
    leader = desks.seat("leader")
    written = notice(id, title="The money came", text="It is there.", about=about, **more)
    desks.record(leader, written, on=SINCE)
    desks.record(leader, VersionPublished(version=f"{id}.en"), on=SINCE)


def page_of(desks, id, language="en"):
    return f"/{language}/{desks.programme}/notices/{id}/"


def send(address, said, **headers):
    """What a browser without cookies and scripts sends."""
    return Client(enforce_csrf_checks=True).post(address, said, headers=HERE | headers)
