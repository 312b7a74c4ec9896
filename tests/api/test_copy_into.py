"""COPY INTO a table: bad rows, files loaded before, formats, and expressions over the fields."""

from __future__ import annotations

import datetime as dt
import gzip
import pathlib
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import snowflake.connector

Put = Callable[..., None]
# One good row, then one for each way to be bad, then a good one.
MIXED = """1,abc,"{""k"":1}",2020-01-01,2020-01-01 00:00:00 +01:00,2020-01-01,00ff
x,abc,,,,,
3,toolong,,,,,
4,a,notjson,,,,
5,a,,notltz,,,
6,a,,,nottz,,
7,a,,,,notntz,
8,a,,,,,zz
9,short
10,ok,,,,,
11,a,,,,9999-12-31,
"""
QUOTED = "FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"')"
COLUMNS = (
    "file", "status", "rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error",
    "first_error_line", "first_error_character", "first_error_column_name",
)  # fmt: skip


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    cursor.execute("CREATE STAGE s")
    cursor.execute("CREATE TABLE g (a INT, b VARCHAR)")
    cursor.execute(
        "CREATE TABLE m (a INT, b VARCHAR(3), v VARIANT, ltz TIMESTAMP_LTZ, tz TIMESTAMP_TZ, "
        "ntz TIMESTAMP_NTZ, bin BINARY)"
    )
    return cursor


@pytest.fixture
def put(cursor: Any, tmp_path: pathlib.Path) -> Put:
    def write(name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        cursor.execute(f"PUT file://{tmp_path / name} @s AUTO_COMPRESS=FALSE OVERWRITE=TRUE")

    return write


def _copy(cursor: Any, statement: str) -> list[dict[str, Any]]:
    found = cursor.execute(statement).fetchall()
    assert tuple(c.name for c in cursor.description) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def _rows(cursor: Any, table: str = "g") -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = cursor.execute(f"SELECT a, b FROM {table} ORDER BY a").fetchall()
    return rows


def test_continue_loads_every_good_row_and_counts_the_bad(cursor: Any, put: Put) -> None:
    put("m.csv", MIXED)
    (report,) = _copy(cursor, f"COPY INTO m FROM @s/m.csv {QUOTED} ON_ERROR = CONTINUE")
    assert (report["status"], report["rows_parsed"]) == ("PARTIALLY_LOADED", 11)
    assert (report["rows_loaded"], report["errors_seen"]) == (2, 9)
    assert report["first_error"] == "Numeric value 'x' is not recognized"
    assert (report["first_error_line"], report["first_error_column_name"]) == (2, "A")
    assert _rows(cursor, "m") == [(1, "abc"), (10, "ok")]


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        ("3,toolong,,,,,", "B", "String 'toolong' is too long"),
        ("4,a,notjson,,,,", "V", "Error parsing JSON"),
        ("5,a,,notltz,,,", "LTZ", "Timestamp 'notltz' is not recognized"),
        ("6,a,,,nottz,,", "TZ", "Timestamp 'nottz' is not recognized"),
        ("7,a,,,,notntz,", "NTZ", "Timestamp 'notntz' is not recognized"),
        ("11,a,,,,9999-12-31,", "NTZ", "TIMESTAMP_NTZ\\(6\\)"),
        ("8,a,,,,,zz", "BIN", "not a legal hex-encoded value"),
    ],
)
def test_the_first_bad_value_is_named_with_its_line(
    cursor: Any, put: Put, bad: str, column: str, words: str
) -> None:
    put("m.csv", f"1,a,,,,,\n2,b,,,,,\n{bad}\n4,c,,,,,\n")
    with pytest.raises(snowflake.connector.DatabaseError, match=words) as caught:
        cursor.execute("COPY INTO m FROM @s/m.csv")
    assert f"Line 3, column {column}" in str(caught.value.msg)
    assert "m.csv" in str(caught.value.msg)
    assert _rows(cursor, "m") == []
    (report,) = _copy(cursor, "COPY INTO m FROM @s/m.csv ON_ERROR = 'CONTINUE'")
    assert (report["rows_loaded"], report["errors_seen"]) == (3, 1)
    assert (report["first_error_line"], report["first_error_column_name"]) == (3, column)
    assert len(_rows(cursor, "m")) == 3


