"""Every published vector: proofs of transparency-dev/merkle, and Wycheproof's Ed25519."""

import json
from base64 import b64decode
from hashlib import sha256

from cairn.merkle.hashing import EMPTY_ROOT
from cairn.merkle.note import Verifier
from cairn.merkle.proof import (
    ConsistencyError,
    InclusionError,
    verify_consistency,
    verify_inclusion,
)
from shared_data import shared

FROM_NOTHING = "size1 is zero and size2 is not zero"
"""Refused by the vector and accepted by us: RFC 9162 has no algorithm for it, tlog-witness a rule.

Two more vectors refuse an old size of 0, and so do we: one has a proof, one another root.
"""


def vectors(folder):
    found = sorted(shared(f"data/vectors/merkle/{folder}").rglob("*.json"))
    return [(path, json.loads(path.read_text())) for path in found]


def root_in(text):
    """Where a vector's root is no hash but a word like “don't care 1”, a hash stands for it here."""
    decoded = b64decode(text)
    return sha256(decoded).digest() if decoded.startswith(b"don't") else decoded


def hashes(texts):
    return [b64decode(text) for text in texts or []]


def test_inclusion_proofs_right_and_wrong():
    cases = vectors("inclusion")

    assert len(cases) == 98
    for path, case in cases:
        refused = False
        try:
            verify_inclusion(
                leaf_hash=b64decode(case["leafHash"] or ""),
                index=case["leafIdx"],
                size=case["treeSize"],
                proof=hashes(case["proof"]),
                root=b64decode(case["root"] or ""),
            )
        except InclusionError:
            refused = True
        assert refused == case["wantErr"], path


def test_consistency_proofs_right_and_wrong():
    cases = vectors("consistency")
    otherwise = []

    assert len(cases) == 98
    for _, case in cases:
        refused = False
        try:
            verify_consistency(
                old=case["size1"],
                new=case["size2"],
                old_root=root_in(case["root1"]),
                new_root=root_in(case["root2"]),
                proof=hashes(case["proof"]),
            )
        except ConsistencyError:
            refused = True
        if refused != case["wantErr"]:
            otherwise.append(case["desc"])
    assert otherwise == [FROM_NOTHING]


def test_the_empty_tree_is_continued_by_any_without_a_proof():
    case = next(case for _, case in vectors("consistency") if case["desc"] == FROM_NOTHING)

    assert (case["size1"], case["proof"]) == (0, [])
    assert b64decode(case["root1"]) == EMPTY_ROOT


def test_signatures_right_and_wrong():
    groups = json.loads(shared("data/vectors/ed25519_test.json").read_text())["testGroups"]
    cases = [(group, case) for group in groups for case in group["tests"]]

    assert len(cases) == 151
    for group, case in cases:
        key = Verifier("wycheproof.example", bytes.fromhex(group["publicKey"]["pk"]))
        verified = key.verifies(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        assert verified == (case["result"] == "valid"), case["tcId"]
