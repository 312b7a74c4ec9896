"""A column keeps its declared type through queries, views and CREATE TABLE AS."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from snowflake.connector.constants import FIELD_ID_TO_NAME

COLUMNS = (
    "k INT NOT NULL, n NUMBER(10,2), s VARCHAR(5), o OBJECT, a ARRAY, v VARIANT, b BINARY(7), "
    "tm TIME(3), ntz TIMESTAMP_NTZ(3), ltz TIMESTAMP_LTZ(6), tz TIMESTAMP_TZ(0), c CHAR"
)
DECLARED = {
    "K": ("FIXED", None, 38, 0, False),
    "N": ("FIXED", None, 10, 2, True),
    "S": ("TEXT", 5, None, None, True),
    "O": ("OBJECT", None, None, None, True),
    "A": ("ARRAY", None, None, None, True),
    "V": ("VARIANT", None, None, None, True),
    "B": ("BINARY", 7, None, None, True),
    "TM": ("TIME", None, 0, 3, True),
    "NTZ": ("TIMESTAMP_NTZ", None, 0, 3, True),
    "LTZ": ("TIMESTAMP_LTZ", None, 0, 6, True),
    "TZ": ("TIMESTAMP_TZ", None, 0, 0, True),
    "C": ("TEXT", 1, None, None, True),
}
NAMES = ", ".join(DECLARED)
WIDEST = 16777216

ROADS = {
    "a table": "SELECT * FROM t",
    "names": f"SELECT {NAMES} FROM t",
    "an alias": "SELECT x.* FROM t AS x",
    "a subquery": f"SELECT * FROM (SELECT {NAMES} FROM (SELECT * FROM t))",
    "a CTE": "WITH c AS (SELECT * FROM t), d AS (SELECT * FROM c) SELECT * FROM d",
    "a filter and an order": "SELECT * FROM t WHERE k > 0 ORDER BY s LIMIT 3",
    "a union with itself": f"SELECT * FROM t UNION ALL SELECT {NAMES} FROM t",
    "a view": "SELECT * FROM w",
    "a view of a view": "SELECT * FROM (SELECT * FROM ww)",
    "an inner join": "SELECT t.* FROM t JOIN t AS u ON t.k = u.k",
    "a copy": "SELECT * FROM copied",
}


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    cursor.execute(
        "INSERT INTO t SELECT 1, 1.5, 'abc', OBJECT_CONSTRUCT('a', 1), ARRAY_CONSTRUCT(1), "
        "PARSE_JSON('[1]'), TO_BINARY('00'), '01:02:03.456', '2020-01-02 03:04:05.678', "
        "'2020-01-02 03:04:05.678901', '2020-01-02 03:04:05 +02:00', 'x'"
    )
    cursor.execute("CREATE VIEW w AS SELECT * FROM t")
    cursor.execute("CREATE VIEW ww AS SELECT * FROM w")
    cursor.execute("CREATE TABLE copied AS SELECT * FROM t")
    return cursor


def _described(columns: Any) -> dict[str, Any]:
    return {
        c.name: (
            FIELD_ID_TO_NAME[c.type_code], c.internal_size, c.precision, c.scale, c.is_nullable
        )
        for c in columns
    }  # fmt: skip


@pytest.mark.parametrize("road", ROADS)
def test_a_column_has_its_declared_type(cursor: Any, road: str) -> None:
    assert _described(cursor.describe(ROADS[road])) == DECLARED
    cursor.execute(ROADS[road])
    assert _described(cursor.description) == DECLARED
    row = cursor.fetchone()
    assert row[:3] == (1, pytest.approx(1.5), "abc")
    assert row[6:9] == (b"\0", dt.time(1, 2, 3, 456000), dt.datetime(2020, 1, 2, 3, 4, 5, 678000))
    assert row[9].isoformat() == "2020-01-02T03:04:05.678901+00:00"
    assert row[10].isoformat() == "2020-01-02T03:04:05+02:00"
    cursor.execute("ALTER SESSION SET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT = 'JSON'")
    cursor.execute(ROADS[road])
    assert _described(cursor.description) == DECLARED
    cursor.execute("ALTER SESSION UNSET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT")


def test_a_result_scan_keeps_the_types(cursor: Any) -> None:
    cursor.execute("SELECT * FROM t")
    cursor.execute("SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE k = 1")
    assert _described(cursor.description) == DECLARED


def test_describe_says_the_declared_types_of_a_view_and_of_a_copy(cursor: Any) -> None:
    expected = {
        "K": "NUMBER(38,0)", "N": "NUMBER(10,2)", "S": "VARCHAR(5)", "O": "OBJECT", "A": "ARRAY",
        "V": "VARIANT", "B": "BINARY(7)", "TM": "TIME(3)", "NTZ": "TIMESTAMP_NTZ(3)",
        "LTZ": "TIMESTAMP_LTZ(6)", "TZ": "TIMESTAMP_TZ(0)", "C": "VARCHAR(1)",
    }  # fmt: skip
    for statement in ("DESCRIBE VIEW w", "DESCRIBE TABLE copied", "DESCRIBE TABLE t"):
        assert {row[0]: row[1] for row in cursor.execute(statement)} == expected


def test_the_outer_side_of_a_join_may_be_null(cursor: Any) -> None:
    for join, expected in (
        ("JOIN", (False, False)),
        ("LEFT JOIN", (False, True)),
        ("RIGHT JOIN", (True, False)),
        ("FULL JOIN", (True, True)),
    ):
        described = cursor.describe(f"SELECT a.k AS a, b.k AS b FROM t a {join} t b ON a.k = b.k")
        assert tuple(c.is_nullable for c in described) == expected, join


def test_using_gives_the_merged_column_once(cursor: Any) -> None:
    cursor.execute("CREATE TABLE u (k INT, z VARCHAR(9))")
    described = _described(cursor.describe("SELECT * FROM t JOIN u USING (k)"))
    assert len(described) == len(DECLARED) + 1
    assert described["Z"][1] == 9
    assert described["S"][1] == 5


EXPRESSIONS = {
    "'abc'": ("TEXT", 3, None, None, False),
    "1": ("FIXED", None, 1, 0, False),
    "-123": ("FIXED", None, 3, 0, False),
    "1.25": ("FIXED", None, 3, 2, True),
    "TRUE": ("BOOLEAN", None, None, None, True),
    "count(*)": ("FIXED", None, 18, 0, False),
    "max(s)": ("TEXT", 5, None, None, True),
    "min(n)": ("FIXED", None, 10, 2, True),
    "max(s)::VARCHAR(7)": ("TEXT", 7, None, None, True),
    "max(k)::VARCHAR": ("TEXT", WIDEST, None, None, True),
    "max(upper(s))": ("TEXT", WIDEST, None, None, True),
    "max(ntz)::TIMESTAMP_NTZ(6)": ("TIMESTAMP_NTZ", None, 0, 6, True),
    "array_agg(s)": ("ARRAY", None, None, None, True),
    "object_construct('a', 1)": ("OBJECT", None, None, None, True),
    "parse_json('1')": ("VARIANT", None, None, None, True),
    "avg(f)": ("REAL", None, None, None, True),
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_has_a_type_that_holds_it(cursor: Any, expression: str) -> None:
    cursor.execute(f"SELECT {expression} AS e FROM (SELECT *, 1.5::FLOAT AS f FROM t)")
    assert _described(cursor.description) == {"E": EXPRESSIONS[expression]}


def test_a_union_has_the_longer_text_and_no_length_where_members_differ(cursor: Any) -> None:
    def described(query: str) -> Any:
        return _described(cursor.describe(query))["X"]

    assert described("SELECT 'ab' AS x UNION ALL SELECT 'abcd'")[:2] == ("TEXT", 4)
    assert described("SELECT s AS x FROM t UNION SELECT c FROM t")[:2] == ("TEXT", 5)
    assert described("SELECT s AS x FROM t UNION SELECT upper(s) FROM t")[1] == WIDEST
    assert described("SELECT x FROM VALUES ('a'), ('abc') AS v(x)")[:2] == ("TEXT", 3)
    assert described("SELECT o AS x FROM t UNION ALL SELECT v FROM t")[0] == "VARIANT"


def test_a_name_that_two_tables_have_is_not_mistaken(cursor: Any) -> None:
    cursor.execute("CREATE TABLE u (s VARCHAR(9), k INT)")
    described = _described(
        cursor.describe("SELECT u.s AS a, t.s AS b, (SELECT max(s) FROM u) AS c FROM t, u")
    )
    assert [described[name][1] for name in "ABC"] == [9, 5, WIDEST]
    described = _described(cursor.describe("WITH t AS (SELECT s FROM u) SELECT s FROM t"))
    assert described["S"][1] == 9


def test_a_long_value_fits_where_the_copy_of_an_expression_is_wider(cursor: Any) -> None:
    cursor.execute("CREATE TABLE made AS SELECT s || s AS ss, s FROM t")
    declared = {row[0]: row[1] for row in cursor.execute("DESCRIBE TABLE made")}
    assert declared == {"SS": f"VARCHAR({WIDEST})", "S": "VARCHAR(5)"}
