"""Writers killed at any moment: nothing acknowledged is lost, and what is there is whole.

Each round forks a writer, kills it and looks at everything. A round's choices follow from its seed;
where it dies by the clock rather than by a count, the moment is as near as a machine can repeat it.
"""

import random

import pytest

from faults.conftest import ROUNDS, SEED
from faults.forks import Forks, Told

ROUNDS_PER_PROGRAMME = 5
KILLED = -9


def plan(random_):
    """How a writer of this round dies: by the clock, before a statement, or before it answers."""
    match random_.choice(["moment", "moment", "statement", "answer"]):
        case "moment":
            return {"kill_after": random_.uniform(0.005, 0.12)}
        case "statement":
            return {"statement": random_.randint(1, 90)}
        case _:
            return {"answer": random_.randint(1, 6)}


@pytest.mark.parametrize("batched", [False, True], ids=["one by one", "in batches"])
def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(forks, batched):
    told, deaths = Told(), 0
    for number in range(ROUNDS):
        random_ = random.Random(f"{SEED}/{batched}/{number}")  # noqa: S311 - to be the same again
        if number % ROUNDS_PER_PROGRAMME == 0:
            programme, told = f"round-{number}", Told()
        how = plan(random_)
        round_ = f"FAULT_SEED={SEED}, round {number} of {ROUNDS}: {how}"
        # It sends again some that it has receipts for, as a client does that is not sure.
        start = max(0, len({position for position, *_rest in told.receipts}) - 3)
        seen = len(told.receipts)

        forks.begin("write", programme=programme, seed=number, start=start, until=start + 180,
                    batched=batched, **how)  # fmt: skip
        forks.rest(told)
        deaths += told.ended == KILLED

        assert told.ended in {0, KILLED}, round_
        positions = [position for position, *_rest in told.receipts[seen:]]
        assert positions == list(range(start + 1, start + 1 + len(positions))), round_
        found = forks.ask("check", programme=programme, receipts=told.receipts)
        assert found["wrong"] == [], round_
        assert found["position"] >= len({position for position, *_rest in told.receipts}), round_
    assert deaths > ROUNDS // 2, "writers that nobody killed prove nothing"


def test_a_server_killed_under_load_loses_nothing_that_it_acknowledged(servers, tmp_path):
    told = Told()
    with servers.primary("killed") as server, Forks(tmp_path, server.url()) as forks:
        forks.ask("migrate")
        for number in range(max(3, ROUNDS // 20)):
            random_ = random.Random(f"{SEED}/server/{number}")  # noqa: S311 - likewise
            start = len({position for position, *_rest in told.receipts})
            limit = start + random_.randint(10, 300)
            forks.begin("write_until_it_fails", programme="teams", start=start, batched=number % 2)
            for said in forks.lines():
                if "leaf" in said:
                    told.receipts.append((said["position"], said["id"], said["leaf"]))
                    if said["position"] == limit:
                        server.kill()
                else:
                    told.answer |= said
            assert told.answer["ended"] == 0
            assert told.answer["failed"], told.answer["error"]

            server.start()

            found = forks.ask("check", programme="teams", receipts=told.receipts)
            assert found["wrong"] == [], f"FAULT_SEED={SEED}, round {number}"


def test_a_signer_killed_at_any_moment_leaves_a_log_that_can_be_signed_on(forks):
    signed = deaths = 0
    for number in range(max(20, ROUNDS // 4)):
        random_ = random.Random(f"{SEED}/signer/{number}")  # noqa: S311 - likewise
        start = number * 37
        forks.ask("write", programme="teams", seed=number, start=start, until=start + 37,
                  batched=True)  # fmt: skip

        told = forks.run("sign", programme="teams", sync=random_.randint(1, 8))
        deaths += told.ended == KILLED

        held = forks.ask("hold", programme="teams")
        round_ = f"FAULT_SEED={SEED}, round {number}"
        assert held["contradiction"] == "", round_
        assert held["size"] >= signed, round_
        signed = max(held["size"], told.answer.get("signed", 0))
        if number % 3 == 0:
            assert forks.ask("sign", programme="teams")["signed"] == held["position"], round_
            signed = held["position"]
    assert deaths > number // 2
