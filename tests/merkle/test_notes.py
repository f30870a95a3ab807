"""Signed notes, checkpoints and cosignatures: what is read, what is refused, who signed."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.merkle.checkpoint import (
    MAX_SIZE,
    Checkpoint,
    MalformedCheckpointError,
    UnknownLogError,
    open_checkpoint,
)
from cairn.merkle.cosignature import CosignatureVerifier, Cosigner, cosigned_at
from cairn.merkle.note import (
    MalformedBase64Error,
    MalformedError,
    MalformedKeyError,
    MalformedNoteError,
    Note,
    NotSignedError,
    SignatureError,
    Signer,
    Verifier,
)
from merkle.signers import COUNTY, LOG, cosigned, note_of

# The examples of the specifications, as they are printed there.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()
WITH_EMPTY_LINES = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
""".encode()
COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()

NAMES = st.text(min_size=1, max_size=20).filter(
    lambda name: (
        not any(c.isspace() or c == "+" or c < " " or "\ud800" <= c <= "\udfff" for c in name)
    )
)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(32)])
)
SEEDS = st.binary(min_size=32, max_size=32)


def test_the_example_of_the_specification_verifies():
    key = Verifier.parse(VKEY)
    note = Note.parse(EXAMPLE)

    [(signer, _)] = note.verify([key])
    assert signer == key
    assert note.text == b"This is an example message.\n"
    assert (key.name, key.id.hex(), str(key)) == ("example.com/foo", "530d903a", VKEY)
    assert bytes(note) == EXAMPLE


def test_the_text_ends_at_the_last_empty_line():
    note = Note.parse(WITH_EMPTY_LINES)

    assert note.text.endswith("sole:\n\ned è subito sera.\n".encode())
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]


