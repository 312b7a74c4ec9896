"""The program as a user calls it."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Callable

import pytest
from daemon import FIRN, Daemon

Firn = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_firn() -> Callable[..., subprocess.CompletedProcess[str]]:
    """run_firn(home, *words, stdin="", status=0) runs `firn`; status None takes any."""

    def run(
        home: pathlib.Path, *words: str | pathlib.Path, stdin: str = "", status: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(FIRN), "--home", str(home), *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert status is None or done.returncode == status, done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def firn(firn_daemon: Daemon, run_firn: Firn) -> Firn:
    """The same at the daemon that all tests share."""
    return lambda *words, **options: run_firn(firn_daemon.home, *words, **options)
