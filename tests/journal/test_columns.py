"""Rows written and read past Django's queries are those that Django writes and reads."""

from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from cairn.catalog import journal
from cairn.journal.columns import IN_ONE_QUERY, Columns, in_chunks
from cairn.journal.models import Entry, Head
from cairn.journal.spread import WhoseError
from cairn.money.projections import Account, Movement
from cairn.people.models import Appointment, DeviceToken, Recording, User
from cairn.programme.projections import Programme
from cast import DAY, named


def values(row):
    return {field.attname: getattr(row, field.attname) for field in Columns.of(type(row)).fields}


@pytest.mark.parametrize("table", journal.tables.values(), ids=journal.tables)
def test_rows_are_read_as_a_query_reads_them(cast, table):
    expected = list(table.objects.filter(programme=cast.programme).order_by("id"))

    found = Columns.of(table).find(cast.programme, [row.id for row in expected])

    assert sorted(found, key=lambda row: row.id) == expected
    found = Columns.of(table).find(cast.programme, [row.id for row in expected])
    assert sorted(map(values, found), key=str) == sorted(map(values, expected), key=str)


@pytest.mark.parametrize("table", journal.tables.values(), ids=journal.tables)
def test_a_row_is_made_as_django_makes_it(cast, table):
    names = [field.attname for field in table._meta.concrete_fields]
    for said in table.objects.filter(programme=cast.programme).values_list(*names):
        made, expected = (of("default", names, said) for of in (table.from_db, _from_db(table)))
        assert vars(made) | {"_state": vars(made._state)} == vars(expected) | {
            "_state": vars(expected._state)
        }


def _from_db(table):
    """Django's own."""
    return partial(Model.from_db.__func__, table)


def test_columns_that_were_not_asked_for_are_read_later(cast):
    (row,) = Account.objects.filter(programme=cast.programme, id="county-office").only("id")

    assert row.get_deferred_fields() >= {"holder"}
    assert row.holder == cast.the("account", "county-office").holder


def test_entries_are_read_as_a_query_reads_them(cast):
    expected = list(Entry.objects.filter(programme=cast.programme).order_by("position"))

    found = list(Columns.of(Entry).find(cast.programme, [entry.id for entry in expected]))

    found.sort(key=lambda entry: entry.position)
    assert [(e.id, e.happened_on, bytes(e.body)) for e in found] == [
        (e.id, e.happened_on, bytes(e.body)) for e in expected
    ]


def test_a_row_that_is_asked_for_twice_is_there_once(cast):
    ids = ["county-office", "qarasu-committee", "county-office", "nobody", "x" * 200]

    found = Columns.of(Account).find(cast.programme, ids)

    assert sorted(row.id for row in found) == ["county-office", "qarasu-committee"]
    assert list(Columns.of(Account).find(cast.programme, [])) == []


def test_postgresql_looks_for_each_id_though_it_has_not_counted_its_rows(cast, postgresql):
    """Else it reads the whole programme for every batch, until it has: a new installation is filled for hours."""
    entries, ids = Columns.of(Entry), [uuid4() for _ in range(5000)]
    entries.insert(
        cast.programme,
        [(cast.programme, 10**6 + n, id_, "kind", DAY, b"{}") for n, id_ in enumerate(ids)],
    )
    with CaptureQueriesContext(connection) as asked:
        assert len(list(entries.find(cast.programme, ids[:100]))) == 100

    (query,) = (one["sql"] for one in asked.captured_queries)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        (plan,) = cursor.fetchone()[0]
    assert _removed(plan["Plan"]) == 0


def _removed(node):
    """Rows that were read and left out."""
    inside = sum(map(_removed, node.get("Plans", ())))
    return inside + node.get("Rows Removed by Filter", 0) * node.get("Actual Loops", 1)


@pytest.mark.django_db
def test_what_belongs_to_no_programme_is_read_as_a_query_reads_it():
    user = User.objects.create(sign_in_name="aygul")
    day, moment = date(2026, 3, 1), datetime(2026, 3, 2, 4, 5, 6, 700, tzinfo=UTC)
    post = {"user": user, "programme": "qinghe", "post": "county-accountant", "starts_on": day}
    kept = [
        Appointment.objects.create(**post),
        Appointment.objects.create(**post, ends_on=day, ended_at=moment),
    ]
    tokens = [
        DeviceToken.objects.create(digest=digest, appointment=one, called="phone", made_at=moment)
        for digest, one in zip(("one", "two"), kept, strict=True)
    ]

    found = list(Columns.of(Appointment).having("id", [one.pk for one in kept]))
    assert sorted(map(values, found), key=str) == sorted(map(values, kept), key=str)
    found = Columns.of(DeviceToken).having("digest", ["two", "three"])
    assert list(map(values, found)) == [values(tokens[1])]
    assert list(Columns.of(DeviceToken).having("digest", [])) == []


def test_what_belongs_to_a_programme_is_not_read_without_saying_of_which():
    with pytest.raises(WhoseError, match="Of which programme"):
        next(Columns.of(Recording).having("user_id", [1]))


def test_ids_that_are_not_there_are_not_found_however_many(cast):
    (account,) = Columns.of(Account).find(
        cast.programme, [*map(str, range(2 * IN_ONE_QUERY)), "county-office"]
    )

    assert account == cast.the("account", "county-office")


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_stretch_of_keys_takes_no_more_places_than_one_statement_has(parts):
    keys = range(3 * IN_ONE_QUERY + 1)
    chunks = list(in_chunks(keys, parts=parts))

    assert [key for chunk in chunks for key in chunk] == list(keys)
    assert max(len(chunk) for chunk in chunks) * parts == IN_ONE_QUERY


@pytest.mark.parametrize("table", journal.tables.values(), ids=journal.tables)
def test_rows_are_written_as_django_writes_them(cast, table):
    before = [values(row) for row in table.objects.filter(programme=cast.programme).order_by("id")]
    rows = list(table.objects.filter(programme=cast.programme))
    table.objects.filter(programme=cast.programme).delete()

    Columns.of(table).upsert(cast.programme, rows)
    Columns.of(table).upsert(cast.programme, rows)

    after = table.objects.filter(programme=cast.programme).order_by("id")
    assert [values(row) for row in after] == before


def test_a_row_that_is_there_is_replaced(cast):
    account = cast.the("account", "county-office")
    account.name = {"en": "Named 'anew'\\ \"twice\"", "zh-hans": "县办\n"}

    Columns.of(Account).upsert(cast.programme, [account])

    assert cast.the("account", "county-office").name == account.name


def test_a_head_is_kept_by_its_one_key(cast):
    head = Head.objects.get(programme=cast.programme)

    Columns.of(Head).upsert(
        cast.programme, [Head(cast.programme, head.position, bytes(range(256))[:64])]
    )

    assert bytes(Head.objects.get(programme=cast.programme).frontier) == bytes(range(64))


def test_a_row_is_made_of_columns_and_defaults():
    row = Movement(programme="p", id="m", kind=2)

    assert (row.source, row.confirmed_minor, row.followed_on, row.evidence) == ("", 0, None, 0)
    assert row.pk == ("p", "m")
    assert values(row) == values(Movement("p", "m", 2))


def test_a_row_of_a_column_that_its_table_lacks_is_refused():
    with pytest.raises(TypeError, match="Account has no column colour, shape"):
        Account(programme="p", shape="", colour="", name=named("A"))


def test_rows_do_not_share_a_default_that_can_be_changed():
    one, other = Programme(programme="p", id="a"), Programme(programme="p", id="b")

    one.log_keys.append("key")

    assert other.log_keys == []
