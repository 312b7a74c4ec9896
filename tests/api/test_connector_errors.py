"""Bad statements: Snowflake's number and SQLSTATE, and the session goes on."""

from __future__ import annotations

from typing import Any

import pytest
import snowflake.connector

BAD = {
    "unknown table": ("SELECT * FROM nothing", 2003, "42S02"),
    "unknown column": ("SELECT nothing FROM t", 904, "42000"),
    "unknown function": ("SELECT nothing(1)", 2140, "42601"),
    "unknown schema": ("USE SCHEMA nothing", 2043, "02000"),
    "syntax": ("SELEC 1", 1003, "42000"),
    "syntax within": ("SELECT * FROM t WHERE", 1003, "42000"),
    "wrong type": ("SELECT 'x'::INT", 100038, "22018"),
    "wrong date": ("SELECT 'x'::DATE", 100040, "22007"),
    "division by zero": ("SELECT 1 / 0", 100051, "22012"),
    "division of a column": ("SELECT a / (a - a) FROM t", 100051, "22012"),
    "null": ("INSERT INTO t VALUES (NULL, 'x')", 100072, "22000"),
    "too long": ("INSERT INTO t VALUES (1, 'four')", 100078, "22000"),
    "too few values": ("INSERT INTO t VALUES (1)", 2020, "21S01"),
    "wrong value": ("INSERT INTO t VALUES ('x', 'x')", 100038, "22018"),
    "exists": ("CREATE TABLE t (a INT)", 2002, "42710"),
    "drop of nothing": ("DROP TABLE nothing", 2003, "42S02"),
    "group": ("SELECT a, count(*) FROM t", 979, "42601"),
    "ambiguous": ("SELECT a FROM t JOIN t AS u", 2028, "42601"),
    "empty": (";", 900, "42601"),
}


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE t (a INT NOT NULL, s VARCHAR(3))")
    cursor.execute("INSERT INTO t VALUES (1, 'x')")
    return cursor


@pytest.mark.parametrize("name", BAD)
def test_a_bad_statement_has_snowflakes_number(cursor: Any, name: str) -> None:
    statement, number, state = BAD[name]
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute(statement)
    assert (caught.value.errno, caught.value.sqlstate) == (number, state), caught.value.msg
    assert cursor.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_a_number_that_does_not_fit_is_refused(cursor: Any) -> None:
    cursor.execute("CREATE TABLE small (n NUMBER(3,1))")
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute("INSERT INTO small VALUES (1000)")
    assert caught.value.sqlstate in ("22003", "22018")
    assert cursor.execute("SELECT count(*) FROM small").fetchone() == (0,)


def test_an_error_says_the_query_it_belongs_to(cursor: Any) -> None:
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute("SELECT * FROM nothing")
    assert caught.value.sfqid
    assert "'" in caught.value.msg and "NOTHING" in caught.value.msg


def test_an_error_inside_a_transaction_can_be_rolled_back(cursor: Any) -> None:
    cursor.execute("BEGIN")
    cursor.execute("INSERT INTO t VALUES (2, 'y')")
    with pytest.raises(snowflake.connector.DatabaseError):
        cursor.execute("INSERT INTO t VALUES (NULL, 'z')")
    cursor.execute("ROLLBACK")
    assert cursor.execute("SELECT count(*) FROM t").fetchone() == (1,)
