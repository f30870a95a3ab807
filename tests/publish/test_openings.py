"""What is sealed and opened in a record is held against its entries, and gone when it is shredded."""

import json
from types import SimpleNamespace

import pytest
from django.db import transaction

from cairn.journal import files, keys, sealing
from cairn.journal.codec import canonical
from cairn.journal.facts import PartShredded
from cairn.journal.heads import entries
from cairn.journal.log import Log
from cairn.money.facts import PaymentEvidenced
from cairn.money.models import Evidence
from cairn.publish.record import Drawn, publish
from cairn.values import Text
from cairn.verify.files import Memory
from cairn.verify.record import Trusted, verify
from cairn.verify.wrong import WrongError
from cast import Pen, a_picture, assemble
from pdfs import a_pdf
from publish.conftest import files_in
from publish.few_pages import few_pages_of
from publish.forging import mended
from told import tell_a_year

FILE = "sealed/000000.json"


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """A year's record with every page, published once; where it is evidenced, and by which photo."""
    with django_db_blocker.unblock(), transaction.atomic():
        pen = Pen.opened()
        assemble(pen)
        content = publishing(pen, tmp_path_factory.mktemp("whole"))()
        positions = {entry.position for entry in evidenced(pen)}
        photo = files.keep(pen.programme, a_picture("teal"))
        transaction.set_rollback(True)
    return SimpleNamespace(
        programme=pen.programme, content=content, positions=positions, photo=photo
    )


@pytest.fixture(scope="module")
def documented(django_db_setup, django_db_blocker, tmp_path_factory):
    """The same, published once more after a PDF came: its content, and where that is in the record."""
    with django_db_blocker.unblock(), transaction.atomic():
        pen = Pen.opened()
        assemble(pen)
        publish_all = publishing(pen, tmp_path_factory.mktemp("documented"))
        publish_all()
        file = a_document(pen)
        content, document = publish_all(), files.path_of(pen.programme, file).read_bytes()
        transaction.set_rollback(True)
    path = f"files/{pen.programme}/{file}"
    return SimpleNamespace(programme=pen.programme, content=content, document=document, path=path)


