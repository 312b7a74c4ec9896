"""The demo as a newcomer runs it, and every command of the card that it ends with."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import pytest
from daemon import FIRN, ROOT

LIMIT_S = 600


def run(command: str, home: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """A command line from the repository's folder, as the card prints it."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "FIRN_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def card() -> list[str]:
    lines = (ROOT / "examples" / "next_steps.txt").read_text().splitlines()
    return [line.strip().removeprefix("$ ") for line in lines if line.strip().startswith("$ ")]


@pytest.fixture
def demo(tmp_path: pathlib.Path) -> Iterator[tuple[pathlib.Path, str]]:
    home = tmp_path / "home"
    done = run(f"{sys.executable} tools/demo.py", home)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    yield home, done.stdout
    run(f"{FIRN} uninstall --purge --yes", home)


def test_the_demo_trains_on_all_flights_and_each_command_of_its_card_works(
    demo: tuple[pathlib.Path, str],
) -> None:
    home, said = demo
    assert "336,776 rows" in said
    assert "327,346 rows" in said
    assert "AUC 0.9" in said
    commands = card()
    assert len(commands) == 5
    for command in commands[:-1]:
        done = run(command, home)
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    assert "1,458 rows loaded" in run(commands[0] + " --replace", home).stdout
    assert "EWR" in run(commands[2], home).stdout

    last = run(commands[-1] + " --yes", home)
    assert last.returncode == 0, last.stderr
    assert not home.exists()
    assert not processes_of(home), "something of the home still runs"


def processes_of(home: pathlib.Path) -> list[str]:
    """Command lines of living processes that name the home."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in line and "firn" in line:
            found.append(line)
    return found
