"""Values bound to `?` and %s, one at a time, in bulk and by a stage."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from typing import Any

import pytest
from daemon import Daemon
from every_type import BULK_COLUMNS, bulk_rows

D = decimal.Decimal
UTC = dt.UTC
VALUES = [
    1, 2**62, D("12.340"), 1.5, "it's ?", True, False, dt.date(1969, 7, 20), dt.time(1, 2, 3, 456),
    dt.datetime(2020, 1, 2, 3, 4, 5, 678901), b"\x00\xff", None,
]  # fmt: skip


@pytest.fixture
def cursor(firn_daemon: Daemon, connection: Any) -> Iterator[Any]:
    with firn_daemon.connect(paramstyle="qmark", schema=connection.schema) as opened:
        opened.cursor().execute("ALTER SESSION SET TIMEZONE = 'UTC'")
        yield opened.cursor()


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_bound_value_comes_back(cursor: Any, value: Any) -> None:
    (found,) = cursor.execute("SELECT ?", (value,)).fetchone()
    assert found == value


@pytest.mark.parametrize("kind", ["TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"])
def test_a_timestamp_is_bound_as_the_kind_that_is_named(cursor: Any, kind: str) -> None:
    value = dt.datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    (found,) = cursor.execute("SELECT ?", ((kind, value),)).fetchone()
    assert found == (value.replace(tzinfo=None) if kind == "TIMESTAMP_NTZ" else value)


def test_a_placeholder_may_be_cast(cursor: Any) -> None:
    row = cursor.execute("SELECT ?::INT + 1, ?::VARCHAR, ? ::FLOAT", ("41", 7, "0.5")).fetchone()
    assert row == (42, "7", 0.5)


def test_numbered_placeholders_name_their_value(firn_daemon: Daemon) -> None:
    with firn_daemon.connect(paramstyle="numeric") as opened:
        row = opened.cursor().execute("SELECT :2, :1", ("a", "b")).fetchone()
        assert row == ("b", "a")


def test_values_formatted_by_the_client_are_read_alike(connection: Any) -> None:
    cursor = connection.cursor()
    sql = "SELECT %s, %s, %s, %s, %s"
    values = (1, "it's \\ \n %", None, True, 1.5)
    assert cursor.execute(sql, values).fetchone() == values
    row = cursor.execute("SELECT %(a)s, %(b)s", {"a": dt.date(2020, 1, 2), "b": b"\x01"}).fetchone()
    assert row == ("2020-01-02", bytearray(b"\x01")) or row == (dt.date(2020, 1, 2), b"\x01")


def test_too_few_values_are_an_error(cursor: Any) -> None:
    import snowflake.connector

    with pytest.raises(snowflake.connector.ProgrammingError):
        cursor.execute("SELECT ?, ?", (1,))
    assert cursor.execute("SELECT ?", (1,)).fetchone() == (1,)


@pytest.mark.parametrize("count", [1, 1000])
def test_executemany_inserts_arrays(cursor: Any, count: int) -> None:
    cursor.execute(f"CREATE TABLE bulk ({BULK_COLUMNS})")
    cursor.executemany(f"INSERT INTO bulk VALUES ({', '.join('?' * 10)})", bulk_rows(count))
    assert cursor.rowcount == count
    assert cursor.execute("SELECT * FROM bulk ORDER BY i").fetchall() == bulk_rows(count)


def test_executemany_goes_by_a_stage_when_there_is_much(cursor: Any) -> None:
    cursor.execute("ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = 100")
    cursor.execute(f"CREATE TABLE staged ({BULK_COLUMNS}, z TIMESTAMP_TZ)")
    rows = [(*row, row[9]) for row in bulk_rows(1000)]
    rows += [(1000 + i, *[None] * 10) for i in range(3)]
    rows.append((1003, "", *[None] * 3, dt.date(9999, 12, 31), *[None] * 5))
    rows.append((1004, "'", *[None] * 3, dt.date(1, 1, 1), *[None] * 5))
    zoned = [(*row[:10], row[10] and ("TIMESTAMP_TZ", row[10])) for row in rows]
    cursor.executemany(f"INSERT INTO staged VALUES ({', '.join('?' * 11)})", zoned)
    assert cursor.rowcount == 1005
    assert cursor.execute("SELECT * FROM staged ORDER BY i").fetchall() == rows


def test_executemany_of_the_client_format_inserts_every_row(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE few (i INT, s VARCHAR)")
    cursor.executemany("INSERT INTO few VALUES (%s, %s)", [(i, f"v{i}") for i in range(50)])
    assert cursor.rowcount == 50
    assert cursor.execute("SELECT sum(i), max(s) FROM few").fetchone() == (1225, "v9")
