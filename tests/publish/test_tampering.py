"""A record that was tampered with is noticed, and the first thing wrong is named: see forging.py."""

from random import Random

import pytest

from cairn.merkle.note import Note
from cairn.verify.files import Memory
from cairn.verify.record import Trusted, verify
from cairn.verify.wrong import WrongError
from publish.conftest import SIZE
from publish.forging import (
    FORGERS,
    another_key,
    rolled_back,
    the_true_key,
    the_true_key_and_numbers,
)

pytestmark = pytest.mark.django_db  # without it no test database is made for the record

SOME = 6


def trusted(kept, needs):
    key = (kept.signer.verifier,)
    return {
        "": Trusted(),
        "key": Trusted(key),
        "since": Trusted(key, since=kept.since),
        "newest": Trusted(key, since=Note.parse(kept.files["checkpoint"])),
        "witness": Trusted(policy=kept.policy),
    }[needs]


def forgery(kept, forger, seed):
    """The same one for a seed, in `pytest -k` as in CI."""
    return forger(Random(seed), kept)  # noqa: S311 - a test must be able to run again


def caught(kept, forger, seed):
    forged = forgery(kept, forger, seed)
    told = f"{forger.__name__}, seed {seed}: {forged.how}"

    assert forged.files != kept.files, told
    found = first_wrong(forged.files, trusted(kept, forged.needs))
    assert found, f"{told} was not noticed"
    assert found.where in forged.where, f"{told}; {found}"


def first_wrong(files, trusted):
    try:
        verify(Memory(files), trusted)
    except WrongError as error:
        return error
    return None


def test_the_record_itself_holds_whatever_is_asked(record):
    for needs in ("", "key", "since", "newest", "witness"):
        found = verify(Memory(record.files), trusted(record, needs))

        assert found.checkpoint.size == SIZE


@pytest.mark.parametrize("forger", [forger for _count, forger in FORGERS])
def test_some_mutations_of_each_forger_are_caught_and_named(record, forger):
    for seed in range(SOME):
        caught(record, forger, seed)


@pytest.mark.long
@pytest.mark.parametrize(("count", "forger"), FORGERS)
def test_every_mutation_is_caught_and_named(record, count, forger):
    for seed in range(SOME, SOME + count):
        caught(record, forger, seed)


@pytest.mark.parametrize(
    "forger", [another_key, the_true_key, the_true_key_and_numbers, rolled_back]
)
def test_what_needs_a_key_a_checkpoint_or_a_witness_passes_without(record, forger):
    forged = forgery(record, forger, 1)

    assert verify(Memory(forged.files), Trusted())