@pytest.fixture
def published(cast, tmp_path, monkeypatch):
    """Publish every page, as often as a test asks, and answer what is in the folder then."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    return publishing(cast, tmp_path)


@pytest.fixture
def published_in_part(cast, tmp_path, monkeypatch):
    """The same with the few pages that are verified."""
    monkeypatch.setattr(sealing, "after_erasing", lambda _programme: None)
    return publishing(cast, tmp_path, few_pages_of)


def publishing(pen, folder, *draw):
    tell_a_year(pen)
    keys.make(pen.programme, origin=f"example.org/{pen.programme}")
    signer = keys.signer_of(pen.programme)

    def again():
        publish(
            pen.programme,
            folder / "out",
            sign=lambda: Log(pen.programme).sign(signer),
            drawn=Drawn(*draw),
        )
        return files_in(folder / "out")

    return again


def evidenced(cast):
    return [e for e in entries(cast.programme) if e.kind == PaymentEvidenced.kind]


def holds(content):
    return verify(Memory(content), Trusted())


def opened(content):
    return json.loads(content[FILE])


def test_openings_and_pictures_are_published_and_verify(whole):
    content, picture = whole.content, f"files/{whole.programme}/{whole.photo}.jpg"

    assert holds(content)
    assert {int(position) for position in opened(content)} == whole.positions
    assert picture in content
    page = content[f"en/{whole.programme}/projects/qarasu-well/index.html"].decode()
    assert f'src="../../../../{picture}"' in page


def test_a_pdf_is_published_and_verifies_beside_pictures(documented):
    content = documented.content

    assert holds(content)
    path = f"{documented.path}.pdf"
    assert content[path] == documented.document
    page = content[f"en/{documented.programme}/projects/qarasu-well/index.html"].decode()
    assert f'<a href="../../../../{path}" download>document (PDF, 1 kB)</a>' in page
    assert f'src="../../../../{path}"' not in page


@pytest.mark.parametrize("how", ["missing", "as a picture", "twice"])
def test_a_pdf_is_called_after_what_it_is(documented, how):
    content = dict(documented.content)
    pdf, jpg = (f"{documented.path}{suffix}" for suffix in (".pdf", ".jpg"))
    if how != "missing":
        content[jpg] = content[pdf]
    if how != "twice":
        del content[pdf]

    with pytest.raises(WrongError, match=r"file|SHA-256"):
        holds(mended(content))


def a_document(cast):
    """A PDF that shows the first payment which has evidence; its id."""
    movement = Evidence.objects.filter(programme=cast.programme).first().movement
    file = files.keep(cast.programme, a_pdf())
    cast.record(PaymentEvidenced(movement=movement, sha256=file, caption=Text(en="The invoice")))
    return file


def test_what_is_shredded_is_in_no_published_file_any_more(
    cast, published, django_capture_on_commit_callbacks
):
    before = published()
    one = next(
        entry
        for entry in evidenced(cast)
        if sealing.answers_of(cast.programme, [str(entry.id)])[str(entry.id)]["caption"]["en"]
        == "The pump, teal"
    )
    photo = files.keep(cast.programme, a_picture("teal"))
    salts = [
        part.salt
        for part in sealing.parts_at(cast.programme, [one.position])[one.position].values()
    ]
    with django_capture_on_commit_callbacks(execute=True):
        for field in ("caption", "sha256"):
            cast.record(PartShredded(entry=str(one.id), field=field, reason="It named somebody"))

    after = published()

    assert holds(after)
    assert after.keys() < before.keys() | after.keys()
    for needle in (b"The pump, teal", photo.encode(), *(salt.hex().encode() for salt in salts)):
        assert any(needle in path.encode() or needle in raw for path, raw in before.items())
        assert not any(needle in path.encode() or needle in raw for path, raw in after.items())
    assert any(b"[erased]" in raw for path, raw in after.items() if path.startswith("en/"))


def test_a_record_without_any_money_verifies_too(pen, tmp_path):
    keys.make(pen.programme, origin=f"example.org/{pen.programme}")
    signer = keys.signer_of(pen.programme)

    publish(pen.programme, tmp_path / "out", sign=lambda: Log(pen.programme).sign(signer))

    assert holds(files_in(tmp_path / "out")).checkpoint.size == 1


def dropped(found, position):
    del found[position]["caption"]


def another_answer(found, position):
    found[position]["caption"]["value"] = {"en": "Something else"}


def another_salt(found, position):
    found[position]["caption"]["salt"] = "00" * 32


def one_more(found, position):
    found[position]["movement"] = found[position]["caption"]


def another_entry(found, position):
    found["1"] = found[position]


def another_bundle(found, position):
    found["9999"] = found.pop(position)


def no_salt(found, position):
    found[position]["caption"]["salt"] = "short"


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (dropped, "no fact says that it was erased"),
        (another_answer, "is not what the entry commits to"),
        (another_salt, "is not what the entry commits to"),
        (one_more, "to which the entry does not commit"),
        (another_entry, "commits to nothing"),
        (another_bundle, "of another bundle"),
        (no_salt, "opens nothing"),
    ],
)
def test_a_forged_opening_is_named(whole, forge, says):
    found = opened(whole.content)
    position = next(iter(found))
    forge(found, position)

    with pytest.raises(WrongError, match=says) as wrong:
        holds(mended(whole.content | {FILE: canonical(found)}))

    assert wrong.value.where == FILE


def test_an_answer_that_was_erased_cannot_be_opened_again(cast, published_in_part):
    before = published_in_part()
    one = evidenced(cast)[0]
    cast.record(PartShredded(entry=str(one.id), field="caption", reason="It named somebody"))
    after = published_in_part()

    with pytest.raises(WrongError, match="was erased, as a fact says, and is opened here"):
        holds(mended(after | {FILE: before[FILE]}))


@pytest.mark.parametrize("how", ["missing", "another", "one more"])
def test_a_picture_is_the_one_that_was_named(whole, how):
    content = dict(whole.content)
    path = next(path for path in content if path.startswith("files/"))
    if how == "missing":
        del content[path]
    elif how == "another":
        content[path] = b"another"
    else:
        content[path.replace(path[-10:-4], "000000")] = content[path]

    with pytest.raises(WrongError, match=r"file|SHA-256"):
        holds(mended(content))
