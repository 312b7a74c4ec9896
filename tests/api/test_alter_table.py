"""ALTER TABLE: another name, more, fewer and renamed columns; what a table keeps."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import snowflake.connector
from daemon import Daemon


@pytest.fixture(params=["TABLE", "TEMPORARY TABLE"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def cursor(connection: Any, kind: str) -> Any:
    cursor = connection.cursor()
    cursor.execute(f"CREATE {kind} t (a INT NOT NULL, s VARCHAR(5))")
    cursor.execute("INSERT INTO t VALUES (1, 'x'), (2, NULL)")
    return cursor


def _columns(cursor: Any, table: str = "t") -> list[tuple[str, str, str]]:
    return [(r[0], r[1], r[3]) for r in cursor.execute(f"DESCRIBE TABLE {table}")]


def _refused(cursor: Any, statement: str) -> tuple[int, str]:
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        cursor.execute(statement)
    return caught.value.errno, caught.value.sqlstate


def test_a_table_is_renamed_with_its_rows_and_its_columns(cursor: Any, kind: str) -> None:
    cursor.execute("ALTER TABLE t RENAME TO u")
    assert cursor.execute("SELECT * FROM u ORDER BY a").fetchall() == [(1, "x"), (2, None)]
    assert _columns(cursor, "u") == [("A", "NUMBER(38,0)", "N"), ("S", "VARCHAR(5)", "Y")]
    assert _refused(cursor, "SELECT * FROM t") == (2003, "42S02")
    cursor.execute(f"CREATE {kind} t (z INT)")
    assert _refused(cursor, "ALTER TABLE u RENAME TO t") == (2002, "42710")
    cursor.execute("INSERT INTO u VALUES (3, 'y')")
    assert cursor.execute("SELECT count(*) FROM u").fetchone() == (3,)


def test_columns_are_added_with_their_defaults(cursor: Any) -> None:
    cursor.execute("ALTER TABLE t ADD COLUMN v VARCHAR(3), n NUMBER(5,2) DEFAULT 1.5")
    cursor.execute("ALTER TABLE t ADD k INT NOT NULL DEFAULT 7 COMMENT 'seven'")
    assert _columns(cursor)[2:] == [
        ("V", "VARCHAR(3)", "Y"), ("N", "NUMBER(5,2)", "Y"), ("K", "NUMBER(38,0)", "N"),
    ]  # fmt: skip
    rows = cursor.execute("SELECT a, v, n, k FROM t ORDER BY a").fetchall()
    assert [(a, v, float(n), k) for a, v, n, k in rows] == [(1, None, 1.5, 7), (2, None, 1.5, 7)]
    cursor.execute("INSERT INTO t (a, v) VALUES (3, 'abc')")
    assert cursor.execute("SELECT k FROM t WHERE a = 3").fetchone() == (7,)
    assert _refused(cursor, "INSERT INTO t (a, v) VALUES (4, 'four')") == (100078, "22000")
    assert _refused(cursor, "INSERT INTO t (a, k) VALUES (4, NULL)") == (100072, "22000")
    assert _refused(cursor, "ALTER TABLE t ADD COLUMN a INT") == (1430, "42601")
    cursor.execute("ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT")
    assert len(_columns(cursor)) == 5


def test_columns_are_dropped_and_renamed(cursor: Any) -> None:
    cursor.execute("ALTER TABLE t ADD COLUMN x INT, y INT")
    cursor.execute("ALTER TABLE t DROP COLUMN x, y")
    cursor.execute('ALTER TABLE t RENAME COLUMN s TO "Some text"')
    assert [name for name, _, _ in _columns(cursor)] == ["A", "Some text"]
    assert cursor.execute('SELECT "Some text" FROM t ORDER BY a').fetchall() == [("x",), (None,)]
    assert _refused(cursor, "ALTER TABLE t DROP COLUMN nothing") == (904, "42000")
    cursor.execute("ALTER TABLE t DROP COLUMN IF EXISTS nothing")
    assert _refused(cursor, "ALTER TABLE t RENAME COLUMN nothing TO b") == (904, "42000")
    assert _refused(cursor, 'ALTER TABLE t RENAME COLUMN a TO "Some text"') == (2025, "42S21")
    cursor.execute("ALTER TABLE t DROP COLUMN a")
    assert _refused(cursor, 'ALTER TABLE t DROP COLUMN "Some text"')[0] == 2


@pytest.mark.parametrize(
    "change", ["ALTER COLUMN a SET DATA TYPE NUMBER(10)", "SWAP WITH u", "CLUSTER BY (a)"]
)
def test_what_is_not_there_is_refused_by_name(cursor: Any, change: str) -> None:
    assert _refused(cursor, f"ALTER TABLE t {change}") == (2, "0A000")


def test_changes_survive_a_kill(start_firn: Callable[..., Daemon], firn_home: pathlib.Path) -> None:
    daemon = start_firn()
    with daemon.connect() as opened:
        cursor = opened.cursor()
        cursor.execute("CREATE TABLE t AS SELECT 1 AS a, 'x' AS s")
        cursor.execute("ALTER TABLE t RENAME TO u")
        cursor.execute("ALTER TABLE u ADD COLUMN b INT DEFAULT 2")
        cursor.execute("ALTER TABLE u RENAME COLUMN s TO r")
    daemon.kill()
    with start_firn(home=firn_home).connect() as opened:
        cursor = opened.cursor()
        assert cursor.execute("SELECT a, r, b FROM u").fetchall() == [(1, "x", 2)]
        assert [row[1] for row in cursor.execute("SHOW TABLES IN SCHEMA FIRN.PUBLIC")] == ["U"]
