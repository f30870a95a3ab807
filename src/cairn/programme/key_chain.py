"""Which key signs a log now, for whoever knows an earlier one and has the entries."""

from collections.abc import Iterable

from cairn.journal.fact import Fact
from cairn.merkle.note import Verifier, decode_base64
from cairn.programme.facts import LogKeyRotated, statement
from cairn.values import CairnError


class BrokenChainError(CairnError):
    """A change of keys that the key before it has not signed."""


def keys_after(first: Verifier, facts: Iterable[Fact], *, programme: str) -> list[Verifier]:
    """The key that is known and every one that took its place, the present one last.

    `facts` are a journal's, in order; those about other things are passed over. The newest
    checkpoint over them must be signed by the last: then it is one log from the first key on.
    Raises BrokenChainError.
    """
    found = [first]
    for fact in facts:
        if isinstance(fact, LogKeyRotated) and fact.old == str(found[-1]):
            old, new = found[-1], Verifier.parse(fact.new)
            text = statement(programme, new, old=old)
            if not (is_signed(old, fact.signed_by_old, text) and new.name == old.name):
                raise BrokenChainError(f"the change of keys to {new} is not signed by {old}")
            if not is_signed(new, fact.signed_by_new, text):
                raise BrokenChainError(f"the key {new} has not signed that it is one of this log")
            found.append(new)
    return found


def is_signed(key: Verifier, signature: str, text: bytes) -> bool:
    """Tell whether this key signed this text; the signature is in base64."""
    return key.verifies(text, decode_base64(signature, "the signature"))
