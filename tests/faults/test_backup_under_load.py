"""A backup that is made while eight writers work is one moment of every table and every file."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import pathlib
import shutil
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
import wire
from daemon import FIRN, Daemon

Start = Callable[..., Daemon]
WRITERS = 8
JSON = {"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}


def ask(daemon: Daemon, token: str, text: str) -> dict[str, Any]:
    answer = wire.run(daemon, token, text, parameters=JSON)
    assert answer["success"], f"{text}: {answer['message']}"
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def firn(home: pathlib.Path, *words: str | pathlib.Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FIRN, *words, "--home", home], capture_output=True, text=True, timeout=120, check=False
    )


class Load:
    """Eight writers until told to stop; knows which pairs were acknowledged, and when."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._stop = threading.Event()
        self.acknowledged: set[int] = set()
        self._pool = concurrent.futures.ThreadPoolExecutor(WRITERS)
        self._running = [self._pool.submit(self._write, number) for number in range(WRITERS)]

    def _write(self, number: int) -> None:
        token = wire.admin_token(self._daemon)
        for step in range(10_000):
            if self._stop.is_set():
                return
            pair = number * 1_000_000 + step
            self._pair(token, pair)
            self._table(token, pair)
            if number % 4 == 0:
                self._file(token, number, step)
            self.acknowledged.add(pair)

    def _pair(self, token: str, pair: int) -> None:
        ask(self._daemon, token, "BEGIN")
        ask(self._daemon, token, f"INSERT INTO FIRN.PUBLIC.LEFT_ONE VALUES ({pair})")
        # Sometimes a data file, sometimes rows that the lake keeps in its catalog.
        many = 200 if pair % 3 == 0 else 1
        ask(self._daemon, token, f"INSERT INTO FIRN.PUBLIC.RIGHT_ONE SELECT {pair} FROM "
                                 f"TABLE(GENERATOR(ROWCOUNT => {many}))")  # fmt: skip
        ask(self._daemon, token, "COMMIT")

    def _table(self, token: str, pair: int) -> None:
        name = f"FIRN.PUBLIC.MADE_{pair}"
        ask(self._daemon, token, f"CREATE TABLE {name} AS SELECT {pair} AS N")
        if pair % 2:
            ask(self._daemon, token, f"DROP TABLE {name}")

    def _file(self, token: str, number: int, step: int) -> None:
        """One file of the stage is replaced by another, of another size."""
        data = ask(self._daemon, token, f"PUT file:///tmp/f{number}.txt @FIRN.PUBLIC.S "
                                        "AUTO_COMPRESS=FALSE OVERWRITE=TRUE")  # fmt: skip
        url = data["stageInfo"]["presignedUrl"] or data["presignedUrls"][0]
        body = f"{step}\n".encode() * (step % 7 + 1)
        assert wire.request(self._daemon, "PUT", urllib.parse.urlsplit(url).path, body)[0] == 200

    def check(self) -> None:
        """Raises what a writer met; they end only when told."""
        for one in self._running:
            if one.done():
                one.result()

    def stop(self) -> None:
        self._stop.set()
        for one in self._running:
            one.result(60)
        self._pool.shutdown()


def check(daemon: Daemon, acknowledged_before: set[int]) -> None:
    token = wire.admin_token(daemon)
    pairs = ask(daemon, token, "SELECT N, COUNT(*) FROM FIRN.PUBLIC.RIGHT_ONE GROUP BY N")["rowset"]
    left = ask(daemon, token, "SELECT N, COUNT(*) FROM FIRN.PUBLIC.LEFT_ONE GROUP BY N")["rowset"]
    assert all(row[1] == "1" for row in left)
    assert {row[0] for row in left} == {row[0] for row in pairs}, "a transaction is there by half"
    assert {row[1] for row in pairs} <= {"1", "200"}
    lost = acknowledged_before - {int(row[0]) for row in left}
    assert not lost, f"acknowledged before the backup began and not in it: {sorted(lost)[:5]}"
    made = [row[1] for row in ask(daemon, token, "SHOW TABLES IN SCHEMA FIRN.PUBLIC")["rowset"]]
    for name in made:
        if name.startswith("MADE_"):
            rows = ask(daemon, token, f"SELECT N FROM FIRN.PUBLIC.{name}")["rowset"]
            assert rows == [[name.removeprefix("MADE_")]]
    assert {f"MADE_{pair}" for pair in acknowledged_before if pair % 2 == 0} <= set(made)
    for name, size, md5, _ in ask(daemon, token, "LIST @FIRN.PUBLIC.S")["rowset"]:
        stored = next(path for path in (daemon.home / "stages").rglob(pathlib.Path(name).name))
        content = stored.read_bytes()
        assert (str(len(content)), hashlib.md5(content).hexdigest()) == (size, md5), name
    ask(daemon, token, "INSERT INTO FIRN.PUBLIC.LEFT_ONE VALUES (-1)")
    ask(daemon, token, "DROP TABLE FIRN.PUBLIC.RIGHT_ONE")


