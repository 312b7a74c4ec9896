#!/usr/bin/python3
"""From a fresh clone to a first model on real data, in numbered steps: `make demo` calls it.

Every step is quick when its work is there already, so an interrupted demo goes on where it was.
Firn's home is $FIRN_HOME, else ~/.firn.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python"))

from firn.run import bypass_proxy, default_home  # noqa: E402

LOGS = ROOT / "build" / "demo-logs"
FIRN = ROOT / "build" / "bin" / "firn"
PYTHON = ROOT / ".deps" / "env" / "clients" / "bin" / "python"
NEEDED_DISK_GB = 6
START_LIMIT_S = 60


class DemoError(Exception):
    """One sentence for the user: what stopped the demo and what to do."""


@dataclasses.dataclass
class Running:
    """A daemon that answers: where, and which process."""

    url: str
    pid: int


def introduce(home: pathlib.Path) -> None:
    """What is going to happen and what it takes."""
    done = (ROOT / ".deps" / "stamps" / "clients").exists() and FIRN.exists()
    if done:
        print("Firn is installed and built already: this takes about a minute at most.")
    else:
        print(
            "This installs what Firn needs, builds it, starts it and trains a model on real data.\n"
            "It takes about 10 minutes on 2 cores, downloads up to 1 GB and uses about 4 GB of disk:\n"
            f"Debian packages by apt (root or sudo), everything else in {ROOT}, data in {home}.\n"
            "You may interrupt it; the next `make demo` goes on where it was."
        )
        free_gb = shutil.disk_usage(ROOT).free / 1e9
        if free_gb < NEEDED_DISK_GB:
            raise DemoError(
                f"Only {free_gb:.1f} GB of disk are free in {ROOT}; it takes {NEEDED_DISK_GB} GB."
            )


def call(log: str, what: str, *command: str | pathlib.Path, show: bool = False) -> str:
    """Runs a command; its output goes to a log, and to the screen with `show`. DemoError with its last words."""
    path = LOGS / f"{log}.log"
    words: list[str] = []
    with path.open("w") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        for line in process.stdout:
            out.write(line)
            words.append(line)
            if show:
                print(f"      {line}", end="", flush=True)
    if process.wait():
        last = "" if show else "".join(words[-15:])
        raise DemoError(f"{last}{what} did not succeed; the whole log is {path}.")
    return "".join(words)


class Background:
    """A command beside the steps; `join` waits for it and raises what went wrong."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._error: DemoError | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except DemoError as error:
            self._error = error

    def join(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


class Steps:
    """Numbers and times the steps."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._number = 0
        self._started = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        self._number += 1
        print(f"\n[{self._number}/{self._count}] {title}", flush=True)
        began = time.monotonic()
        yield
        now = time.monotonic()
        print(
            f"      done in {now - began:.1f} s ({now - self._started:.0f} s since the start)",
            flush=True,
        )


def find_running(home: pathlib.Path) -> Running | None:
    """The daemon of this home, if one answers that it is ready."""
    try:
        endpoint = json.loads((home / "run" / "endpoint.json").read_text())
        running = Running(str(endpoint["url"]), int(endpoint["pid"]))
        os.kill(running.pid, 0)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{running.url}/readyz", timeout=5) as answer:
            return running if answer.status == 200 else None
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return None


def is_outdated(running: Running) -> bool:
    """Whether the process runs a program that has been built anew since."""
    try:
        return str(pathlib.Path(f"/proc/{running.pid}/exe").readlink()) != str(FIRN)
    except OSError:
        return False


def stop(running: Running) -> None:
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            os.kill(running.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise DemoError(
        f"Firn (process {running.pid}) did not stop; stop it and run `make demo` again."
    )


def start(home: pathlib.Path) -> Running:
    """Starts the daemon in a session of its own, so that it outlives the demo; or takes the one that runs."""
    running = find_running(home)
    if running and is_outdated(running):
        print("      the one that runs is of an earlier build; it is stopped first")
        stop(running)
        running = None
    if running:
        print(f"      it runs already: {running.url}, process {running.pid}")
        return running
    log = LOGS / "firn.log"
    command = [str(FIRN), "up", "--home", str(home)]
    for listen in ([], ["--listen", "127.0.0.1:0"]):
        with log.open("w") as out:
            process = subprocess.Popen(
                [*command, *listen],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline and process.poll() is None:
            running = find_running(home)
            if running and running.pid == process.pid:
                print(f"      {running.url}, process {running.pid}, home {home}")
                return running
            time.sleep(0.05)
        if process.poll() is None:
            process.terminate()
            break
        # It ended by itself: perhaps another program has the usual port; any free one will do.
    last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise DemoError(f"{last}\nFirn did not start; the whole log is {log}.")


def script(home: pathlib.Path, name: str) -> None:
    """Runs one of examples/ as a user would, with an active session."""
    call(
        name,
        f"examples/{name}.py",
        PYTHON,
        "-m",
        "firn.run",
        "--home",
        home,
        f"examples/{name}.py",
        show=True,
    )


def main() -> int:
    home = default_home().expanduser().resolve()
    LOGS.mkdir(parents=True, exist_ok=True)
    bypass_proxy("127.0.0.1")
    try:
        introduce(home)
        steps = Steps(7)
        with steps.step("Tools and libraries"):
            call("setup", "Setting up", "tools/setup", "build", show=True)
        clients = Background(
            lambda: call("clients", "Installing the clients", "tools/setup", "build", "demo")
        )
        with steps.step("Build Firn (the Snowflake clients are installed meanwhile)"):
            call("build", "The build", "tools/build", "release", "firn")
            clients.join()
        with steps.step("Start Firn"):
            running = start(home)
        with steps.step("Load the flights of 2013 from New York into the table FLIGHTS"):
            script(home, "load_flights")
        with steps.step("Make MY_DATASET of them, in SQL"):
            script(home, "make_dataset")
        with steps.step("Train: examples/quickstart.py, a Snowflake program as it is"):
            script(home, "quickstart")
        with steps.step("How good is it?"):
            script(home, "evaluate")
    except DemoError as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; `make demo` goes on from here.", file=sys.stderr)
        return 130
    print(f"\nFirn runs at {running.url}. To connect a Snowflake client of yours on this machine:")
    print(f"    export SNOWFLAKE_HOME={home}      # its [default] connection is you, as ADMIN\n")
    print((ROOT / "examples" / "next_steps.txt").read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