def test_null_in_a_column_that_is_not_null_is_a_bad_row(cursor: Any, put: Put) -> None:
    cursor.execute("CREATE TABLE n (a INT NOT NULL, b VARCHAR)")
    put("n.csv", "h,h\n1,x\n,y\n3,z\n")
    option = "FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1)"
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute(f"COPY INTO n FROM @s/n.csv {option}")
    assert (caught.value.errno, caught.value.sqlstate) == (100072, "22000")
    (report,) = _copy(cursor, f"COPY INTO n FROM @s/n.csv {option} ON_ERROR = CONTINUE")
    assert report["first_error"] == "NULL result in a non-nullable column"
    assert (report["first_error_line"], report["errors_seen"]) == (3, 1)
    assert _rows(cursor, "n") == [(1, "x"), (3, "z")]


def test_lines_are_right_behind_rows_of_the_wrong_length(cursor: Any, put: Put) -> None:
    put("g.csv", "1,a\n2\n3,c,d\n4,d\nx,e\n6,f\n")
    (report,) = _copy(cursor, "COPY INTO g FROM @s/g.csv ON_ERROR = CONTINUE")
    assert (report["rows_parsed"], report["errors_seen"], report["first_error_line"]) == (6, 3, 2)
    assert [row[0] for row in _rows(cursor)] == [1, 4, 6]
    put("h.csv", "1,a\nx,b\n3\n")
    (report,) = _copy(cursor, "COPY INTO g FROM @s/h.csv ON_ERROR = CONTINUE")
    assert (report["errors_seen"], report["first_error_line"]) == (2, 2)


def test_skip_file_leaves_a_bad_file_out_whole(cursor: Any, put: Put) -> None:
    put("good.csv", "1,a\n")
    put("less.csv", "2,b\nx,b\n4,d\n5,e\n")
    put("more.csv", "6,c\nx,c\ny,c\n")

    def loaded(option: str) -> dict[str, tuple[str, int]]:
        cursor.execute("TRUNCATE TABLE g")
        found = _copy(cursor, f"COPY INTO g FROM @s ON_ERROR = {option} FORCE = TRUE")
        return {r["file"]: (r["status"], r["rows_loaded"]) for r in found}

    assert loaded("SKIP_FILE") == {
        "good.csv": ("LOADED", 1), "less.csv": ("LOAD_FAILED", 0), "more.csv": ("LOAD_FAILED", 0),
    }  # fmt: skip
    assert loaded("SKIP_FILE_2")["less.csv"] == ("PARTIALLY_LOADED", 3)
    assert loaded("SKIP_FILE_2")["more.csv"] == ("LOAD_FAILED", 0)
    assert loaded("'SKIP_FILE_30%'")["less.csv"] == ("PARTIALLY_LOADED", 3)
    assert loaded("'SKIP_FILE_30%'")["more.csv"] == ("LOAD_FAILED", 0)
    assert [row[0] for row in _rows(cursor)] == [1, 2, 4, 5]


def test_abort_loads_no_file_when_one_is_bad(cursor: Any, put: Put) -> None:
    put("a.csv", "1,a\n")
    put("b.csv", "x,b\n")
    with pytest.raises(snowflake.connector.DatabaseError, match=r"b\.csv"):
        cursor.execute("COPY INTO g FROM @s ON_ERROR = ABORT_STATEMENT")
    assert _rows(cursor) == []


