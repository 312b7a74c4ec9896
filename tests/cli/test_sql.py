"""firn sql: statements in, tables, CSV and JSON out."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from daemon import FIRN, Daemon

Firn = Callable[..., Any]
VALUES = (
    "SELECT 1 AS N, 'a,\"b\"' AS T, NULL AS NOTHING, TRUE AS YES, 1.50::NUMBER(10,2) AS P,"
    " '2013-01-31'::DATE AS D, '2013-01-31 09:05:00.25'::TIMESTAMP_NTZ AS TS"
)


def test_a_table_is_aligned_and_says_rows_and_seconds(firn: Firn) -> None:
    lines = firn("sql", "-q", "SELECT 1 AS A, 'x' AS LONGER").stdout.splitlines()
    assert lines[:3] == [" A | LONGER", "---+--------", " 1 | x"]
    assert lines[3].startswith("(1 row, ") and lines[3].endswith(" s)")


def test_csv_reads_back(firn: Firn) -> None:
    rows = list(csv.DictReader(io.StringIO(firn("sql", "--format", "csv", "-q", VALUES).stdout)))
    assert rows == [
        {
            "N": "1",
            "T": 'a,"b"',
            "NOTHING": "",
            "YES": "true",
            "P": "1.50",
            "D": "2013-01-31",
            "TS": "2013-01-31 09:05:00.25",
        }
    ]


def test_json_keeps_the_kinds_of_values(firn: Firn) -> None:
    expected = {
        "N": 1,
        "T": 'a,"b"',
        "NOTHING": None,
        "YES": True,
        "P": 1.5,
        "D": "2013-01-31",
        "TS": "2013-01-31 09:05:00.25",
    }
    assert json.loads(firn("sql", "--json", "-q", VALUES).stdout) == [expected]
    lines = firn("sql", "--format", "jsonl", "-q", VALUES).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [expected]
    assert json.loads(firn("sql", "--json", "-q", "SELECT 1 AS A WHERE FALSE").stdout) == []


def test_statements_come_from_a_file_and_from_standard_input(
    firn: Firn, tmp_path: pathlib.Path
) -> None:
    text = "SELECT 1 AS A; -- a ; in a comment\nSELECT ';' AS B;\n"
    (tmp_path / "a.sql").write_text(text)
    from_file = firn("sql", "--format", "csv", "-f", tmp_path / "a.sql").stdout
    assert from_file == "A\n1\nB\n;\n"
    assert firn("sql", "--format", "csv", stdin=text).stdout == from_file


def test_a_failed_statement_is_told_with_its_number_and_ends_the_run(firn: Firn) -> None:
    done = firn("sql", "-q", "SELECT * FROM NO_SUCH_TABLE; SELECT 1", status=4)
    assert done.stdout == ""
    assert done.stderr.startswith("error 002003 (42S02): ")
    done = firn("sql", "--keep-going", "--json", "-q", "SELEC 1; SELECT 1 AS A", status=2)
    assert json.loads(done.stdout) == [{"A": 1}]
    assert json.loads(done.stderr)["error"]["number"] == "001003"


def test_a_session_lasts_over_all_statements(firn: Firn) -> None:
    text = "SET X = 5; CREATE TEMPORARY TABLE T AS SELECT $X AS A; SELECT A + 1 AS B FROM T"
    assert firn("sql", "--format", "csv", "-q", text).stdout.endswith("B\n6\n")


def test_a_large_result_comes_whole_and_in_order_page_by_page(firn: Firn) -> None:
    text = "SELECT SEQ4() AS I, 'x' AS T FROM TABLE(GENERATOR(ROWCOUNT => 250000)) ORDER BY I"
    lines = firn("sql", "--format", "csv", "-q", text).stdout.splitlines()
    assert len(lines) == 250_001
    assert [int(line.split(",")[0]) for line in lines[1:]] == list(range(250_000))
    table = firn("sql", "-q", text).stdout.splitlines()
    assert table[-1].startswith("(250,000 rows, the first 1,000 shown, ")
    assert len(table) == 1003


def test_reading_a_result_leaves_the_last_query_id_alone(firn: Firn) -> None:
    text = "SELECT 7 AS A; SELECT A * 2 AS B FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))"
    assert firn("sql", "--format", "csv", "-q", text).stdout == "A\n7\nB\n14\n"


def test_what_does_not_run_is_said_with_how_to_start_it(
    run_firn: Firn, tmp_path: pathlib.Path
) -> None:
    done = run_firn(tmp_path / "home", "sql", "-q", "SELECT 1", status=8)
    assert "no Firn runs in" in done.stderr and "firn up" in done.stderr


def read_until(fd: int, wanted: bytes, limit_s: float = 30) -> bytes:
    """What a terminal shows until that text came."""
    seen = b""
    deadline = time.monotonic() + limit_s
    while wanted not in seen:
        left_s = deadline - time.monotonic()
        assert left_s > 0 and select.select([fd], [], [], left_s)[0], seen
        seen += os.read(fd, 4096)
    return seen


@pytest.fixture
def terminal(firn_daemon: Daemon) -> Any:
    """firn sql on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(FIRN), "sql", "--home", str(firn_daemon.home)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=lambda: os.login_tty(theirs) if hasattr(os, "login_tty") else os.setsid(),
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    yield ours, process
    process.kill()
    process.wait()
    os.close(ours)


def test_the_shell_takes_statements_over_lines_and_keeps_a_history(
    terminal: Any, firn_daemon: Daemon
) -> None:
    fd, process = terminal
    read_until(fd, b"firn> ")
    os.write(fd, b"SELECT 40 +\n")
    read_until(fd, b"-> ")
    os.write(fd, b"2 AS ANSWER;\n")
    seen = read_until(fd, b" s)")
    assert b"ANSWER" in seen and b"42" in seen
    os.write(fd, b"\\x\n")
    read_until(fd, b"is on.")
    os.write(fd, b"\\q\n")
    assert process.wait(20) == 0
    history = (firn_daemon.home / "sql_history").read_text()
    assert "ANSWER" in history
    assert (firn_daemon.home / "sql_history").stat().st_mode & 0o077 == 0


def test_ctrl_c_cancels_a_statement_and_the_session_goes_on(firn_daemon: Daemon) -> None:
    slow = (
        "WITH G AS (SELECT SEQ4() AS X FROM TABLE(GENERATOR(ROWCOUNT => 400000)))"
        " SELECT COUNT(*) FROM G A, G B WHERE (A.X * B.X) % 7 = 1"
    )
    with subprocess.Popen(
        [str(FIRN), "sql", "--home", str(firn_daemon.home), "--keep-going", "-q"]
        + [f"{slow}; SELECT 'alive' AS A"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while "firn_statements_running 0" in firn_daemon.get("/metrics").read().decode():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert "000604" in err
    assert "alive" in out
    assert process.returncode == 7
