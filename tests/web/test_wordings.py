"""Lines that a machine translated, mended by two people."""

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from cairn.following.snapshot import bring_up_to_date
from cairn.people import wordings
from cairn.people.models import User, Wording
from cairn.people.wordings import Line, WordingError
from cairn.web import mended
from people.desks import Desks
from security.visitors import invited
from web.test_languages import own_words

GRANTS = Line("Grants")
AT = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = "/ug/~desk/wordings/"


@pytest.fixture(scope="module")
def at_work(django_db_setup, django_db_blocker):
    """A programme at work, and two who signed in: of the committee, and of the county."""
    with django_db_blocker.unblock(), transaction.atomic():
        desks = Desks.opened()
        desks.pen.now = datetime.now(UTC)
        bring_up_to_date(desks.programme)
        yield desks, [invited(desks, post, post).client for post in ("committee", "county")]
        transaction.set_rollback(True)


@pytest.fixture
def two(at_work, db):
    """Their browsers."""
    return at_work[1]


@pytest.fixture
def desks(at_work, db):
    """Where they are at work."""
    return at_work[0]


@pytest.fixture(autouse=True)
def _as_drafted():
    """What one test mended the next does not say."""
    yield
    mended._looked.clear()
    for language in (*mended.MENDABLE, "ky-arab"):
        translation.trans_real._translations.pop(language, None)


def of(desks, name="bek"):
    """The number of a user: made anew, for a test's own are gone after it."""
    return User.objects.get_or_create(sign_in_name=f"{name}@{desks.programme}")[0].pk


def key_of(line, language="ug"):
    from cairn.web.desk.wordings import _lines  # noqa: PLC0415 - needs Django started

    with translation.override(language):
        return next(one.key for one in _lines(language) if one.line == line)


def propose(client, wording, line=GRANTS, language="ug"):
    return client.post(
        f"/{language}/~desk/wordings/",
        {"do": "propose", "line": key_of(line, language), "wording": wording},
    )


def decide(client, do="take", language="ug"):
    number = Wording.objects.get(taken=None).pk
    return client.post(f"/{language}/~desk/wordings/", {"do": do, "number": number})


def test_what_one_proposes_and_another_approves_is_said_on_every_page(two, desks):
    bek, chen = two
    page = f"/ug/{desks.programme}/grants/"
    assert propose(bek, "ياردەملەر").status_code == 302
    assert "ياردەملەر" not in Client().get(page).content.decode()

    assert decide(chen).status_code == 302

    assert "<h1>ياردەملەر</h1>" in Client().get(page).content.decode()


def test_nobody_approves_what_they_proposed(two):
    bek, _chen = two
    propose(bek, "ياردەملەر")

    assert decide(bek).status_code == 422

    assert wordings.approved("ug") == {}


def test_the_database_itself_keeps_the_two_apart(two, desks):
    user = User.objects.get(pk=of(desks))
    one = Wording(language="ug", source="x", context="", form=0, wording="y")
    one.proposed_by, one.proposed_at = user, AT
    one.taken, one.decided_by, one.decided_at = True, user, AT

    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_whoever_proposed_it_may_drop_it_and_it_is_said_nowhere(two):
    bek, chen = two
    propose(bek, "ياردەملەر")

    assert decide(bek, "drop").status_code == 302

    assert wordings.approved("ug") == {}
    assert "ياردەملەر" not in chen.get(ADDRESS).content.decode()


def test_what_is_decided_is_decided_once(two, desks):
    _bek, chen = two
    made = wordings.propose(
        GRANTS, "ياردەملەر", language="ug", instead_of="x", by=of(desks), now=AT
    )
    wordings.decide(made.pk, take=False, by=of(desks, "chen"), now=AT)

    assert chen.post(ADDRESS, {"do": "take", "number": made.pk}).status_code == 422


@pytest.mark.parametrize(
    ("now_said", "proposed"),
    [
        ("{amount} {project} ئۈچۈن", "{amount} ئۈچۈن"),
        ("%(shown)s كۈن", "%(shown)d كۈن"),
        ("%(shown)s كۈن", "كۈن"),
        ("<b>%(policy)s</b> قائىدە", "%(policy)s قائىدە"),
        ("پۇل", "<script>پۇل</script>"),
        ("پۇل", 'پۇل" onclick="x'),
        ("پۇل", "پۇل &lt;"),
        ("پۇل", "100 % پۇل"),
        ("پۇل", "{0.__class__}"),
        ("پۇل", "پۇل \u202e"),
        ("پۇل", "پۇل\x00"),
        ("پۇل", " "),
        ("پۇل", "پ" * 2001),
        ("پۇل", "پۇل"),
    ],
)
def test_a_wording_that_would_break_a_page_is_refused(desks, now_said, proposed):
    with pytest.raises(WordingError):
        wordings.propose(GRANTS, proposed, language="ug", instead_of=now_said, by=of(desks), now=AT)


