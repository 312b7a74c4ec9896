"""kill -9 of the daemon: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import concurrent.futures
import pathlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wire
from daemon import Daemon
from snowflake.connector.errors import Error as SnowflakeError

WRITERS = 8
GROUP = 5  # rows of one INSERT
Start = Callable[..., Daemon]


class Writer:
    """Inserts groups of rows until the daemon is gone; knows what it was told is there."""

    def __init__(self, daemon: Daemon, number: int, start_group: int) -> None:
        self._daemon = daemon
        self._number = number
        self._group = start_group
        self.acknowledged: set[int] = set()
        self.tables: dict[str, bool] = {}  # name: whether it was acknowledged last as there

    def run(self, ready: threading.Barrier) -> None:
        """Ends when the daemon does: with the first statement that fails."""
        token = wire.admin_token(self._daemon)
        ready.wait(60)
        random_ = random.Random(self._group)
        try:
            while True:
                self._one(token, random_)
        except (OSError, ValueError, EOFError):
            return
        except Exception as error:  # half an answer, in any of http.client's words
            if not isinstance(error, AssertionError):
                return
            raise

    def _ask(self, token: str, text: str) -> None:
        answer = wire.run(self._daemon, token, text)
        if not answer["success"]:
            raise AssertionError(f"{text}: {answer['message']}")

    def _one(self, token: str, random_: random.Random) -> None:
        self._group += 1
        group = self._number * 1_000_000 + self._group
        rows = ", ".join(f"({group}, {i}, '{'x' * random_.randrange(200)}')" for i in range(GROUP))
        choice = random_.random()
        if choice < 0.55:
            self._ask(token, f"INSERT INTO FIRN.PUBLIC.W VALUES {rows}")
        elif choice < 0.7:
            # More than the lake keeps in its catalog: a data file.
            self._ask(
                token,
                f"INSERT INTO FIRN.PUBLIC.W SELECT {group}, SEQ4(), 'f' FROM "
                f"TABLE(GENERATOR(ROWCOUNT => {GROUP * 20}))",
            )
        elif choice < 0.85:
            self._ask(token, "BEGIN")
            for i in range(GROUP):
                self._ask(token, f"INSERT INTO FIRN.PUBLIC.W VALUES ({group}, {i}, 't')")
            self._ask(token, "COMMIT")
        else:
            self._tables(token, group, rows)
            return
        self.acknowledged.add(group)

    def _tables(self, token: str, group: int, rows: str) -> None:
        name = f"MADE_{group}"
        self._ask(
            token, f"CREATE TABLE FIRN.PUBLIC.{name} AS SELECT * FROM VALUES {rows} v(g, n, t)"
        )
        self.tables[name] = True
        if group % 2:
            del self.tables[name]  # while the DROP is under way either is right
            self._ask(token, f"DROP TABLE FIRN.PUBLIC.{name}")
            self.tables[name] = False


@pytest.fixture
def killed_home(start_firn: Start) -> Iterator[Daemon]:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    made = wire.run(daemon, token, "CREATE TABLE FIRN.PUBLIC.W (G NUMBER, N NUMBER, T VARCHAR)")
    assert made["success"], made
    yield daemon


def write_until_killed(daemon: Daemon, seed: int) -> list[Writer]:
    writers = [Writer(daemon, number, seed * 10_000) for number in range(WRITERS)]
    ready = threading.Barrier(WRITERS + 1)
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writer.run, ready) for writer in writers]
        ready.wait(60)
        time.sleep(random.Random(seed).uniform(0.02, 1.5))  # the moment of the kill, not a wait
        assert daemon.process and daemon.process.poll() is None, "it ended by itself"
        daemon.kill()
        for one in running:
            one.result(60)
    return writers


def look(daemon: Daemon, acknowledged: set[int], tables: dict[str, bool]) -> None:
    with daemon.connect() as opened:
        cursor = opened.cursor()
        sizes = dict(cursor.execute("SELECT G, COUNT(*) FROM W GROUP BY G").fetchall())
        lost = acknowledged - set(sizes)
        assert not lost, f"acknowledged and lost: {sorted(lost)[:10]}"
        half = {group: size for group, size in sizes.items() if size not in (GROUP, GROUP * 20)}
        assert not half, f"visible by half: {half}"
        there = {row[1] for row in cursor.execute("SHOW TABLES IN SCHEMA FIRN.PUBLIC")}
        for name, wanted in tables.items():
            assert (name in there) == wanted, f"{name} is {'not ' * wanted}there"
        for name in there - {"W"}:
            assert cursor.execute(f"SELECT COUNT(*) FROM {name}").fetchone() == (GROUP,)
            cursor.execute(f"DROP TABLE {name}")
        for name in set(tables) - there:
            with pytest.raises(SnowflakeError):
                cursor.execute(f"SELECT COUNT(*) FROM {name}")
            cursor.execute(f"CREATE TABLE {name} (N INT)")  # nothing of the old one is in the way
            cursor.execute(f"DROP TABLE {name}")


def rounds(daemon: Daemon, seeds: range) -> None:
    acknowledged: set[int] = set()
    for seed in seeds:
        writers = write_until_killed(daemon, seed)
        daemon.start()
        tables: dict[str, bool] = {}
        for writer in writers:
            acknowledged |= writer.acknowledged
            tables |= writer.tables
        look(daemon, acknowledged, tables)
    assert acknowledged


def test_ten_kills_under_eight_writers_lose_nothing_acknowledged(killed_home: Daemon) -> None:
    rounds(killed_home, range(1, 11))


@pytest.mark.soak
def test_a_thousand_kills_under_eight_writers_lose_nothing_acknowledged(
    killed_home: Daemon,
) -> None:
    rounds(killed_home, range(1, 1001))


def test_a_session_survives_a_kill_with_its_parameters_and_context(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for text in ("CREATE SCHEMA KEPT", "USE SCHEMA FIRN.KEPT", "SET mine = 'still'",
                 "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo', QUERY_TAG = 'before'",
                 "CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)"):  # fmt: skip
        assert wire.run(daemon, token, text)["success"], text
    daemon.kill()
    daemon.start()
    answer = wire.run(daemon, token, "SELECT CURRENT_SCHEMA(), $mine, COUNT(*) FROM T",
                      parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"})  # fmt: skip
    assert answer["data"]["rowset"] == [["KEPT", "still", "1"]], answer
    sent = {item["name"]: item["value"] for item in answer["data"]["parameters"]}
    assert sent["TIMEZONE"] == "Asia/Tokyo"


def test_query_history_survives_a_kill(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    good = wire.run(daemon, token, "SELECT 4711")["data"]["queryId"]
    bad = wire.run(daemon, token, "SELECT * FROM NOWHERE")["data"]["queryId"]
    # The history is written a moment after the answer; who asks for a query waits for that.
    wire.request(daemon, "GET", "/monitoring/queries/unknown",
                 Authorization=f'Snowflake Token="{token}"')  # fmt: skip
    daemon.kill()
    daemon.start()
    with daemon.connect() as opened:
        assert opened.get_query_status(good).name == "SUCCESS"
        assert opened.get_query_status(bad).name == "FAILED_WITH_ERROR"


def test_an_async_query_that_ran_at_the_kill_has_failed(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    endless = "TABLE(GENERATOR(ROWCOUNT => 300000))"
    begun = wire.run(
        daemon, token, f"SELECT COUNT(*) FROM {endless} a, {endless} b", asyncExec=True
    )
    assert begun["code"] == "333334", begun
    query_id = begun["data"]["queryId"]
    with daemon.connect() as opened:
        assert opened.is_still_running(opened.get_query_status(query_id))
    daemon.kill()
    daemon.start()
    with daemon.connect() as opened:
        status = opened.get_query_status(query_id)
        assert status.name in ("FAILED_WITH_ERROR", "FAILED_WITH_INCIDENT", "ABORTED"), status
        with pytest.raises(SnowflakeError) as caught:
            opened.get_query_status_throw_if_error(query_id)
        assert "restart" in str(caught.value).lower()
        with pytest.raises(SnowflakeError):
            opened.cursor().get_results_from_sfqid(query_id)
        assert opened.cursor().execute("SELECT 1").fetchone() == (1,)


def ask(daemon: Daemon, token: str, text: str) -> dict[str, Any]:
    return wire.run(
        daemon, token, text, parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}
    )


def test_an_open_transaction_is_lost_at_the_kill_and_the_next_statement_says_so(
    start_firn: Start,
) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for text in (
        "CREATE TABLE T (N INT)",
        "INSERT INTO T VALUES (1)",
        "BEGIN",
        "INSERT INTO T VALUES (2)",
    ):
        assert wire.run(daemon, token, text)["success"], text
    daemon.kill()
    daemon.start()
    told = ask(daemon, token, "INSERT INTO T VALUES (3)")
    assert not told["success"] and "transaction" in told["message"], told
    assert ask(daemon, token, "SELECT COUNT(*) FROM T")["data"]["rowset"] == [["1"]]
    assert wire.run(daemon, token, "INSERT INTO T VALUES (3)")["success"]


def test_temporary_tables_are_lost_at_the_kill_and_the_next_statement_says_so(
    start_firn: Start,
) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    assert wire.run(daemon, token, "CREATE TEMPORARY TABLE T (N INT)")["success"]
    daemon.kill()
    daemon.start()
    told = ask(daemon, token, "SELECT * FROM T")
    assert not told["success"] and "temporary tables" in told["message"], told
    gone = ask(daemon, token, "SELECT * FROM T")
    assert gone["code"] == "002003", gone
    assert wire.run(daemon, token, "CREATE TEMPORARY TABLE T (N INT)")["success"]


def test_files_that_a_killed_statement_left_are_swept(start_firn: Start) -> None:
    daemon = start_firn()
    with daemon.connect() as opened:
        opened.cursor().execute("CREATE TABLE T (N INT)")
    daemon.kill()
    left = daemon.home / "lake" / "data" / "ducklake-left.parquet"
    left.write_bytes(b"PAR1")
    daemon.start()
    deadline = time.monotonic() + 20
    while left.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left.exists()


def test_a_clean_stop_keeps_everything_too(start_firn: Start, tmp_path: pathlib.Path) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for text in ("CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)"):
        assert wire.run(daemon, token, text)["success"]
    assert daemon.stop() == 0
    daemon.start()
    assert ask(daemon, token, "SELECT N FROM T")["data"]["rowset"] == [["1"]]
