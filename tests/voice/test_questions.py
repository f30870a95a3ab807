"""Answers to what a notice asks: anybody's, counted small, in the wording they were given to."""

import csv
import html
import io
import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cairn.catalog import journal
from cairn.following import pasts
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import position_of
from cairn.journal.models import Entry
from cairn.journal.past import Past
from cairn.notices.facts import (
    InLanguage,
    MadeBy,
    NoticeRewritten,
    NoticeWithdrawn,
    VersionPublished,
    VersionWithdrawn,
)
from cairn.publish.pages import pages_of
from cairn.voice import throttle, waiting
from cairn.voice.facts import BlankReceived, QuestionAnswered
from cairn.voice.models import QuestionSaid, Waiting
from cairn.voice.queries import chosen
from posted import SINCE, draft, notice
from security.visitors import invited
from voice.conftest import work
from voice.notices_said import ASKS, IN_CHINESE, ask, page_of, send
from voice.test_saying import buckets, clock  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """Full buckets: those of a process outlive a test."""
    monkeypatch.setattr("cairn.web.public.notice_said.buckets", throttle.Buckets())


@pytest.fixture
def asked(clock):  # noqa: F811
    """Where the question of a notice is answered."""
    ask(clock)
    return page_of(clock, "which-well") + "answer/"


def counted(desks, *choices):
    """Answers on record, one for each of these."""
    for choice in choices:
        desks.pen.record(QuestionAnswered(notice="which-well", number=choice), on=desks.today)
    bring_up_to_date(desks.programme)


def look(address):
    return Client().get(address).content.decode()


def refused(desks, fact, on=None):
    return set(desks.pen.objections(fact, on=on or desks.today))


def test_anybody_answers_and_it_waits_for_the_batch(clock, asked):  # noqa: F811
    response = send(asked, {"choice": "2"})

    assert response.status_code == 200
    assert "counted tomorrow" in response.content.decode()
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    (row,) = Waiting.objects.all()
    assert (row.about, row.slip) == ("notice/which-well", "")
    assert json.loads(bytes(row.said)) == {
        "kind": "voice.question-answered",
        "fact": {"notice": "which-well", "number": 2},
    }
    work(clock, days=1)
    assert clock.pen.the("question-said", "which-well").times == [0, 1]


def test_answers_of_a_day_come_shuffled_padded_and_withheld(clock, asked):  # noqa: F811
    for choice in "112":
        send(asked, {"choice": choice})
    work(clock, days=1)

    kinds = [QuestionAnswered.kind, BlankReceived.kind]
    found = Entry.objects.filter(programme=clock.programme, kind__in=kinds)
    leaves = [json.loads(bytes(entry.body)) for entry in found]
    assert len(leaves) == 5
    assert {leaf["post"] for leaf in leaves} == {"~withheld"}
    assert len({len(entry.body) for entry in found}) == 1
    assert {entry.id.version for entry in found} == {4}


def test_answers_in_every_language_are_counted_together(clock, asked):  # noqa: F811
    send(asked, {"choice": "3"})
    send(page_of(clock, "which-well", "zh-hans") + "answer/", {"choice": "3"})
    work(clock, days=1)

    assert clock.pen.the("question-said", "which-well").times == [0, 0, 2]


@pytest.mark.parametrize("sent", ["", "0", "4", "-1", "1.0", "²", "a"])
def test_only_what_is_offered_is_taken(asked, sent):
    response = send(asked, {"choice": sent})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Waiting.objects.exists()


def test_a_form_from_elsewhere_is_refused(asked):
    response = send(asked, {"choice": "1"}, Origin="https://elsewhere.example")

    assert response.status_code == 403
    assert not Waiting.objects.exists()


def test_whoever_sends_much_is_slowed_down_like_everywhere(asked):
    statuses = [send(asked, {"choice": "1"}).status_code for _time in range(11)]

    assert statuses == [200] * 10 + [429]