def test_a_form_that_was_refused_says_why_and_keeps_what_was_typed(two):
    answer = propose(two[0], "<i>ياردەم</i>")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;i&gt;ياردەم&lt;/i&gt;" in page
    assert 'role="alert"' in page


def test_kyrgyz_in_arabic_letters_follows_what_is_mended_in_cyrillic(two, desks):
    bek, chen = two
    propose(bek, "Жардам акчалар", language="ky")
    decide(chen, language="ky")

    page = Client().get(f"/ky-arab/{desks.programme}/grants/").content.decode()

    assert "جاردام اقچالار" in page
    assert bek.get("/ky-arab/~desk/wordings/?of=/ky-arab/p/")["Location"].startswith(
        "/ky/~desk/wordings/?of=%2Fky%2Fp%2F"
    )


def test_a_plural_form_and_a_line_with_a_context_are_mended_alone(two):
    bek, chen = two
    days = Line("%(shown)s day", form=1)
    propose(bek, "%(shown)s كۈنلەر", days)
    decide(chen)
    propose(bek, "ئوڭاي", Line("good", "condition"))
    decide(chen)

    mended.bring_up_to_date("ug", at_once=True)

    with translation.override("ug"):
        assert translation.ngettext("%(shown)s day", "%(shown)s days", 3) == "%(shown)s كۈنلەر"
        assert translation.ngettext("%(shown)s day", "%(shown)s days", 1) == "%(shown)s كۈن"
        assert translation.pgettext("condition", "good") == "ئوڭاي"


def test_a_page_shows_its_own_lines_and_a_word_finds_others(two, desks):
    bek, _chen = two
    here = bek.get(ADDRESS, {"of": f"/ug/{desks.programme}/grants/"}).content.decode()

    assert "Money promised by one sponsor for a stated purpose." in here
    assert "A photo or scan (JPEG" not in here
    assert "A photo or scan (JPEG" in bek.get(ADDRESS, {"q": "photo or scan"}).content.decode()


@pytest.mark.parametrize("of", ["/ug/~desk/account/", "/nowhere", "//evil.example/", "/api/docs"])
def test_only_pages_for_everybody_are_drawn_for_their_lines(two, of):
    answer = two[0].get(ADDRESS, {"of": of})

    assert answer.status_code == 200
    assert 'name="of"' not in answer.content.decode()


def test_languages_that_people_wrote_are_not_mended_here(two):
    page = two[0].get("/en/~desk/wordings/").content.decode()

    assert "/ug/~desk/wordings/" in page
    assert "<textarea" not in page


def test_what_was_approved_can_be_taken_into_the_catalogue(two):
    bek, chen = two
    propose(bek, "ياردەملەر")
    decide(chen)

    file = bek.get(ADDRESS, {"as": "po"}).content.decode()

    assert file == 'msgid "Grants"\nmsgstr "ياردەملەر"\n'


def test_one_user_s_proposals_do_not_pile_up(desks, monkeypatch):
    monkeypatch.setattr(wordings, "MOST_OPEN", 1)
    about = {"language": "ug", "instead_of": "x", "by": of(desks), "now": AT}
    wordings.propose(GRANTS, "ياردەملەر", **about)

    with pytest.raises(WordingError):
        wordings.propose(GRANTS, "ياردەم", **about)


@pytest.mark.parametrize("language", ["ug", "ky-arab"])
def test_the_desk_says_nothing_of_its_own_in_another_language(two, language):
    pages = ("", "account/", "factors/", "factors/app/", "factors/passkeys/add/", "password/")
    for path in (*pages, "sign-out/", "money/", "record/", "record/money.money-spent/"):
        page = two[1].get(f"/{language}/~desk/{path}").content.decode()
        said = own_words(page)
        words = {
            "Cairn",
            "CNY",
            "USD",
            "UTC",
            "English",
            "JavaScript",
            "JPEG",
            "PNG",
            "WebP",
            "PIN",
        }
        assert set(re.findall(r"[A-Za-z]{3,}", said)) <= words | {"county", "teams"}, path
        assert not re.search("[А-Яа-я]", said.replace("Кыргызча", "")), path


def test_without_a_sign_in_there_is_nothing_to_mend(db):
    assert Client().get(ADDRESS).status_code == 302