def test_the_cosigned_checkpoint_of_the_specification_is_read():
    note = Note.parse(COSIGNED)
    checkpoint = Checkpoint.parse(note.text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert cosigned_at(note.signatures[1].value) == 1679315147
    assert bytes(note) == COSIGNED


@given(st.lists(TEXTS, min_size=1), NAMES, SEEDS)
def test_what_is_signed_is_read_and_verified(lines, name, seed):
    signer = Signer(name, seed)
    text = "".join(f"{line}\n" for line in lines).encode()

    note = Note(text, (signer.sign(text),))

    assert Note.parse(bytes(note)) == note
    assert note.verify([Verifier.parse(str(signer.verifier))]) == [
        (signer.verifier, note.signatures[0])
    ]
    assert Signer.parse(signer.reveal()) == signer


@given(st.data())
def test_no_bit_of_a_note_can_change(data):
    raw = bytearray(EXAMPLE)
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises((MalformedError, SignatureError, NotSignedError)):
        Note.parse(bytes(raw)).verify([Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        EXAMPLE[:-1],
        EXAMPLE + b"\n",
        EXAMPLE + b"more\n",
        EXAMPLE.replace(b"\n\n", b"\n"),
        EXAMPLE.replace(b"\n", b"\r\n"),
        EXAMPLE.replace(b" an ", b" a\tn "),
        EXAMPLE.replace(b" an ", b" a\x00n "),
        EXAMPLE.replace(b" an ", b" a\xffn "),
        EXAMPLE.replace(b"foo Uw", b"foo  Uw"),
        EXAMPLE.replace(b"foo Uw", b"foo\xc2\xa0Uw"),
        EXAMPLE.replace(b"foo Uw", b"f+o Uw"),
        EXAMPLE.replace(b"example.com/foo ", b" "),
        EXAMPLE.replace(b"example.com/foo ", b""),
        EXAMPLE.replace("— ".encode(), b"- "),
        EXAMPLE.replace("— ".encode(), "—".encode()),
        EXAMPLE.replace(b"aQM=", b"aQN="),
        EXAMPLE.replace(b"aQM=", b"aQM"),
        EXAMPLE.replace(b"aQM=\n", b"aQM= \n"),
        EXAMPLE.replace(b"aQM=\n", b"aQM==\n"),
        EXAMPLE.replace(b"OBH3mF", b"OBH3-F"),
        "text\n\n— name.example AAAAAA==\n".encode(),
        b"text\n\n" + "— name.example AAAAAAA=\n".encode() * 101,
        b"text" * 250_000 + EXAMPLE,
    ],
)
def test_a_note_that_is_written_otherwise_is_refused(raw):
    with pytest.raises((MalformedNoteError, MalformedBase64Error)):
        Note.parse(raw)


def test_signatures_of_unknown_keys_are_passed_over():
    key = Verifier.parse(VKEY)
    other = Signer("other.example", bytes(32))
    namesake = Signer("example.com/foo", bytes(32))
    text = Note.parse(EXAMPLE).text
    note = Note.parse(EXAMPLE).with_signatures(other.sign(text), namesake.sign(text))

    assert [signer for signer, _ in note.verify([key])] == [key]
    assert len(note.verify([key, other.verifier, namesake.verifier])) == 3
    with pytest.raises(NotSignedError, match="is by third.example"):
        note.verify([Signer("third.example", bytes(32)).verifier])
    with pytest.raises(NotSignedError, match="is by no key"):
        note.verify([])


def test_one_wrong_signature_of_a_known_key_spoils_the_note():
    other = Signer("other.example", bytes(32))
    note = Note.parse(EXAMPLE).with_signatures(other.sign(b"another text\n"))

    with pytest.raises(SignatureError, match="the signature of other.example is not by"):
        note.verify([Verifier.parse(VKEY), other.verifier])


def test_only_whole_texts_are_signed():
    for text in (b"", b"no newline", b"tab\t\n", b"\xff\n"):
        with pytest.raises(MalformedNoteError):
            LOG.sign(text)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        VKEY[:-4],
        VKEY + "\n",
        " " + VKEY,
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("foo", "fo o"),
        VKEY.replace("foo", "bar"),
        VKEY.replace("example.com/foo", ""),
        VKEY.replace("+Ae", "+Be"),
        VKEY.replace("U2k", "U2l"),
        str(COUNTY.verifier),
    ],
)
def test_a_key_that_is_written_otherwise_is_refused(vkey):
    with pytest.raises((MalformedKeyError, MalformedBase64Error)):
        Verifier.parse(vkey)


def test_a_secret_is_never_shown():
    secret = LOG.reveal()
    material = secret.rpartition("+")[2]

    assert material not in f"{LOG!r} {LOG}"
    for wrong in (secret[:-1], secret[1:], secret.replace("+", ""), material, secret + "\n"):
        with pytest.raises(MalformedError) as caught:
            Signer.parse(wrong)
        assert material[:8] not in str(caught.value)
    with pytest.raises(MalformedKeyError):
        Cosigner.parse(secret)


CHECKPOINT = Checkpoint("example.com/log", 7, bytes(range(32)))


@given(
    st.builds(
        Checkpoint,
        TEXTS.filter(bool),
        st.integers(0, MAX_SIZE),
        st.binary(min_size=32, max_size=32),
        st.lists(TEXTS.filter(bool), max_size=2).map(tuple),
    )
)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint):
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"log\n7", b"log\n07"),
        (b"log\n7", b"log\n+7"),
        (b"log\n7", b"log\n-7"),
        (b"log\n7", b"log\n 7"),
        (b"log\n7", b"log\n7 "),
        (b"log\n7", b"log\n"),
        (b"log\n7", "log\n٧".encode()),
        (b"log\n7", b"log\n9223372036854775808"),
        (b"log\n7", b"log\n" + b"9" * 5000),
        (b"example.com/log", b""),
        (b"=\n", b"=\n\n"),
        (b"=\n", b"=\n\nextension\n"),
        (b"=\n", b"="),
        (b"=\n", b"\n"),
        (b"=\n", b"=="),
        (b"=\n", b"=\nextension"),
        (b"AAEC", b"AAE"),
        (b"AAEC", b""),
        (b"log", b"\xff"),
    ],
)
def test_a_checkpoint_that_is_written_otherwise_is_refused(old, new):
    assert old in CHECKPOINT.text

    with pytest.raises((MalformedCheckpointError, MalformedBase64Error)):
        Checkpoint.parse(CHECKPOINT.text.replace(old, new))


