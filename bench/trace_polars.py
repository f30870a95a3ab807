"""Plain fifo on a tree by Polars: the real opponent, since there it takes no loop.

Under fifo the x-th unit out of an account is the x-th unit that came in. Lay all accounts of one
depth end to end on one line of money: an arrival covers an interval of that line and so does a
payment, both by prefix sums, and where they overlap the payment carries the arrival's grant. As-of
joins of the merged interval starts answer that for a whole depth; what moves down by it arrives in
the next. It needs a tree without returns, nothing named and nobody overspending.

Tried and slower: forward fills over the sorted starts (1.2 times as long), the lazy engine.
"""

import numpy as np
import polars as pl
from bench.made import MOVE, RECEIVE, SPEND, TREE, Made

COLUMNS = ["account", "movement", "grant", "amount"]


def frame(movements: Made) -> pl.DataFrame:
    """The same columns as Polars holds them."""
    return pl.DataFrame(
        {
            "movement": np.arange(len(movements)),
            "kind": movements.kind,
            "source": movements.source,
            "target": movements.target,
            "amount": movements.amount,
            "grant": movements.grant,
        }
    )


def trace(movements: pl.DataFrame) -> pl.DataFrame:
    """Answer movement, grant, amount: what each move and spend carried."""
    received = movements.filter(pl.col("kind") == RECEIVE)
    received = received.rename({"target": "account"}).select(COLUMNS)
    paid = movements.filter(pl.col("kind").is_in([MOVE, SPEND])).sort("source", maintain_order=True)
    attributed = []
    arrivals = received.clear()
    for depth in range(4):
        first, last = _accounts_at(depth)
        arrivals = pl.concat(
            [received.filter(pl.col("account").is_between(first, last)), arrivals]
        ).sort("account", "movement", maintain_order=True)
        rows = _overlaps(arrivals, paid.filter(pl.col("source").is_between(first, last)))
        attributed.append(rows.select("movement", "grant", "amount"))
        moved = rows.filter(pl.col("kind") == MOVE).rename({"target": "account"})
        arrivals = moved.select(COLUMNS)
    return pl.concat(attributed)


def _overlaps(arrivals: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    end = pl.col("amount").cum_sum()
    arrivals = arrivals.with_columns(start=end - pl.col("amount"))
    # An account's payments begin where its arrivals do.
    begins = arrivals.group_by("account").agg(begins=pl.col("start").first())
    payments = payments.with_columns(start=end - pl.col("amount")).join(
        begins, left_on="source", right_on="account", maintain_order="left"
    )
    shift = pl.col("begins") - pl.col("start").first().over("source")
    payments = payments.select(
        "movement",
        "kind",
        "target",
        start=pl.col("start") + shift,
        until=pl.col("start") + shift + pl.col("amount"),
    )
    upto = pl.min_horizontal(pl.col("start").shift(-1), pl.col("until"))
    return (
        arrivals.select("start")
        .merge_sorted(payments.select("start"), "start")
        .set_sorted("start")
        .join_asof(arrivals.select("start", "grant").set_sorted("start"), on="start")
        .join_asof(payments.set_sorted("start"), on="start")
        .with_columns(amount=upto - pl.col("start"))
        .filter(pl.col("amount") > 0)
    )


def _accounts_at(depth: int) -> tuple[int, int]:
    accounts = np.flatnonzero(TREE.level == depth)
    return int(accounts[0]), int(accounts[-1])
