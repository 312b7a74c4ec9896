"""A daemon of one's own for a test: the real program on a home of its own, any free port.

The program is $FIRN_BIN, else build/bin/firn.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
FIRN = pathlib.Path(os.environ.get("FIRN_BIN") or ROOT / "build" / "bin" / "firn")
LIMIT_S = 60


class Daemon:
    """`firn up` in a home. Its output goes to <home>.log, beside the home."""

    def __init__(self, home: pathlib.Path, *arguments: str) -> None:
        self.home = home
        self.log = home.with_name(home.name + ".log")
        self._arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> Daemon:
        """Returns once it answers that it is ready."""
        listen = [] if "--listen" in self._arguments else ["--listen", "127.0.0.1:0"]
        command = [str(FIRN), "up", "--home", str(self.home), *listen, *self._arguments]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._is_ready():
                return self
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"Firn did not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def _is_ready(self) -> bool:
        try:
            endpoint = json.loads((self.home / "run" / "endpoint.json").read_text())
        except (OSError, ValueError):
            return False
        if self.process is None or endpoint["pid"] != self.process.pid:
            return False  # what a killed daemon left
        self.url = endpoint["url"]
        if self.url.startswith("https"):
            return True  # it is written once the port is open
        try:
            return bool(self.get("/readyz").status == 200)
        except OSError:
            return False

    def get(self, path: str) -> Any:
        """An HTTP GET, past every proxy."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return direct.open(self.url + path, timeout=10)

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIMIT_S)

    def kill(self) -> None:
        """SIGKILL, as a power cut would; also fine when it is not running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT_S)

    def connect(self, **options: Any) -> Any:
        """A connection of the real connector, by default as ADMIN."""
        import snowflake.connector

        return snowflake.connector.connect(
            connections_file_path=self.home / "connections.toml",
            connection_name="default",
            **options,
        )
