"""What was dropped or deleted gives its disk space back, and nothing else is lost by it."""

from __future__ import annotations

import pathlib
import random
import time
from collections.abc import Callable
from typing import Any

import wire
from daemon import Daemon
from small_disk import mounted

Start = Callable[..., Daemon]
JSON = {"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}
LIMIT_S = 90
NOISE = ", ".join(f"RANDOM() R{i}" for i in range(15))


def ask(daemon: Daemon, token: str, text: str) -> dict[str, Any]:
    return wire.run(daemon, token, text, parameters=JSON)


def must(daemon: Daemon, token: str, text: str) -> Any:
    answer = ask(daemon, token, text)
    assert answer["success"], f"{text}: {answer['message']}"
    return answer["data"]["rowset"]


def data_files(daemon: Daemon) -> list[pathlib.Path]:
    return list((daemon.home / "lake" / "data").rglob("*.parquet"))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_on_a_nearly_full_disk_a_drop_lets_writes_go_on(
    start_firn: Start, tmp_path: pathlib.Path
) -> None:
    with mounted(tmp_path / "disk", "tmpfs") as disk:
        daemon = start_firn("--disk-warn", "60", "--disk-refuse", "80", home=disk / "home")
        token = wire.admin_token(daemon)
        must(
            daemon,
            token,
            "CREATE TABLE KEPT AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 1000))",
        )
        # Each table is less than what lies between the two lines, or it would not be noticed in time.
        for number in range(30):
            made = ask(daemon, token, f"CREATE TABLE BIG{number} AS SELECT {NOISE} FROM "
                                      "TABLE(GENERATOR(ROWCOUNT => 65000))")  # fmt: skip
            if not made["success"]:
                break
            used = int(wire.metric(daemon, "firn_disk_used_percent"))
            until(lambda used=used: int(wire.metric(daemon, "firn_disk_used_percent")) > used)
        assert not made["success"] and "% full" in made["message"], made
        for dropped in range(number):
            must(daemon, token, f"DROP TABLE BIG{dropped}")
        until(lambda: ask(daemon, token, "INSERT INTO KEPT VALUES (-1)")["success"])
        assert must(daemon, token, "SELECT COUNT(*), SUM(N) FROM KEPT") == [["1001", "499499"]]
        assert len(data_files(daemon)) == 1
        assert wire.metric(daemon, "firn_lake_freed_bytes_total") > 10_000_000
        assert '"lake.freed"' in (daemon.home / "logs" / "firn.log").read_text()
        assert daemon.stop() == 0


def test_without_need_what_was_dropped_is_kept_for_a_day(start_firn: Start) -> None:
    daemon = start_firn("--disk-warn", "100", "--disk-refuse", "100")
    token = wire.admin_token(daemon)
    must(daemon, token, "CREATE TABLE T AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 1000))")
    must(daemon, token, "DROP TABLE T")
    assert daemon.stop() == 0
    daemon.start()  # looks at once
    until(lambda: "daemon.ready" in (daemon.home / "logs" / "firn.log").read_text())
    assert len(data_files(daemon)) == 1
    assert daemon.stop() == 0
    again = start_firn("--disk-warn", "100", "--disk-refuse", "100", "--retention-days", "0")
    until(lambda: not data_files(again))


def test_a_kill_while_space_is_given_back_loses_nothing(start_firn: Start) -> None:
    random_ = random.Random(7)
    daemon = start_firn("--disk-warn", "1", "--disk-refuse", "100")  # gives back all the time
    token = wire.admin_token(daemon)
    must(daemon, token, "CREATE TABLE KEPT (N INT)")
    for number in range(8):
        must(
            daemon,
            token,
            f"INSERT INTO KEPT SELECT {number} FROM TABLE(GENERATOR(ROWCOUNT => 100))",
        )
        for text in ("CREATE TABLE GONE AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 50000))",
                     "DELETE FROM GONE WHERE N < 10000", "DROP TABLE GONE"):  # fmt: skip
            must(daemon, token, text)
        daemon.kill()
        daemon.start()  # gives back at once
        time.sleep(random_.uniform(0, 0.2))  # the moment of the kill, not a wait
        daemon.kill()
        daemon.start()
        expected = [[str(kept), "100"] for kept in range(number + 1)]
        assert must(daemon, token, "SELECT N, COUNT(N) FROM KEPT GROUP BY N ORDER BY N") == expected
    until(lambda: len(data_files(daemon)) == 8)