@pytest.fixture(scope="module")
def backups(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[pathlib.Path, set[int]]]:
    """Three backups made under load: the folder, and what was acknowledged before each began."""
    folder = tmp_path_factory.mktemp("firn")
    daemon = Daemon(folder / "home").start()
    made = []
    try:
        token = wire.admin_token(daemon)
        for text in (
            "CREATE TABLE LEFT_ONE (N INT)",
            "CREATE TABLE RIGHT_ONE (N INT)",
            "CREATE STAGE S",
        ):
            ask(daemon, token, text)
        load = Load(daemon)
        try:
            for number in range(3):
                while len(load.acknowledged) < 30 * (number + 1):
                    load.check()
                    time.sleep(0.01)
                before = set(load.acknowledged)
                done = firn(daemon.home, "backup", folder / f"backup-{number}")
                assert done.returncode == 0, done.stderr
                made.append((folder / f"backup-{number}", before))
        finally:
            load.stop()
        assert daemon.stop() == 0
    finally:
        daemon.kill()
    # Nothing of the home that was backed up is needed any more.
    shutil.rmtree(daemon.home)
    return made


def test_each_opens_elsewhere_at_one_moment(
    backups: list[tuple[pathlib.Path, set[int]]], start_firn: Start, tmp_path: pathlib.Path
) -> None:
    for number, (folder, before) in enumerate(backups):
        home = tmp_path / f"restored-{number}"
        done = firn(home, "restore", folder)
        assert done.returncode == 0, done.stderr
        daemon = start_firn(home=home)
        check(daemon, before)
        assert daemon.stop() == 0


def files_of(folder: pathlib.Path) -> list[pathlib.Path]:
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    return [folder / entry["path"] for entry in listed]


def test_a_flipped_byte_in_any_file_is_found(
    backups: list[tuple[pathlib.Path, set[int]]], tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "backup"
    shutil.copytree(backups[0][0], folder)
    listed = files_of(folder)
    kinds = {path.suffix: path for path in listed if path.stat().st_size}
    assert {".db", ".ducklake", ".parquet", ".txt", ".token"} <= set(kinds)
    for path in kinds.values():
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        done = firn(tmp_path / "restored", "restore", folder)
        assert done.returncode == 2 and "checksum differs" in done.stderr, path
        assert path.name in done.stderr
        path.write_bytes(whole)
    assert not (tmp_path / "restored").exists()
    assert firn(tmp_path / "restored", "restore", folder).returncode == 0


@pytest.mark.parametrize("missing", ["manifest", "half a manifest", "a file"])
def test_a_half_written_backup_is_not_restored(
    backups: list[tuple[pathlib.Path, set[int]]], tmp_path: pathlib.Path, missing: str
) -> None:
    folder = tmp_path / "backup"
    shutil.copytree(backups[0][0], folder)
    manifest = folder / "manifest.json"
    if missing == "manifest":
        manifest.unlink()
    elif missing == "half a manifest":
        manifest.write_text(manifest.read_text()[: manifest.stat().st_size // 2])
    else:
        files_of(folder)[-1].unlink()
    done = firn(tmp_path / "restored", "restore", folder)
    assert done.returncode in (2, 4) and str(folder) in done.stderr, done.stderr
    assert not (tmp_path / "restored").exists()


def test_a_backup_whose_daemon_is_killed_is_not_restored(
    start_firn: Start, tmp_path: pathlib.Path
) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for number in range(20):
        ask(
            daemon,
            token,
            f"CREATE TABLE T{number} AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 20000))",
        )
    folder = tmp_path / "backup"
    with subprocess.Popen(
        [FIRN, "backup", folder, "--home", daemon.home],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as running:
        while not (folder / "home").exists():
            assert running.poll() is None
            time.sleep(0.001)
        daemon.kill()
        running.wait(60)
    if (folder / "manifest.json").exists():
        return  # it was done before the kill: then it is whole
    done = firn(tmp_path / "restored", "restore", folder)
    assert done.returncode == 4 and "no backup" in done.stderr
    assert not (tmp_path / "restored").exists()
