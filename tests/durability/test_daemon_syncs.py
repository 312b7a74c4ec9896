"""Power loss, the whole daemon: what an answer acknowledges is on the disk before the answer is sent.

Its system calls are traced: at each HTTP answer nothing that was written, made or renamed in the
lake, the metadata or the stages may be waiting for a sync. Results and logs are not watched:
nothing acknowledged depends on them.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator

import pytest
import wire
from daemon import Daemon

CALLS = "openat,mkdir,write,pwrite64,sendmsg,sendto,fsync,fdatasync,syncfs,rename,unlink"
LINE = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?: resumed>)?\(?(.*)$")
QUOTED = re.compile(r'"([^"]+)"')
# What it does, and the file whose sync must come before its answer.
STATEMENTS = {
    "CREATE TABLE T (N INT)": "catalog.ducklake.wal",
    "INSERT INTO T VALUES (1)": "catalog.ducklake.wal",
    "INSERT INTO T SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 1000))": ".parquet",
    "CREATE TABLE U AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 1000))": ".parquet",
    "DELETE FROM U WHERE N < 500": "-delete.parquet",
    "CREATE STAGE S": "meta.db-wal",
    "PUT file:///tmp/rows.csv @S AUTO_COMPRESS=FALSE": "",
    "COPY INTO T FROM @S": "catalog.ducklake.wal",
    "CREATE USER ANN PASSWORD = 'Correct horse battery 1'": "meta.db-wal",
    "ALTER USER ADMIN ADD PROGRAMMATIC ACCESS TOKEN X": "meta.db-wal",
    "ALTER USER ADMIN REMOVE PROGRAMMATIC ACCESS TOKEN X": "meta.db-wal",
    "DROP USER ANN": "meta.db-wal",
    "ALTER TABLE T RENAME TO R": "catalog.ducklake.wal",
    "DROP TABLE U": "catalog.ducklake.wal",
}


@dataclasses.dataclass
class Answer:
    waiting: set[str]  # for a sync when it was sent
    synced: set[str]  # since the answer before


def watched(path: str) -> bool:
    kept = "/lake/" in path or "/meta.db" in path or "/stages/" in path
    return kept and not path.endswith((".uploads", "/lock", "-shm"))


def named(text: str) -> str:
    """The file of the descriptor that strace shows first."""
    match = re.search(r"\d+<([^>]*)>", text)
    return match[1] if match else ""


def answers(lines: list[str]) -> Iterator[Answer]:
    waiting: set[str] = set()
    synced: set[str] = set()
    begun: dict[str, str] = {}  # by thread, the sync that another thread's call interrupted
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        thread, name, text = match.groups()
        paths = QUOTED.findall(text)
        if name in ("fsync", "fdatasync"):
            if "<unfinished" in text:
                begun[thread] = named(text)
                continue
            path = begun.pop(thread, "") or named(text)
            if "= 0" in text:
                waiting.discard(path)
                synced.add(path)
        elif "= -1 " in text:
            continue
        elif name in ("sendmsg", "sendto") and "HTTP/1.1 200" in text:
            yield Answer(set(waiting), synced)
            synced = set()
        elif name == "openat" and "O_CREAT" in text and watched(paths[0]):
            if ".uploads/" not in paths[0] and not paths[0].endswith(("-wal", ".wal")):
                waiting |= {paths[0], str(pathlib.Path(paths[0]).parent)}
        elif name == "mkdir" and watched(paths[0]):
            waiting.add(str(pathlib.Path(paths[0]).parent))
        elif name == "rename" and watched(paths[-1]):
            if paths[0] in waiting:
                waiting.add(paths[-1])
            waiting.discard(paths[0])
            waiting.add(str(pathlib.Path(paths[-1]).parent))
        elif name == "unlink" and paths:
            waiting.discard(paths[0])
        elif name in ("write", "pwrite64") and watched(named(text)):
            waiting.add(named(text))
        elif name == "syncfs":
            waiting.clear()


def settle(daemon: Daemon, token: str) -> None:
    """The history of queries is written a moment after an answer; who asks for one waits for that."""
    wire.request(daemon, "GET", "/monitoring/queries/unknown",
                 Authorization=f'Snowflake Token="{token}"')  # fmt: skip


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """For each statement its answer, or for PUT that of the upload."""
    folder = tmp_path_factory.mktemp("firn")
    daemon = Daemon(folder / "home").start()
    assert daemon.process
    trace = folder / "trace"
    strace = subprocess.Popen(
        ["strace", "-f", "-y", "-s", "300", "-o", trace, "-e", f"trace={CALLS}", "-p", str(daemon.process.pid)],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    places: dict[str, int] = {}
    sent = 0
    try:
        assert strace.stderr and b"attached" in strace.stderr.readline()
        token = wire.admin_token(daemon)
        settle(daemon, token)
        sent += 2
        for text in STATEMENTS:
            answer = wire.run(daemon, token, text)
            assert answer["success"], f"{text}: {answer['message']}"
            places[text] = sent
            settle(daemon, token)
            sent += 2
            if text.startswith("PUT"):
                url = (
                    answer["data"]["stageInfo"]["presignedUrl"]
                    or answer["data"]["presignedUrls"][0]
                )
                path = urllib.parse.urlsplit(url).path
                assert wire.request(daemon, "PUT", path, b"1\n2\n")[0] == 200
                places[text] = sent
                sent += 1
    finally:
        strace.send_signal(signal.SIGINT)
        strace.communicate(timeout=30)
        daemon.kill()
    found = list(answers(trace.read_text(errors="replace").splitlines()))
    assert len(found) == sent
    return {text: found[place] for text, place in places.items()}


@pytest.mark.parametrize("text", STATEMENTS)
def test_nothing_waits_for_a_sync_when_the_answer_is_sent(
    traced: dict[str, Answer], text: str
) -> None:
    assert traced[text].waiting == set()


@pytest.mark.parametrize(("text", "file"), STATEMENTS.items())
def test_what_it_changed_was_synced_before_the_answer(
    traced: dict[str, Answer], text: str, file: str
) -> None:
    synced = traced[text].synced
    assert synced, "nothing was synced"
    assert any(path.endswith(file) for path in synced), synced


def test_an_uploaded_file_and_its_folders_are_synced(traced: dict[str, Answer]) -> None:
    text = next(text for text in STATEMENTS if text.startswith("PUT"))
    synced = traced[text].synced
    assert any("/.uploads/" in path for path in synced), synced
    assert any(path.endswith("/stages") for path in synced)
    assert any(path.endswith("meta.db-wal") for path in synced)
