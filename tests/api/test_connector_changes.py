"""What INSERT, UPDATE and MERGE store, count and refuse: Snowflake's number and SQLSTATE."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import snowflake.connector

TABLE = (
    "CREATE TABLE t (k INT NOT NULL, s VARCHAR(3), n NUMBER(3,1), d DATE, tm TIME, b BOOLEAN, "
    "f FLOAT, ntz TIMESTAMP_NTZ, ltz TIMESTAMP_LTZ, tz TIMESTAMP_TZ, v VARIANT, o OBJECT, "
    "a ARRAY, bin BINARY(2))"
)
# column: value, number, SQLSTATE
REFUSED = {
    "too long": ("s", "'four'", 100078, "22000"),
    "a number out of range": ("n", "1000", 100046, "22003"),
    "text that is a number out of range": ("n", "'1000'", 100039, "22003"),
    "text that is no number": ("n", "'x'", 100038, "22018"),
    "text that is no float": ("f", "'x'", 100038, "22018"),
    "text that is no integer": ("k", "'x'", 100038, "22018"),
    "an integer beyond 64 bits": ("k", "99999999999999999999", 100046, "22003"),
    "NULL where it may not be": ("k", "NULL", 100072, "22000"),
    "no date": ("d", "'2020-13-01'", 100040, "22007"),
    "no time": ("tm", "'25:00'", 100108, "22007"),
    "no boolean": ("b", "'maybe'", 100037, "22018"),
    "no timestamp": ("ntz", "'x'", 100035, "22007"),
    "no local timestamp": ("ltz", "'x'", 100035, "22007"),
    "no zoned timestamp": ("tz", "'x'", 100035, "22007"),
    "a text beyond nanoseconds": ("ntz", "'9999-12-31'", 100035, "22007"),
    "a date beyond nanoseconds": ("ntz", "'1600-01-01'::DATE", 100035, "22007"),
    "a zoned time beyond nanoseconds": ("tz", "'9999-12-31 00:00:00 +00:00'", 100035, "22007"),
    "no object": ("o", "'x'", 100071, "22000"),
    "an array as object": ("o", "ARRAY_CONSTRUCT(1)", 100071, "22000"),
    "no array": ("a", "'x'", 100071, "22000"),
    "no hexadecimal digits": ("bin", "'zz'", 100115, "22000"),
    "too many bytes": ("bin", "TO_BINARY('000102')", 100079, "22000"),
    "a number as date": ("d", "20200101", 2023, "22000"),
}
ROADS = {
    "INSERT VALUES": "INSERT INTO t (z, {c}) VALUES (0, {v})",
    "INSERT SELECT": "INSERT INTO t (z, {c}) SELECT 0, {v}",
    "UPDATE": "UPDATE t SET {c} = {v} WHERE k = 1",
    "MERGE that updates": "MERGE INTO t USING (SELECT 1 AS j) s ON t.k = s.j "
    "WHEN MATCHED THEN UPDATE SET {c} = {v}",
    "MERGE that inserts": "MERGE INTO t USING (SELECT 9 AS j) s ON t.k = s.j "
    "WHEN NOT MATCHED THEN INSERT (z, {c}) VALUES (0, {v})",
}


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    cursor.execute(TABLE.replace("bin ", "z INT, bin "))
    cursor.execute("INSERT INTO t (k, s) VALUES (1, 'abc')")
    return cursor


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("name", REFUSED)
def test_a_value_that_does_not_fit_is_refused_on_every_road(
    cursor: Any, name: str, road: str
) -> None:
    column, value, number, state = REFUSED[name]
    statement = ROADS[road].format(c=column, v=value)
    if column != "k":  # which may not be NULL
        for other, filled in (("(z,", "(k,"), ("VALUES (0,", "VALUES (7,"), ("CT 0,", "CT 7,")):
            statement = statement.replace(other, filled)
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute(statement)
    assert (caught.value.errno, caught.value.sqlstate) == (number, state), caught.value.msg
    if "beyond nanoseconds" in name:
        assert "TIMESTAMP_NTZ(6)" in str(caught.value.msg)
    assert cursor.execute("SELECT count(*), max(s) FROM t").fetchone() == (1, "abc")


STORED = {
    "tz": ("'2020-01-02 03:04:05 +05:30'", "2020-01-02T03:04:05+05:30"),
    "ltz": ("'2020-01-02 03:04:05'", "2020-01-02T03:04:05+00:00"),
    "ntz": ("'2020-01-02T03:04:05.123456789'", "2020-01-02T03:04:05.123456"),
    "d": ("'2020-01-02'", "2020-01-02"),
    "tm": ("'10:11'", "10:11:00"),
}


@pytest.mark.parametrize("road", ROADS)
def test_texts_are_stored_as_what_the_column_is(cursor: Any, road: str) -> None:
    columns, values = ", ".join(STORED), ", ".join(v for v, _ in STORED.values())
    if road.startswith("INSERT") or "inserts" in road:
        statement = ROADS[road].format(c=f"k, v, bin, {columns}", v=f"7, 'abc', '00ff', {values}")
    else:
        pairs = ", ".join(f"{c} = {v}" for c, (v, _) in STORED.items())
        statement = ROADS[road].format(c="v", v=f"'abc', bin = '00ff', {pairs}")
    cursor.execute(statement)
    assert cursor.rowcount == 1
    row = cursor.execute(f"SELECT v, bin, {columns} FROM t WHERE v IS NOT NULL").fetchone()
    assert json.loads(row[0]) == "abc"
    assert row[1] == b"\x00\xff"
    assert [value.isoformat() for value in row[2:]] == [text for _, text in STORED.values()]


def test_zoned_times_keep_their_offsets(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO t (k, tz) VALUES (2, '2020-01-02 03:04:05 +05:30'), "
        "(3, '2020-01-02 03:04:05.5 -08:00'), (4, '2020-01-02T03:04:05Z'), (5, '2020-01-02')"
    )
    found = cursor.execute("SELECT tz FROM t WHERE k > 1 ORDER BY k").fetchall()
    assert [row[0].isoformat() for row in found] == [
        "2020-01-02T03:04:05+05:30",
        "2020-01-02T03:04:05.500000-08:00",
        "2020-01-02T03:04:05+00:00",
        "2020-01-02T00:00:00+00:00",
    ]
    assert found[0][0] < found[2][0] < found[1][0]


def test_a_merge_counts_what_it_did(cursor: Any) -> None:
    cursor.execute("INSERT INTO t (k, s) VALUES (2, 'b'), (3, 'c'), (4, 'd')")
    values = "(1, 'x'), (2, 'y'), (8, 'z'), (9, 'z'), (10, 'z')"
    source = f"(SELECT column1 AS j, column2 AS w FROM VALUES {values})"

    def merged(actions: str) -> dict[str, int]:
        cursor.execute("BEGIN")
        cursor.execute(f"MERGE INTO t USING {source} s ON t.k = s.j {actions}")
        found = dict(zip((c.name for c in cursor.description), cursor.fetchone(), strict=True))
        cursor.execute("ROLLBACK")
        return found

    inserting = "WHEN NOT MATCHED THEN INSERT (k, s) VALUES (s.j, s.w)"
    updating = "WHEN MATCHED THEN UPDATE SET s = s.w"
    deleting = "WHEN MATCHED THEN DELETE"
    assert merged(inserting) == {"number of rows inserted": 3}
    assert merged(updating) == {"number of rows updated": 2}
    assert merged(deleting) == {"number of rows deleted": 2}
    both = {"number of rows inserted": 3, "number of rows updated": 2}
    assert merged(updating + " " + inserting) == both
    both = {"number of rows inserted": 3, "number of rows deleted": 2}
    assert merged(deleting + " " + inserting) == both
    assert cursor.execute("SELECT count(*) FROM t").fetchone() == (4,)
    with pytest.raises(snowflake.connector.DatabaseError, match="Unsupported") as caught:
        first = "WHEN MATCHED AND t.k = 1 THEN DELETE"
        cursor.execute(f"MERGE INTO t USING {source} s ON t.k = s.j {first} {updating}")
    assert caught.value.errno == 2


def test_an_update_of_a_column_from_another_keeps_its_type(cursor: Any) -> None:
    cursor.execute("UPDATE t SET v = k + 1, f = k / 3, n = 1.25, ntz = '2020-01-02'::DATE")
    row = cursor.execute("SELECT v, f, n, ntz FROM t").fetchone()
    assert json.loads(row[0]) == 2
    assert row[1] == pytest.approx(1 / 3, abs=1e-6)
    assert float(row[2]) == 1.3
    assert row[3] == dt.datetime(2020, 1, 2)
    cursor.execute("UPDATE t SET v = NULL, ntz = NULL, bin = NULL, o = NULL, a = NULL, tz = NULL")
    assert cursor.execute("SELECT v, ntz, bin, o, a, tz FROM t").fetchone() == (None,) * 6
