"""Values of every type, there and back, through the connector: in few rows and in many."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import snowflake.connector
from every_type import COLUMNS, EXPECTED, VALUES, readable
from snowflake.connector.constants import FIELD_ID_TO_NAME

KINDS = {
    "N": ("FIXED", 38, 0), "D": ("FIXED", 38, 10), "F": ("REAL", None, None),
    "S": ("TEXT", None, None), "B": ("BOOLEAN", None, None), "DT": ("DATE", None, None),
    "TM": ("TIME", 0, 6), "NTZ": ("TIMESTAMP_NTZ", 0, 9), "LTZ": ("TIMESTAMP_LTZ", 0, 6),
    "TZ": ("TIMESTAMP_TZ", 0, 9), "V": ("VARIANT", None, None), "BIN": ("BINARY", None, None),
}  # fmt: skip


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    return cursor


@pytest.mark.parametrize("rows", [1, 5000])
def test_every_type_comes_back_as_it_was_written(cursor: Any, rows: int) -> None:
    cursor.execute(f"INSERT INTO t SELECT {VALUES} FROM TABLE(GENERATOR(ROWCOUNT => {rows}))")
    assert cursor.rowcount == rows
    found = cursor.execute("SELECT * FROM t").fetchall()
    assert len(found) == rows
    assert readable(found[0]) == EXPECTED
    assert readable(found[-1]) == EXPECTED


@pytest.mark.parametrize("rows", [1, 5000])
def test_null_of_every_type_is_none(cursor: Any, rows: int) -> None:
    nulls = ", ".join(["NULL"] * 12)
    cursor.execute(f"INSERT INTO t SELECT {nulls} FROM TABLE(GENERATOR(ROWCOUNT => {rows}))")
    assert set(cursor.execute("SELECT * FROM t").fetchall()) == {(None,) * 12}


def test_the_description_says_the_declared_types(cursor: Any) -> None:
    described = {
        c.name: (FIELD_ID_TO_NAME[c.type_code], c.precision, c.scale)
        for c in cursor.describe("SELECT * FROM t")
    }
    assert len(described) == 12
    for name, (kind, precision, scale) in KINDS.items():
        assert described[name][0] == kind
        if kind == "FIXED":
            assert described[name][1:] == (precision, scale)
        if scale is not None:
            assert described[name][2] == scale
    declared = {row[0]: row[1] for row in cursor.execute("DESCRIBE TABLE t").fetchall()}
    assert declared["N"] == "NUMBER(38,0)"
    assert declared["D"] == "NUMBER(38,10)"
    assert declared["S"] == "VARCHAR(20)"
    assert declared["TM"] == "TIME(6)"
    assert declared["NTZ"] == "TIMESTAMP_NTZ(9)"
    assert declared["TZ"] == "TIMESTAMP_TZ(9)"


def test_nanoseconds_reach_arrow(cursor: Any) -> None:
    table = cursor.execute(
        "SELECT '2020-01-02 03:04:05.123456789'::TIMESTAMP_NTZ(9) AS a"
    ).fetch_arrow_all()
    assert table["A"][0].value == 1577934245123456789


@pytest.mark.parametrize(
    "text", ["1700-01-01 00:00:00", "1969-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999"]
)
def test_a_timestamp_of_six_digits_covers_the_years(cursor: Any, text: str) -> None:
    expected = dt.datetime.fromisoformat(text)
    assert cursor.execute(f"SELECT '{text}'::TIMESTAMP").fetchone() == (expected,)
    cursor.execute("CREATE TABLE wide (a TIMESTAMP_NTZ(6))")
    cursor.execute(f"INSERT INTO wide VALUES ('{text}')")
    assert cursor.execute("SELECT a FROM wide").fetchone() == (expected,)


def test_a_year_beyond_nanoseconds_is_an_error_that_names_the_remedy(cursor: Any) -> None:
    with pytest.raises(snowflake.connector.DatabaseError, match=r"TIMESTAMP_NTZ\(6\)"):
        cursor.execute("INSERT INTO t(ntz) VALUES ('9999-12-31'::TIMESTAMP)")
    assert cursor.execute("SELECT count(*) FROM t").fetchone() == (0,)


@pytest.mark.parametrize("value", ["'9999-12-31'", "'1600-01-01'::DATE"])
def test_a_year_beyond_nanoseconds_is_never_stored(cursor: Any, value: str) -> None:
    with pytest.raises(snowflake.connector.DatabaseError):
        cursor.execute(f"INSERT INTO t(ntz) VALUES ({value})")
    assert cursor.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_date_of_every_year_comes_back(cursor: Any) -> None:
    found = cursor.execute("SELECT '0001-01-01'::DATE, '9999-12-31'::DATE").fetchone()
    assert found == (dt.date(1, 1, 1), dt.date(9999, 12, 31))


def test_a_local_timestamp_follows_the_time_zone_of_the_session(cursor: Any) -> None:
    cursor.execute("ALTER SESSION SET TIMEZONE = 'America/New_York'")
    cursor.execute("INSERT INTO t(ltz) VALUES ('2020-07-01 12:00:00')")
    (local,) = cursor.execute("SELECT ltz FROM t").fetchone()
    assert local.isoformat() == "2020-07-01T12:00:00-04:00"
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    (local,) = cursor.execute("SELECT ltz FROM t").fetchone()
    assert local.isoformat() == "2020-07-01T16:00:00+00:00"


def test_special_floats_come_back(cursor: Any) -> None:
    found = cursor.execute("SELECT 'inf'::FLOAT, '-inf'::FLOAT, 'NaN'::FLOAT").fetchone()
    assert found[:2] == (float("inf"), float("-inf"))
    assert found[2] != found[2]


def test_json_results_have_the_same_values(cursor: Any) -> None:
    cursor.execute(f"INSERT INTO t SELECT {VALUES}")
    cursor.execute("ALTER SESSION SET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT = 'JSON'")
    assert readable(cursor.execute("SELECT * FROM t").fetchone()) == EXPECTED
