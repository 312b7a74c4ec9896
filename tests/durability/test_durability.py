"""Power loss: proves by the system calls that data is on the disk before a commit names it."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get("FIRN_BUILD", ROOT / "build"))
DRIVER = BUILD / "bin" / "engine_driver"
EXTENSIONS = ROOT / ".deps" / "duckdb" / "extensions"
STATEMENTS = {"schema", "table", "inlined", "file", "delete", "update", "ctas", "transaction"}

CALL = re.compile(r"^\d+\s+(?:<\.\.\. )?(\w+)(?: resumed>)?\(?(.*)$")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """(name, text) of each system call of the driver, in order."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    folder = tmp_path_factory.mktemp("lake")
    trace = folder / "trace"
    subprocess.run(
        ["strace", "-f", "-y", "-s", "200", "-o", trace,
         "-e", "trace=openat,mkdir,write,pwrite64,fsync,fdatasync,syncfs,rename",
         DRIVER, folder / "home", EXTENSIONS, "write"],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    found = [CALL.match(line) for line in trace.read_text(errors="replace").splitlines()]
    return [(match[1], match[2]) for match in found if match]


def path_of(text: str) -> str:
    """The file of the descriptor that strace shows first."""
    match = re.search(r"\d+<([^>]*)>", text)
    return match[1] if match else ""


def is_data(path: str) -> bool:
    return "/lake/data/" in path


def unsynced_at_each_commit(calls: list[tuple[str, str]]) -> list[set[str]]:
    """For each sync of the catalog's log: data files and folders changed and not yet synced."""
    dirty: set[str] = set()
    commits = []
    for name, text in calls:
        if name == "openat" and "O_CREAT" in text and is_data(text):
            path = re.search(r'"([^"]+)"', text)[1]
            dirty |= {path, str(pathlib.Path(path).parent)}
        elif name == "mkdir" and is_data(text):
            dirty.add(str(pathlib.Path(re.search(r'"([^"]+)"', text)[1]).parent))
        elif name in ("write", "pwrite64") and is_data(path_of(text)):
            dirty.add(path_of(text))
        elif name in ("fsync", "fdatasync") and "= -1" not in text:
            if path_of(text).endswith("catalog.ducklake.wal"):
                commits.append(set(dirty))
            dirty.discard(path_of(text))
        elif name == "syncfs":
            dirty.clear()
    return commits


def test_every_new_data_file_and_folder_is_synced_before_the_catalog_commits(calls):
    commits = unsynced_at_each_commit(calls)
    assert len(commits) >= len(STATEMENTS)
    assert [left for left in commits if left] == []


def test_the_trace_holds_data_files_delete_files_and_new_folders(calls):
    created = [text for name, text in calls if name == "openat" and "O_CREAT" in text]
    assert sum("-delete.parquet" in text for text in created) >= 3
    assert sum("/lake/data/" in text for text in created) >= 6
    assert any(name == "mkdir" and is_data(text) for name, text in calls)


def test_every_statement_is_acknowledged_after_the_catalog_was_synced(calls):
    synced: dict[str, bool] = {}
    current = None
    for name, text in calls:
        mark = re.search(r'"MARK (begin|acknowledged) (\w+)', text) if name == "write" else None
        if mark and mark[1] == "begin":
            current = mark[2]
            synced[current] = False
        elif mark:
            assert synced[mark[2]], f"{mark[2]} was acknowledged before its log was synced"
            current = None
        elif name in ("fsync", "fdatasync") and current:
            synced[current] |= path_of(text).endswith("catalog.ducklake.wal")
    assert set(synced) == STATEMENTS
