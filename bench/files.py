"""The made-up movements as files: for `cairn trace`, and as journals of ledger, hledger, beancount.

In the journals a send stands in an account of its own until it is confirmed or voided, and a
reversal is the opposite of the transaction it names and of all that refers to it. None of the three
can say which grant a payment came from, so grants are left to them as where money comes from.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from bench.made import (
    CONFIRM,
    FIRST_DAY,
    GRANTS,
    KINDS,
    PROJECTS,
    RECEIVE,
    REVERSE,
    SEND,
    SPEND,
    VOID,
    Made,
    account_names,
    folder,
    made,
)

CURRENCY = "CNY"

Posting = tuple[str, int]


def written(name: str, size: int, seed: int, write: Callable[[Made, Path], None]) -> Path:
    """Answer the file of that ending, written if it is not there yet; the temp folder keeps it."""
    path = folder() / f"programme-{size}-{seed}.{name}"
    if not path.exists():
        unfinished = path.with_suffix(f".unfinished.{name}")
        write(made("programme", size, seed), unfinished)
        unfinished.rename(path)
    return path


def write_csv(movements: Made, path: Path) -> None:
    minor = pl.col("amount")
    decimal = pl.format("{}.{}", minor // 100, (minor % 100).cast(pl.String).str.zfill(2))
    _as_text(movements).with_columns(
        amount=pl.when(minor > 0).then(decimal), date=pl.col("date").cast(pl.String)
    ).write_csv(path)


def write_parquet(movements: Made, path: Path) -> None:
    minor = pl.col("amount")
    # Through Arrow, as an export of Cairn would be, with amounts as exact decimals.
    cents = pl.when(minor > 0).then(minor.cast(pl.Decimal(38, 2)) / 100)
    table = _as_text(movements).with_columns(amount=cents.cast(pl.Decimal(18, 2)))
    pq.write_table(table.to_arrow(compat_level=pl.CompatLevel.oldest()), path)


def _as_text(movements: Made) -> pl.DataFrame:
    accounts = np.array(account_names())
    names = [f"project-{number}" for number in range(PROJECTS)]
    projects, grants = np.array(names), np.array([f"grant-{number}" for number in range(GRANTS)])
    spends = movements.kind == SPEND
    number = pl.Series("number", np.arange(len(movements)))
    target = _named(np.where(spends, -1, movements.target), accounts)
    project = _named(np.where(spends, movements.target, -1), projects)
    return pl.DataFrame(
        {
            "id": pl.select(pl.format("m{}", number)).to_series(),
            "kind": _named(movements.kind, np.array(KINDS)),
            "date": FIRST_DAY + movements.day,
            "from": _named(movements.source, accounts),
            "to": pl.select(pl.coalesce(target, project)).to_series(),
            "amount": movements.amount,
            "currency": pl.select(pl.when(number >= 0).then(pl.lit(CURRENCY))).to_series(),
            "grant": _named(movements.grant, grants),
            "of": pl.select(
                pl.when(pl.Series(movements.of) >= 0).then(
                    pl.format("m{}", pl.Series(movements.of))
                )
            ).to_series(),
        }
    )


def _named(numbers: np.ndarray, names: np.ndarray) -> pl.Series:
    number = pl.Series(numbers.astype(np.int32))
    return pl.Series(names).gather(number.replace(-1, None))


def write_journal(movements: Made, path: Path) -> None:
    """Write what ledger and hledger read."""
    with path.open("w") as file:
        for number, date, postings in _transactions(movements):
            file.write(f"{date} m{number}\n")
            file.writelines(
                f"    {account}  {minor // 100}.{minor % 100:02} {CURRENCY}\n"
                if minor >= 0
                else f"    {account}  -{-minor // 100}.{-minor % 100:02} {CURRENCY}\n"
                for account, minor in postings
            )
            file.write("\n")


def write_beancount(movements: Made, path: Path) -> None:
    with path.open("w") as file:
        for account in _journal_accounts():
            file.write(f"{FIRST_DAY} open {account}\n")
        for number, date, postings in _transactions(movements):
            file.write(f'{date} * "m{number}"\n')
            file.writelines(
                f"  {account} {'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"
                f" {CURRENCY}\n"
                for account, minor in postings
            )
            file.write("\n")


def _transactions(movements: Made) -> Iterator[tuple[int, str, list[Posting]]]:
    """Answer number, date and postings of every movement, in order."""
    dates = (FIRST_DAY + np.arange(movements.day.max() + 1)).astype(str)
    standing, transit = _account_names("Assets:Standing"), _account_names("Assets:Transit")
    left: dict[int, int] = {}
    refers: dict[int, list[int]] = {}
    told: dict[int, tuple[Posting, Posting]] = {}
    reversible = set(movements.of[movements.kind == REVERSE].tolist())
    columns = (
        getattr(movements, name).tolist()
        for name in ("kind", "day", "source", "target", "amount", "grant", "of")
    )
    for number, (kind, day, source, target, amount, grant, of) in enumerate(
        zip(*columns, strict=True)
    ):
        if kind == REVERSE:
            gone = [told[each] for each in (of, *refers.get(of, ()))]
            postings = [(account, -minor) for pair in gone for account, minor in pair]
            yield number, dates[day], postings
            continue
        if kind == RECEIVE:
            giving, taking = f"Income:Grant{grant}", standing[target]
        elif kind == SPEND:
            giving, taking = standing[source], f"Expenses:Project{target}"
        elif kind == SEND:
            giving, taking = standing[source], transit[target]
            left[number] = amount
        elif kind in {CONFIRM, VOID}:
            amount = amount or left[of]  # noqa: PLW2901 - a void has none of its own: it takes all
            left[of] -= amount
            refers.setdefault(of, []).append(number)
            sender, receiver = int(movements.source[of]), int(movements.target[of])
            giving, taking = transit[receiver], standing[receiver if kind == CONFIRM else sender]
        else:
            giving, taking = standing[source], standing[target]
        pair = (taking, amount), (giving, -amount)
        if number in reversible or of in reversible:
            told[number] = pair
        yield number, dates[day], list(pair)


def _account_names(above: str) -> list[str]:
    names = [":".join(part.capitalize() for part in name.split("-")) for name in account_names()]
    return [f"{above}:{name}" for name in names]


def _journal_accounts() -> list[str]:
    return [
        *_account_names("Assets:Standing"),
        *_account_names("Assets:Transit"),
        *(f"Income:Grant{number}" for number in range(GRANTS)),
        *(f"Expenses:Project{number}" for number in range(PROJECTS)),
    ]
