"""A disk that is nearly full stops writes and says what to free; one that is full loses nothing."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wire
from daemon import Daemon
from small_disk import mounted

Start = Callable[..., Daemon]
COLUMNS = ", ".join(f"R{i} INT" for i in range(15))
NOISE = ", ".join(["RANDOM()"] * 15)  # what no compression makes small
BATCH = 4000  # rows
JSON = {"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}


def ask(daemon: Daemon, token: str, text: str) -> dict[str, Any]:
    return wire.run(daemon, token, text, parameters=JSON)


def rows(daemon: Daemon, token: str, text: str) -> Any:
    answer = ask(daemon, token, text)
    assert answer["success"], answer
    return answer["data"]["rowset"]


@pytest.fixture
def filled(start_firn: Start) -> Daemon:
    """A daemon that holds a table, a stage with a file, a view, and now takes its disk for full."""
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for text in ("CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)", "CREATE VIEW V AS SELECT * FROM T",
                 "CREATE TABLE SPARE (N INT)", "CREATE STAGE S", "CREATE SCHEMA SPARE_SCHEMA",
                 "USE SCHEMA FIRN.PUBLIC"):  # fmt: skip
        assert wire.run(daemon, token, text)["success"], text
    file = daemon.home.with_name("rows.csv")
    file.write_text("1\n")
    with daemon.connect() as opened:
        opened.cursor().execute(f"PUT file://{file} @S")
    assert daemon.stop() == 0
    return start_firn("--disk-warn", "1", "--disk-refuse", "1")


@pytest.mark.parametrize(
    "text",
    ["INSERT INTO T VALUES (2)", "UPDATE T SET N = 3", "CREATE TABLE U (N INT)", "CREATE TABLE U AS SELECT 1 N",
     "COPY INTO T FROM @S", "CREATE STAGE OTHER", "PUT file:///etc/hostname @S"],
)  # fmt: skip
def test_writes_are_refused_with_what_may_be_freed(filled: Daemon, text: str) -> None:
    answer = ask(filled, wire.admin_token(filled), text)
    assert not answer["success"]
    assert "% full" in answer["message"] and "DROP" in answer["message"], answer
    assert answer["data"]["sqlState"] == "53100"


def test_on_a_nearly_full_disk_one_can_log_in_read_and_free(filled: Daemon) -> None:
    token = wire.admin_token(filled)
    assert rows(filled, token, "SELECT COUNT(*) FROM V") == [["1"]]
    assert len(rows(filled, token, "LIST @S")) == 1
    assert rows(filled, token, "SHOW TABLES")
    for text in ("USE SCHEMA FIRN.PUBLIC", "ALTER SESSION SET QUERY_TAG = 'x'", "SET a = 1", "BEGIN", "ROLLBACK",
                 "REMOVE @S", "TRUNCATE TABLE SPARE", "DROP TABLE SPARE", "DROP STAGE S", "DROP VIEW V",
                 "DROP SCHEMA SPARE_SCHEMA"):  # fmt: skip
        answer = ask(filled, token, text)
        assert answer["success"], f"{text}: {answer['message']}"
    assert rows(filled, token, "SELECT COUNT(*) FROM T") == [["1"]]
    log = (filled.home / "logs" / "firn.log").read_text()
    assert "disk.nearly_full" in log and "disk.writes_refused" in log
    assert wire.metric(filled, "firn_disk_used_percent") >= 1


@pytest.fixture
def small_disk(tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Iterator[pathlib.Path]:
    with mounted(tmp_path / "disk", request.param) as folder:
        yield folder


class Filler:
    """A file that takes all the space there is but `left_bytes`."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._file = folder / "filler"

    def fill(self, left_bytes: int) -> None:
        status = os.statvfs(self._file.parent)
        wanted_bytes = status.f_bavail * status.f_frsize - left_bytes
        if wanted_bytes > 0:
            with self._file.open("ab") as out:
                os.posix_fallocate(out.fileno(), out.tell(), wanted_bytes)

    def free(self) -> None:
        self._file.unlink()


def insert_until_refused(daemon: Daemon, token: str, first: int) -> tuple[int, dict[str, Any]]:
    """How many batches were taken, and the answer to the one that was not."""
    for batch in range(first, first + 200):
        answer = ask(
            daemon,
            token,
            f"INSERT INTO T SELECT {batch}, 'batch', {NOISE} FROM TABLE(GENERATOR(ROWCOUNT => {BATCH}))",
        )
        if not answer["success"]:
            return batch - first, answer
    raise AssertionError("the disk did not fill")


@pytest.mark.parametrize(
    ("small_disk", "ended"),
    [("tmpfs", "running"), ("ext4", "running"), ("ext4", "killed"), ("ext4", "stopped")],
    indirect=["small_disk"],
)
def test_a_full_disk_loses_and_breaks_nothing(
    small_disk: pathlib.Path, start_firn: Start, ended: str
) -> None:
    daemon = start_firn("--disk-warn", "99", "--disk-refuse", "100", home=small_disk / "home")
    token = wire.admin_token(daemon)
    assert ask(daemon, token, f"CREATE TABLE T (B INT, X VARCHAR, {COLUMNS})")["success"]
    filler = Filler(small_disk)
    taken = 0
    small: list[int] = []  # batches of one row that were acknowledged
    for left_bytes in (6 << 20, 2 << 20, 100_000, 0):
        filler.fill(left_bytes)
        more, refused = insert_until_refused(daemon, token, taken)
        taken += more
        assert refused["code"] != "000603", refused
        assert "space" in refused["message"] or "disk" in refused["message"].lower(), refused
        for number in range(-10 * left_bytes - 10, -10 * left_bytes):
            answer = ask(daemon, token, f"INSERT INTO T (B, X) VALUES ({number}, 'small')")
            if answer["success"]:
                small.append(number)
            else:
                assert "disk" in answer["message"], answer
        assert wire.request(daemon, "GET", "/healthz")[0] == 200
        # With nothing left it still reads, and shows what it acknowledged and nothing else.
        assert rows(daemon, token, "SELECT COUNT(*) FROM T") == [[str(BATCH * taken + len(small))]]
    if ended == "killed":
        daemon.kill()
    elif ended == "stopped":
        assert daemon.stop() == 0
    filler.free()
    if ended != "running":
        daemon.start()
        token = wire.admin_token(daemon)
    assert rows(daemon, token, "SELECT B, COUNT(*) FROM T GROUP BY B ORDER BY B") == [
        *([str(number), "1"] for number in sorted(small)),
        *([str(batch), str(BATCH)] for batch in range(taken)),
    ]
    assert ask(daemon, token, "INSERT INTO T (B, X) VALUES (1000, 'after')")["success"]
    assert rows(daemon, token, "SELECT X FROM T WHERE B = 1000") == [["after"]]
    assert ask(daemon, token, "CREATE TABLE AFTER AS SELECT * FROM T")["success"]
    daemon.kill()
    daemon.start()
    assert rows(daemon, token, "SELECT COUNT(*) FROM AFTER WHERE B >= 0") == [
        [str(BATCH * taken + 1)]
    ]
