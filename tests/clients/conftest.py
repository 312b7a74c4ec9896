"""Clients that are programs of their own."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Callable

import pytest
from daemon import ROOT, Daemon

SNOW = ROOT / ".deps" / "env" / "snow" / "bin" / "snow"
LIMIT_S = 120
Snow = Callable[..., str]


@pytest.fixture
def snow(firn_daemon: Daemon) -> Snow:
    """snow(*words, stdin="", status=0) runs the CLI at the daemon; what it wrote to its output, or to its errors."""

    def run(*words: object, stdin: str = "", status: int = 0) -> str:
        done = subprocess.run(
            [str(SNOW), *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            env={**os.environ, "SNOWFLAKE_HOME": str(firn_daemon.home), "NO_PROXY": "127.0.0.1",
                 "COLUMNS": "250"},
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    return run


def rows(text: str) -> list[dict[str, str]]:
    """The rows of --format csv."""
    return list(csv.DictReader(io.StringIO(text)))
