"""SHOW and DESCRIBE of what exists: columns, what narrows them, and context functions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import snowflake.connector

TERSE = ["created_on", "name", "kind", "database_name", "schema_name"]


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    for statement in (
        "CREATE TABLE alpha (a INT NOT NULL DEFAULT 3 COMMENT 'x', b VARCHAR(5))",
        "CREATE TABLE beta (x FLOAT)",
        "CREATE VIEW gamma AS SELECT * FROM alpha",
        "CREATE STAGE st",
        "CREATE FILE FORMAT ff TYPE = CSV SKIP_HEADER = 1",
    ):
        cursor.execute(statement)
    return cursor


def _names(cursor: Any, statement: str) -> list[str]:
    cursor.execute(statement)
    place = [c.name for c in cursor.description].index("name")
    return [row[place] for row in cursor.fetchall()]


NARROWED = {
    "SHOW TABLES": ["ALPHA", "BETA"],
    "SHOW TABLES LIKE 'al%'": ["ALPHA"],
    "SHOW TABLES LIKE 'B_TA'": ["BETA"],
    "SHOW TABLES STARTS WITH 'A'": ["ALPHA"],
    "SHOW TABLES STARTS WITH 'a'": [],
    "SHOW TABLES LIMIT 1": ["ALPHA"],
    "SHOW TABLES LIMIT 5 FROM 'ALPHA'": ["BETA"],
    "SHOW TABLES IN SCHEMA {schema}": ["ALPHA", "BETA"],
    "SHOW TABLES LIKE 'alpha' IN FIRN.{schema}": ["ALPHA"],
    "SHOW TERSE TABLES IN FIRN.{schema} LIMIT 1": ["ALPHA"],
    "SHOW VIEWS": ["GAMMA"],
    "SHOW OBJECTS": ["ALPHA", "BETA", "GAMMA"],
    "SHOW TERSE OBJECTS LIKE '%A' STARTS WITH 'G'": ["GAMMA"],
    "SHOW STAGES LIKE 's%'": ["ST"],
    "SHOW FILE FORMATS": ["FF"],
    "SHOW SCHEMAS LIKE '{schema}'": ["{schema}"],
    "SHOW DATABASES STARTS WITH 'FI' LIMIT 1": ["FIRN"],
    "SHOW WAREHOUSES LIKE 'firn%'": ["FIRN_WH"],
    "SHOW ROLES LIKE 'ACC%'": ["ACCOUNTADMIN"],
}


@pytest.mark.parametrize("statement", NARROWED)
def test_show_is_narrowed(cursor: Any, statement: str) -> None:
    schema = cursor.connection.schema
    expected = [name.format(schema=schema) for name in NARROWED[statement]]
    assert _names(cursor, statement.format(schema=schema)) == expected


@pytest.mark.parametrize("what", ["TABLES", "VIEWS", "OBJECTS", "SCHEMAS", "DATABASES"])
def test_terse_shows_five_columns(cursor: Any, what: str) -> None:
    cursor.execute(f"SHOW TERSE {what}")
    assert [c.name for c in cursor.description] == TERSE
    assert cursor.fetchall()


def test_show_tables_and_columns_say_what_snowflake_says(cursor: Any) -> None:
    cursor.execute("SHOW TABLES LIKE 'ALPHA'")
    names = [c.name for c in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    assert names[:6] == ["created_on", "name", "database_name", "schema_name", "kind", "comment"]
    assert (row["kind"], row["owner"], row["is_external"]) == ("TABLE", "ACCOUNTADMIN", "N")
    assert isinstance(row["created_on"], dt.datetime)
    found = cursor.execute("SHOW COLUMNS LIKE 'a%' IN TABLE alpha").fetchall()
    assert [(r[0], r[2], r[4], r[5], r[8]) for r in found] == [("ALPHA", "A", "NOT_NULL", "3", "x")]
    assert len(cursor.execute("SHOW COLUMNS IN VIEW gamma").fetchall()) == 2


def test_describe_of_each_kind(cursor: Any) -> None:
    table = cursor.execute("DESC TABLE alpha").fetchall()
    assert [row[:5] for row in table] == [
        ("A", "NUMBER(38,0)", "COLUMN", "N", "3"),
        ("B", "VARCHAR(5)", "COLUMN", "Y", None),
    ]
    assert [row[:2] for row in cursor.execute("DESCRIBE VIEW gamma")] == [r[:2] for r in table]
    assert cursor.execute("DESCRIBE FILE FORMAT ff").fetchall() == [
        ("SKIP_HEADER", "String", "1", ""),
        ("TYPE", "String", "CSV", ""),
    ]
    assert cursor.execute("DESCRIBE STAGE st").fetchall()
    assert "ALPHA" in [row[1] for row in cursor.execute(f"DESC SCHEMA {cursor.connection.schema}")]


@pytest.mark.parametrize(
    "statement",
    ["DESCRIBE FUNCTION f()", "DESC INTEGRATION i", "SHOW INTEGRATIONS", "SHOW REGIONS",
     "SHOW SEQUENCES", "SHOW MODELS"],
)  # fmt: skip
def test_what_is_not_there_is_refused_by_name(cursor: Any, statement: str) -> None:
    with pytest.raises(snowflake.connector.DatabaseError, match="Unsupported feature") as caught:
        cursor.execute(statement)
    assert (caught.value.errno, caught.value.sqlstate) == (2, "0A000")


def test_context_functions_stand_beside_each_other(cursor: Any) -> None:
    words = "current_date, current_time, current_timestamp, localtime, localtimestamp, current_user"
    row = cursor.execute(f"SELECT {words}, sysdate(), getdate()").fetchone()
    assert isinstance(row[0], dt.date) and isinstance(row[1], dt.time)
    assert row[5] == "ADMIN"
    found = cursor.execute(
        "SELECT CURRENT_ROLE(), CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_WAREHOUSE()"
    ).fetchone()
    assert found == ("ACCOUNTADMIN", "FIRN", cursor.connection.schema, "FIRN_WH")
    assert cursor.execute("SELECT 1 AS current_date, CURRENT_DATE() AS d").fetchone()[0] == 1
