"""Plain fifo on a tree by DuckDB: the same prefix sums and as-of joins as trace_polars.py, in SQL.

Sums are cast back to 64 bits at once: DuckDB's are 128 wide, and joins on those take longer.
"""

import duckdb
import numpy as np
from bench.made import MOVE, RECEIVE, SPEND, TREE, Made

# Every account's money is a line of its own here: DuckDB partitions its as-of join by account.
DEPTH = """
    create or replace temp table arrivals as
        select account, movement, piece, grant_, (sum(amount) over line)::bigint - amount as start
        from (
            select target as account, movement, 0 as piece, grant_, amount
            from movements where kind = {receive} and target between {first} and {last}
            union all
            select target, movement, start, grant_, amount
            from attributed where kind = {move} and target between {first} and {last}
        )
        window line as (partition by account order by movement, piece
                        rows unbounded preceding);
    create or replace temp table payments as
        select source as account, movement, kind, target,
               (sum(amount) over line)::bigint - amount as start,
               (sum(amount) over line)::bigint as until
        from movements
        where kind in ({move}, {spend}) and source between {first} and {last}
        window line as (partition by source order by movement rows unbounded preceding);
    create or replace temp table starts as
        select account, start, lead(start) over (partition by account order by start) as next
        from (select account, start from arrivals union all select account, start from payments);
    insert into attributed
        select movement, kind, target, start, grant_, amount
        from (
            select p.movement, p.kind, p.target, s.start, a.grant_,
                   least(s.next, p.until) - s.start as amount
            from starts s
            asof join arrivals a on a.account = s.account and a.start <= s.start
            asof join payments p on p.account = s.account and p.start <= s.start
        )
        where amount > 0;
"""


class TraceInDuckDB:
    """A database in memory that holds the movements, so that reading them in is not timed."""

    def __init__(self, movements: Made) -> None:
        self._db = duckdb.connect()
        columns = {
            "movement": np.arange(len(movements)),
            "kind": movements.kind,
            "source": movements.source,
            "target": movements.target,
            "amount": movements.amount,
            "grant_": movements.grant,
        }
        self._db.register("columns", columns)
        self._db.execute("create table movements as select * from columns")

    def trace(self) -> None:
        """Make the table `attributed` anew."""
        self._db.execute(
            "create or replace temp table attributed (movement bigint, kind utinyint,"
            " target int, start bigint, grant_ int, amount bigint)"
        )
        for depth in range(4):
            accounts = np.flatnonzero(TREE.level == depth)
            self._db.execute(
                DEPTH.format(
                    receive=RECEIVE, move=MOVE, spend=SPEND, first=accounts[0], last=accounts[-1]
                )
            )

    def rows(self) -> dict[str, np.ndarray]:
        return self._db.execute(
            "select movement, grant_ as grant, amount from attributed"
        ).fetchnumpy()