def test_a_file_is_loaded_once_unless_forced_or_changed(cursor: Any, put: Put) -> None:
    put("a.csv", "1,a\n")
    copy = "COPY INTO g FROM @s/a.csv"
    assert _copy(cursor, copy)[0]["rows_loaded"] == 1
    assert cursor.execute(copy).fetchall() == [("Copy executed with 0 files processed.",)]
    put("a.csv", "1,a\n")
    assert cursor.execute(copy).fetchall() == [("Copy executed with 0 files processed.",)]
    assert _copy(cursor, copy + " FORCE = TRUE")[0]["rows_loaded"] == 1
    put("a.csv", "2,b\n")
    assert _copy(cursor, copy)[0]["rows_loaded"] == 1
    assert [row[0] for row in _rows(cursor)] == [1, 1, 2]
    cursor.execute("CREATE TABLE other (a INT, b VARCHAR)")
    assert _copy(cursor, "COPY INTO other FROM @s/a.csv")[0]["rows_loaded"] == 1
    cursor.execute("TRUNCATE TABLE g")
    assert _copy(cursor, copy)[0]["rows_loaded"] == 1
    cursor.execute("BEGIN")
    put("c.csv", "3,c\n")
    assert _copy(cursor, "COPY INTO g FROM @s/c.csv")[0]["rows_loaded"] == 1
    cursor.execute("ROLLBACK")
    assert _copy(cursor, "COPY INTO g FROM @s/c.csv")[0]["rows_loaded"] == 1
    assert [row[0] for row in _rows(cursor)] == [2, 3]


def test_files_pattern_and_purge_choose_and_remove(cursor: Any, put: Put) -> None:
    for name, row in (("g1.csv", "1,a"), ("g2.csv", "2,b"), ("h.txt", "3,c")):
        put(name, row + "\n")
    assert len(_copy(cursor, "COPY INTO g FROM @s PATTERN = '.*g[0-9][.]csv' PURGE = TRUE")) == 2
    assert [row[0] for row in cursor.execute("LIST @s")] == ["s/h.txt"]
    assert _copy(cursor, "COPY INTO g FROM @s FILES = ('h.txt')")[0]["file"] == "h.txt"
    with pytest.raises(snowflake.connector.DatabaseError, match=r"nothere\.csv"):
        cursor.execute("COPY INTO g FROM @s FILES = ('nothere.csv')")


def test_options_of_csv(cursor: Any, put: Put) -> None:
    put("o.csv", "h1;h2\n1;'a;b'\n2; x \n3;NULL\n4;\n5;'it\\'s'\n")
    cursor.execute(
        "COPY INTO g FROM @s/o.csv FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = ';' SKIP_HEADER = 1 "
        "FIELD_OPTIONALLY_ENCLOSED_BY = '''' NULL_IF = ('NULL') EMPTY_FIELD_AS_NULL = FALSE "
        "TRIM_SPACE = TRUE ESCAPE = '\\\\')"
    )
    assert _rows(cursor) == [(1, "a;b"), (2, "x"), (3, None), (4, ""), (5, "it's")]
    cursor.execute("TRUNCATE TABLE g")
    put("z.csv.gz", gzip.compress(b"7,z\n"))
    assert _copy(cursor, "COPY INTO g FROM @s/z.csv.gz")[0]["rows_loaded"] == 1
    put("h.csv", "B,x,A\nzz,,9\n")
    cursor.execute(
        "COPY INTO g FROM @s/h.csv FILE_FORMAT = (TYPE = CSV PARSE_HEADER = TRUE) "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"
    )
    assert _rows(cursor) == [(7, "z"), (9, "zz")]
    put("e.csv", "")
    assert _copy(cursor, "COPY INTO g FROM @s/e.csv")[0]["rows_loaded"] == 0


def test_rows_of_other_lengths_may_be_allowed(cursor: Any, put: Put) -> None:
    put("w.csv", "1,a,more\n2\n3,c,d\n")
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute("COPY INTO g FROM @s/w.csv")
    assert caught.value.errno == 100080
    cursor.execute(
        "COPY INTO g FROM @s/w.csv FILE_FORMAT = "
        "(TYPE = CSV ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE)"
    )
    assert _rows(cursor) == [(1, "a"), (2, None), (3, "c")]


