"""Results in JSON: the same values as in Arrow, in chunks, from a daemon that holds few of them at a time."""

from __future__ import annotations

import pathlib
from typing import Any

from daemon import Daemon
from every_type import COLUMNS, EXPECTED, VALUES, readable

MANY = (
    "SELECT seq4() AS i, i / 7 AS n, (i % 1000) / 8::FLOAT AS f, 'row \"' || i || '\" \\\\ \\n é☃' AS s, "
    "i % 2 = 0 AS b, NULLIF(i % 3, 0) AS z, DATEADD(second, i, '2020-01-01'::TIMESTAMP_NTZ) AS t "
    "FROM TABLE(GENERATOR(ROWCOUNT => {rows})) ORDER BY i"
)


def _as_json(cursor: Any) -> None:
    cursor.execute("ALTER SESSION SET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT = 'JSON'")


def _peak_mb(daemon: Daemon) -> float:
    assert daemon.process is not None
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def test_every_value_is_that_of_arrow(connection: Any) -> None:
    cursor = connection.cursor()
    text = MANY.format(rows=20_000)
    arrow = cursor.execute(text).fetchall()
    _as_json(cursor)
    assert cursor.execute(text).fetchall() == arrow
    assert len(cursor.get_result_batches()) > 1


def test_every_type_comes_back_from_chunks(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    _as_json(cursor)
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    cursor.execute(f"INSERT INTO t SELECT {VALUES} FROM TABLE(GENERATOR(ROWCOUNT => 5000))")
    found = cursor.execute("SELECT * FROM t").fetchall()
    assert len(found) == 5000
    assert readable(found[0]) == EXPECTED and readable(found[-1]) == EXPECTED


def test_a_long_list_of_ours_comes_whole(connection: Any) -> None:
    cursor = connection.cursor()
    names = [f"C{i:04d}_{'X' * 40}" for i in range(1500)]
    cursor.execute(f"CREATE TABLE wide ({', '.join(f'{name} INT' for name in names)})")
    found = cursor.execute("DESCRIBE TABLE wide").fetchall()
    assert [row[0] for row in found] == names
    again = cursor.execute('SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))').fetchall()
    assert [row[0] for row in again] == names


def test_a_million_rows_take_little_memory(start_firn: Any) -> None:
    daemon = start_firn()
    with daemon.connect() as opened:
        cursor = opened.cursor()
        cursor.execute("ALTER SESSION SET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT = 'JSON'")
        cursor.execute(MANY.format(rows=1_000_000))
        count = total = 0
        last = None
        for row in cursor:
            count += 1
            total += row[0]
            last = row
        assert (count, total) == (1_000_000, 1_000_000 * 999_999 // 2)
        assert last is not None and last[3] == 'row "999999" \\ \n é☃'
    assert _peak_mb(daemon) < 700