def test_a_checkpoint_cannot_be_made_that_could_not_be_read():
    for wrong in (
        {"origin": ""},
        {"origin": "a\nb"},
        {"size": -1},
        {"size": MAX_SIZE + 1},
        {"root": bytes(31)},
        {"extensions": ("",)},
    ):
        with pytest.raises(MalformedCheckpointError):
            Checkpoint(**{"origin": "log.example", "size": 1, "root": bytes(32)} | wrong)


def test_a_checkpoint_is_opened_with_a_key_of_its_own_log_only():
    note = note_of(CHECKPOINT, LOG)
    impostor = Signer("elsewhere.example", bytes(32))

    assert open_checkpoint(note, [LOG.verifier, impostor.verifier]) == CHECKPOINT
    with pytest.raises(UnknownLogError, match="‘example.com/log’, of which no key is known"):
        open_checkpoint(note_of(CHECKPOINT, impostor), [impostor.verifier])
    with pytest.raises(NotSignedError):
        open_checkpoint(note_of(CHECKPOINT, impostor), [LOG.verifier, impostor.verifier])


def test_a_rotated_log_is_opened_with_either_key():
    new = Signer(LOG.name, b"n" * 32)
    note = note_of(CHECKPOINT, LOG, new)

    for keys in ([LOG.verifier], [new.verifier], [LOG.verifier, new.verifier]):
        assert open_checkpoint(note, keys) == CHECKPOINT


def test_a_cosignature_says_when():
    note = cosigned(CHECKPOINT, COUNTY, at=1_679_315_147)

    [(key, signature)] = note.verify([COUNTY.verifier])
    assert key == COUNTY.verifier
    assert cosigned_at(signature.value) == 1_679_315_147
    assert CosignatureVerifier.parse(str(key)) == key
    assert Cosigner.parse(COUNTY.reveal()) == COUNTY


@given(st.data())
def test_no_bit_of_a_cosignature_can_change(data):
    value = bytearray(COUNTY.cosign(CHECKPOINT, at=1_679_315_147).value)
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    value[bit // 8] ^= 1 << bit % 8

    assert not COUNTY.verifier.verifies(CHECKPOINT.text, bytes(value))


@given(st.binary(max_size=80))
def test_no_other_bytes_are_a_cosignature(value):
    assert not COUNTY.verifier.verifies(CHECKPOINT.text, value)


def test_a_cosignature_is_of_a_time_that_there_is():
    for at in (0, -1, 2**63):
        with pytest.raises(ValueError, match="cannot be of time"):
            COUNTY.cosign(CHECKPOINT, at=at)


def test_a_witness_key_never_passes_as_a_log_key():
    """Same name, same bytes: the message and the id differ by type."""
    log = Signer(COUNTY.name, COUNTY.seed)
    value = log.sign(CHECKPOINT.text).value

    assert log.verifier.id != COUNTY.verifier.id
    assert not COUNTY.verifier.verifies(CHECKPOINT.text, value)
    assert not log.verifier.verifies(CHECKPOINT.text, COUNTY.cosign(CHECKPOINT, at=1).value)


@given(st.binary(min_size=1, max_size=40), st.data())
def test_bytes_have_one_way_to_be_written_in_base64(raw, data):
    text = b64encode(raw).decode()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("AB/+=-_ \n")) + text[at + 1 :]
    assume(changed != text)
    line = "text\n\n— name.example {}\n"

    try:
        same = Note.parse(line.format(changed).encode())
    except (MalformedNoteError, MalformedBase64Error):
        return
    assert same.signatures[0].key_id + same.signatures[0].value != raw
    assert b64encode(b64decode(changed)).decode() == changed