def test_dates_and_times_are_read_by_their_formats(cursor: Any, put: Put) -> None:
    cursor.execute("CREATE TABLE d (a INT, d DATE, t TIME, ts TIMESTAMP)")
    put("d.csv", "1,01/02/2020,10.30,2020/01/02 03:04\n2,13/13/2020,10.30,2020/01/02 03:04\n")
    copy = (
        "COPY INTO d FROM @s/d.csv FILE_FORMAT = (TYPE = CSV DATE_FORMAT = 'DD/MM/YYYY' "
        "TIME_FORMAT = 'HH24.MI' TIMESTAMP_FORMAT = 'YYYY/MM/DD HH24:MI') ON_ERROR = "
    )
    with pytest.raises(snowflake.connector.DatabaseError, match="Line 2, column D"):
        cursor.execute(copy + "ABORT_STATEMENT")
    assert _copy(cursor, copy + "CONTINUE")[0]["errors_seen"] == 1
    assert cursor.execute("SELECT * FROM d").fetchall() == [
        (1, dt.date(2020, 2, 1), dt.time(10, 30), dt.datetime(2020, 1, 2, 3, 4))
    ]


def test_expressions_over_the_fields(cursor: Any, put: Put) -> None:
    put("p.csv", "zz,9\nyy,8\n")
    cursor.execute("COPY INTO g FROM (SELECT $2, $1 FROM @s/p.csv)")
    cursor.execute("COPY INTO g (b, a) FROM (SELECT t.$1, t.$2::INT FROM @s/p.csv t) FORCE = TRUE")
    cursor.execute(
        "COPY INTO g FROM (SELECT t.$2::INT + 10, UPPER($1) || CURRENT_SCHEMA() "
        "FROM @s/p.csv AS t) FORCE = TRUE"
    )
    schema = cursor.connection.schema
    assert _rows(cursor)[:2] == [(8, "yy")] * 2
    assert _rows(cursor)[4:] == [(18, "YY" + schema), (19, "ZZ" + schema)]
    cursor.execute("TRUNCATE TABLE g")
    put("j.json", '{"a": 1, "b": {"c": "x"}}\n{"a": 2, "b": {"c": "y"}}\n')
    cursor.execute(
        "COPY INTO g FROM (SELECT $1:a::INT * 2, UPPER($1:b.c::STRING) FROM @s/j.json) "
        "FILE_FORMAT = (TYPE = JSON)"
    )
    assert _rows(cursor) == [(2, "X"), (4, "Y")]


def test_parquet_is_loaded_by_name_and_by_field(
    cursor: Any, put: Put, tmp_path: pathlib.Path
) -> None:
    pq.write_table(pa.table({"B": ["x", "y"], "a": [1, 2]}), tmp_path / "out.parquet")
    put("t.parquet", (tmp_path / "out.parquet").read_bytes())
    cursor.execute(
        "COPY INTO g FROM @s/t.parquet FILE_FORMAT = (TYPE = PARQUET) "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"
    )
    cursor.execute(
        'COPY INTO g FROM (SELECT $1:a::INT, $1:"B"::VARCHAR FROM @s/t.parquet) '
        "FILE_FORMAT = (TYPE = PARQUET) FORCE = TRUE"
    )
    assert _rows(cursor) == [(1, "x"), (1, "x"), (2, "y"), (2, "y")]


@pytest.mark.parametrize(
    "option",
    [
        "VALIDATION_MODE = RETURN_ERRORS", "SIZE_LIMIT = 10", "TRUNCATECOLUMNS = TRUE",
        "RETURN_FAILED_ONLY = TRUE", "FILE_FORMAT = (TYPE = AVRO)",
        "FILE_FORMAT = (ENCODING = 'ISO-8859-1')", "FILE_FORMAT = (RECORD_DELIMITER = ';')",
        "FILE_FORMAT = (BINARY_FORMAT = BASE64)", "FILE_FORMAT = (DATE_FORMAT = 'QQ')",
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_by_name(cursor: Any, put: Put, option: str) -> None:
    cursor.execute("CREATE TABLE d (a DATE)")
    put("d.csv", "2020-01-01\n")
    with pytest.raises(snowflake.connector.DatabaseError, match="Unsupported feature") as caught:
        cursor.execute(f"COPY INTO d FROM @s/d.csv {option}")
    assert (caught.value.errno, caught.value.sqlstate) == (2, "0A000")
    assert cursor.execute("SELECT count(*) FROM d").fetchone() == (0,)
