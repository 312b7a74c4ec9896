"""Runs translated statements on DuckDB with the engine's macros and a few test tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from firn_translator.translate import translate

MACROS = Path(__file__).parents[3] / "src" / "engine" / "macros.sql"
TABLES = {
    "T": "SELECT * FROM (VALUES (1, 'x', CAST(1.50 AS DECIMAL(10, 2)), 2.5e0, DATE '2024-01-31'), "
    "(2, 'y', 2.25, 0.5e0, DATE '2024-02-29'), (3, NULL, NULL, NULL, NULL)) "
    "AS v(A, S, D, F, DT)",
    "U": "SELECT 1 AS A, 'one' AS B UNION ALL SELECT 4, 'four'",
    "J": 'SELECT CAST(\'{"a": {"b": [10, "z"]}, "n": 5}\' AS JSON) AS V',
}

Run = Callable[[str], list[Any]]


def load_macros(connection: duckdb.DuckDBPyConnection) -> None:
    for line in MACROS.read_text().splitlines():
        if line.startswith("CREATE"):
            connection.execute(line)


@pytest.fixture(scope="session")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load_macros(connection)
    connection.execute("SET TimeZone = 'UTC'")
    for name, body in TABLES.items():
        connection.execute(f"CREATE TABLE {name} AS {body}")
    return connection


@pytest.fixture
def run(database: duckdb.DuckDBPyConnection) -> Run:
    """The rows of a Snowflake statement, each value as text so that scale and form count."""

    def rows(statement: str) -> list[Any]:
        answer = translate(statement)
        sql = str(answer["sql"])
        for index, table in enumerate(answer["tables"]):
            sql = sql.replace(f'"firn:t{index}"', f'"{table["name"][-1]}"')
        database.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql})")
        return list(database.fetchall())

    return rows
