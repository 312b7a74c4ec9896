"""The two servers that bench/foundation.py compares, each a process of its own on loopback."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
FIRN = pathlib.Path(os.environ.get("FIRN_BIN") or ROOT / "build" / "bin" / "firn")
FAKESNOW = ROOT / ".deps" / "env" / "fakesnow" / "bin" / "fakesnow"
LIMIT_S = 120
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    """VmRSS is the resident memory now, VmHWM its peak."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no {field}")


def forget_peak(pid: int) -> None:
    """From here on VmHWM is the peak since now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_s(pid: int) -> float:
    """Processor time of all threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """A process that answers on an address; `process` once it has started."""

    name = ""
    host = "127.0.0.1"
    port = 0
    process: subprocess.Popen[bytes]

    def login(self) -> dict[str, str]:
        """User and password."""
        raise NotImplementedError

    def connect(self) -> Any:
        """A connection of the unmodified connector."""
        import snowflake.connector

        connection = snowflake.connector.connect(
            account="bench",
            host=self.host,
            port=self.port,
            protocol="http",
            session_parameters={"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False},
            **self.login(),
        )
        connection.cursor().execute("CREATE DATABASE IF NOT EXISTS BENCH")
        connection.cursor().execute("USE DATABASE BENCH")
        connection.cursor().execute("CREATE SCHEMA IF NOT EXISTS BENCH.B")
        connection.cursor().execute("USE SCHEMA BENCH.B")
        return connection

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT if self.name == "fakesnow" else signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(30)


class Firn(Server):
    name = "Firn"

    def __init__(self, home: pathlib.Path) -> None:
        self.home = home
        self.ready_s = 0.0
        begin = time.perf_counter()
        with home.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                [FIRN, "up", "--home", home, "--listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        while time.perf_counter() - begin < LIMIT_S and self.process.poll() is None:
            if self._is_ready():
                self.ready_s = time.perf_counter() - begin
                return
            time.sleep(0.005)
        self.process.kill()
        raise RuntimeError(f"Firn did not start; see {home.with_suffix('.log')}")

    def _is_ready(self) -> bool:
        try:
            endpoint = json.loads((self.home / "run" / "endpoint.json").read_text())
            if endpoint["pid"] != self.process.pid:
                return False
            self.port = int(endpoint["url"].rpartition(":")[2])
            return bool(_DIRECT.open(endpoint["url"] + "/readyz", timeout=5).status == 200)
        except (OSError, ValueError):
            return False

    def login(self) -> dict[str, str]:
        import tomllib

        given = tomllib.loads((self.home / "connections.toml").read_text())["default"]
        token = pathlib.Path(given["token_file_path"]).read_text().strip()
        return {"user": given["user"], "token": token, "authenticator": given["authenticator"]}


class FakeSnow(Server):
    name = "fakesnow"

    def __init__(self, log: pathlib.Path) -> None:
        with socket.socket() as free:
            free.bind((self.host, 0))
            self.port = free.getsockname()[1]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [FAKESNOW, "-s", "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"fakesnow did not start; see {log}")

    def login(self) -> dict[str, str]:
        return {"user": "fake", "password": "snow"}