def test_a_day_takes_so_many_of_one_notice(asked, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_ALIKE", 2)

    assert [send(asked, {"choice": "1"}).status_code for _time in range(3)] == [200, 200, 429]


def test_the_form_asks_in_the_language_of_the_version_and_says_that_it_is_no_vote(clock, asked):  # noqa: F811
    english, chinese = look(asked), look(page_of(clock, "which-well", "zh-hans") + "answer/")

    assert "At the mill" in english
    assert "it is no vote" in english
    assert "磨坊旁" in chinese
    assert 'lang="zh-hans"' in chinese
    uyghur = look(page_of(clock, "which-well", "ug") + "answer/")
    assert "磨坊旁" in uyghur  # the nearest that is published
    assert "<script" not in english


@pytest.mark.parametrize("day", [date(2025, 4, 30), date(2100, 1, 1)])
def test_it_is_answered_while_it_stands_on_the_board(clock, asked, day):  # noqa: F811
    fact = QuestionAnswered(notice="which-well", number=1)
    clock.pen.now = clock.now.replace(year=2100, month=6)

    assert refused(clock, fact, on=day) == {"happened_on"}


def test_a_notice_that_is_over_takes_no_answer_and_says_when_it_did(clock):  # noqa: F811
    ask(clock, until=date(2025, 6, 29))
    address = page_of(clock, "which-well") + "answer/"

    assert send(address, {"choice": "1"}).status_code == 422
    assert "answers are taken on those days" in look(address)
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("choice", [4, 9])
def test_no_choice_but_its_own_is_recorded(clock, asked, choice):  # noqa: F811
    assert refused(clock, QuestionAnswered(notice="which-well", number=choice)) >= {"number"}


@pytest.mark.parametrize("how", ["notice", "versions"])
def test_what_was_withdrawn_takes_no_answer_and_those_that_wait_stay_unsaid(clock, asked, how):  # noqa: F811
    for _time in range(3):
        send(asked, {"choice": "1"})
    today, leader = clock.today, clock.seat("leader")
    if how == "notice":
        clock.record(leader, NoticeWithdrawn(notice="which-well", reason="No money"), on=today)
    else:
        for language in ("en", "zh-hans"):
            gone = VersionWithdrawn(version=f"which-well.{language}", reason="No money")
            clock.record(leader, gone, on=today)

    assert send(asked, {"choice": "1"}).status_code == 404
    before = Entry.objects.filter(programme=clock.programme).count()
    work(clock, days=1)
    assert not Waiting.objects.exists()
    assert not QuestionSaid.objects.filter(programme=clock.programme).exists()
    assert Entry.objects.filter(programme=clock.programme).count() == before


def test_what_the_journal_would_refuse_does_not_show_in_the_size_of_a_batch(clock, asked, say):  # noqa: F811
    """Else a day's batch of 7 entries would say that of 10 three were refused."""
    for _time in range(3):
        send(asked, {"choice": "1"})
    for number in range(6):
        say(f"voice {number}")
    gone = NoticeWithdrawn(notice="which-well", reason="No money")
    clock.record(clock.seat("leader"), gone, on=clock.today)

    assert [done.appended for done in work(clock, days=1)] == [10]


def test_a_notice_that_asks_nothing_has_no_form(clock):  # noqa: F811
    leader = clock.seat("leader")
    clock.record(leader, notice("well-runs"), on=SINCE)
    clock.record(leader, VersionPublished(version="well-runs.en"), on=SINCE)

    assert send(page_of(clock, "well-runs") + "answer/", {"choice": "1"}).status_code == 404
    assert refused(clock, QuestionAnswered(notice="well-runs", number=1)) == {"notice"}
    assert refused(clock, QuestionAnswered(notice="nothing", number=1)) == {"notice"}
    assert Client().get(page_of(clock, "nothing") + "answer/").status_code == 404


def test_a_past_has_no_form_and_no_figures(clock, asked):  # noqa: F811
    counted(clock, *[1] * 7)
    past = Past(clock.programme, position_of(clock.programme) - 1)
    pasts.want(past)
    pasts.make(journal, past)
    page = asked.replace(clock.programme, past.key)
    said = Client().get(page.removesuffix("answer/"))

    assert Client().get(page).status_code == 404
    assert said.status_code == 200
    assert "At the mill" in said.content.decode()
    assert "or more" not in said.content.decode()
    assert "csv=answers" not in said.content.decode()
    assert Client().get(page.removesuffix("answer/"), {"csv": "answers"}).status_code == 404


# Figures


def test_figures_are_in_steps_of_five_on_page_picture_and_csv_alike(clock, asked):  # noqa: F811
    counted(clock, *[1] * 14, *[2] * 9, *[3] * 4)
    address = asked.removesuffix("answer/")
    page = look(address)

    assert chosen(programme=clock.programme, notice="which-well") == (10, 5, 0)
    cells = re.findall(r'<td role="cell" class="number[^"]*"[^>]*><bdi>([^<]*)', page)
    assert cells == ["10 or more", "5 or more", "fewer than 10"]
    bars = re.findall(r'class="sure" x="0" width="([\d.]+)"', page)
    assert [round(float(one) / 1000 * 20) for one in bars] == [10, 5, 0]
    sent = Client().get(address, {"csv": "answers"})
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert [row[:3] for row in rows[-3:]] == [
        ["1", "At the school", "10"],
        ["2", "At the mill", "5"],
        ["3", "By the bridge", "0"],
    ]
    assert not re.search(r"\b(14|9|4|27|15)\b(?!\d)", _main_without_marks(page))


def test_there_is_no_total_and_no_address_that_narrows_it(clock, asked):  # noqa: F811
    counted(clock, *[1] * 9, *[2] * 9)
    address = asked.removesuffix("answer/")
    plain = _without_addresses(look(address))

    assert "15" not in plain
    for more in ("?place=qarasu", "?language=en", "?until=2025-06-01", "?choice=1"):
        assert _without_addresses(look(address + more)) == plain


def test_right_to_left_pages_draw_bars_from_the_right(clock, asked):  # noqa: F811
    counted(clock, *[1] * 14)

    page = look(page_of(clock, "which-well", "ug"))
    assert re.search(r'class="sure" x="500(\.0)?" width="500(\.0)?"', page)


def test_the_board_leads_to_the_form_and_paper_does_not(clock, asked):  # noqa: F811
    bring_up_to_date(clock.programme)
    board = look(f"/en/{clock.programme}/places/qarasu/board/")

    assert f'class="button" href="{asked}"' in board


def test_what_is_published_has_the_figures_and_no_form(clock, asked):  # noqa: F811
    counted(clock, *[2] * 9)
    pages = {page.address: page for page in pages_of(clock.programme, clock.today)}
    one = pages[asked.removesuffix("answer/")]
    page = one.body.decode()

    assert one.answers is not None  # it is drawn again when a figure moves, and only then
    assert "5 or more" in page
    assert "<form" not in _section(page)
    assert not [address for address in pages if address.endswith(("/answer/", "/so/"))]
    assert any("csv" in address and "which-well" in address for address in pages)


def _section(page):
    return page.partition('id="answers-title"')[2].partition("</section>")[0]


def _without_addresses(page):
    return re.sub(r'href="[^"]*"', "", _section(page))


def _main_without_marks(page):
    main = page.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)
    main = re.sub(r"<time[^>]*>.*?</time>", " ", main, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", main)


# What was asked stays


def test_what_was_asked_in_a_language_stays_once_it_was_published(clock, asked):  # noqa: F811
    swapped = draft(
        "which-well", InLanguage.ZH_HANS, **IN_CHINESE | {"choices": "磨坊旁\n学校旁\n桥边"}
    )
    other = draft("which-well", InLanguage.ZH_HANS, **IN_CHINESE | {"question": "先修哪口井？"})
    same = draft("which-well", InLanguage.ZH_HANS, text="另一段文字。", **IN_CHINESE)

    assert refused(clock, swapped) == {"choices"}
    assert refused(clock, other) == {"question"}
    assert refused(clock, same) == set()


def test_whether_anybody_answered_makes_no_difference_to_that(clock, asked):  # noqa: F811
    """Being refused would tell whether anybody had."""
    other = draft("which-well", InLanguage.ZH_HANS, **IN_CHINESE | {"question": "先修哪口井？"})
    before = clock.pen.objections(other, on=clock.today)
    counted(clock, 1)

    assert clock.pen.objections(other, on=clock.today) == before != {}


def test_before_it_was_published_it_may_be_asked_in_other_words(clock, asked):  # noqa: F811
    in_kyrgyz = draft(
        "which-well", InLanguage.KY, made_by=MadeBy.MACHINE, question="Кайсы?", choices="А\nБ\nВ"
    )
    clock.record(clock.seat("member"), in_kyrgyz, on=SINCE)
    better = draft(
        "which-well", InLanguage.KY, question="Кайсынысы?", choices="Мектеп\nТегирмен\nКөпүрө"
    )

    assert refused(clock, better) == set()


def test_a_stale_version_goes_on_asking_what_it_asked(clock, asked):  # noqa: F811
    rewritten = NoticeRewritten(
        notice="which-well", title="Which well?", text="Next year.", reason="Money is late"
    )
    clock.record(clock.seat("leader"), rewritten, on=clock.today)
    chinese = page_of(clock, "which-well", "zh-hans") + "answer/"

    assert "磨坊旁" in look(chinese)
    assert send(chinese, {"choice": "2"}).status_code == 200
    work(clock, days=1)
    assert clock.pen.the("question-said", "which-well").times == [0, 1]


def test_a_question_without_choices_leads_to_the_village_and_names_no_notice(clock):  # noqa: F811
    leader = clock.seat("leader")
    clock.record(leader, notice("open", question="What is missing?"), on=SINCE)
    clock.record(leader, VersionPublished(version="open.en"), on=SINCE)
    bring_up_to_date(clock.programme)
    page = look(page_of(clock, "open"))

    assert f'href="/en/{clock.programme}/places/qarasu/say/"' in page
    assert "csv=answers" not in page
    assert send(page_of(clock, "open") + "answer/", {"choice": "1"}).status_code == 404
    form = look(f"/en/{clock.programme}/places/qarasu/say/")
    assert "notice" not in re.findall(r'name="([a-z-]+)"', form.partition("<form")[2])


# Cards from the box


@pytest.fixture
def at(clock):  # noqa: F811
    def signed_in(post):
        return invited(clock, post, post).client

    return signed_in


def test_the_form_of_a_draft_is_filled_with_what_was_asked(clock, asked, at):  # noqa: F811
    client = at("member")
    page = client.get(reverse("desk:notice", args=["which-well"])).content.decode()
    address = re.search(r'href="([^"]*notices.version-drafted[^"]*zh-hans[^"]*)"', page)[1]
    form = client.get(html.unescape(address)).content.decode()

    assert f'value="{IN_CHINESE["question"]}"' in form
    assert IN_CHINESE["choices"] in form.replace("\r\n", "\n")


def cards(desks):
    return reverse("desk:cards", args=["which-well"])


def test_a_post_enters_how_many_cards_chose_each(clock, asked, at, monkeypatch):  # noqa: F811
    client = at("committee")
    entered = {"choice-1": "4", "choice-2": "", "choice-3": "2"}
    response = client.post(cards(clock), entered)

    assert response.status_code == 302
    assert "6 cards were entered" in client.get(response["Location"]).content.decode()
    rows = Waiting.objects.all()
    assert {row.about for row in rows} == {"notice/which-well"}
    said = sorted(json.loads(bytes(row.said))["fact"]["number"] for row in rows)
    assert said == [1, 1, 1, 1, 3, 3]
    assert b"committee" not in b"".join(bytes(row.said) for row in rows)


@pytest.mark.parametrize(
    "entered",
    [
        {},
        {"choice-1": "many"},
        {"choice-1": "-2"},
        {"choice-1": "51"},
        {"choice-1": "30", "choice-2": "21"},
    ],
)
def test_cards_that_cannot_be_counted_are_not_kept(clock, asked, at, entered):  # noqa: F811
    response = at("committee").post(cards(clock), entered)

    assert response.status_code == 422
    assert not Waiting.objects.exists()


def test_all_the_cards_wait_or_none(clock, asked, at):  # noqa: F811
    send(asked, {"choice": "1"})
    response = at("committee").post(cards(clock), {"choice-2": "50"})

    assert response.status_code == 422
    assert Waiting.objects.count() == 1


@pytest.mark.parametrize("post", ["other-committee", "auditor", "sponsor"])
def test_who_has_no_box_there_enters_no_cards(clock, asked, at, post):  # noqa: F811
    assert at(post).get(cards(clock)).status_code in {403, 404}


def test_a_village_enters_cards_for_a_notice_of_its_township(clock, at):  # noqa: F811
    written = notice("which-well", places=("hongliu",), **ASKS)
    clock.record(clock.seat("township"), written, on=SINCE)
    clock.record(clock.seat("township"), VersionPublished(version="which-well.en"), on=SINCE)
    client = at("committee")

    assert client.get(cards(clock)).status_code == 200
    assert cards(clock) in client.get(reverse("desk:card")).content.decode()
