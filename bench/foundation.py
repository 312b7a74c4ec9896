"""Front door, translation and daemon, beside fakesnow: `foundation.py --out FILE [--claims WORD…]`.

Runs in the clients' environment, where the unmodified connector 4.8.1 is the client of both servers. Each
server is a process of its own on loopback; fakesnow's tables are in memory, Firn's are on disk. The
measured calls take turns between the two, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from _servers import FIRN, ROOT, FakeSnow, Firn, Server, children, cpu_s, forget_peak, memory_mb

ROWS = 3_000_000
SESSIONS = 50
HERE = pathlib.Path(__file__).resolve().parent
Claim = dict[str, Any]

# Both servers run this text. D holds the digits 0 to 9.
MANY_ROWS = f"""
CREATE OR REPLACE TABLE MANY AS
SELECT N::INT AS I, (N * 1.25)::NUMBER(12, 2) AS M, N::DOUBLE * 0.1 AS X, 'name ' || (N % 1000) AS T,
       DATEADD(DAY, N % 3650, '2015-01-01'::DATE) AS D,
       DATEADD(SECOND, N, '2020-01-01'::TIMESTAMP_NTZ) AS S, N % 2 = 0 AS B
FROM (SELECT A.D + 10 * B.D + 100 * C.D + 1000 * E.D + 10000 * F.D + 100000 * G.D + 1000000 * H.D AS N
      FROM DIGIT A, DIGIT B, DIGIT C, DIGIT E, DIGIT F, DIGIT G, DIGIT H WHERE H.D < {ROWS // 1_000_000})
"""


def claim(
    name: str,
    unit: str,
    ours: float,
    target: str,
    ok: bool,
    peer: float | None = None,
    **more: float,
) -> Claim:
    """A line of the report; the ratio says how many times better than the peer."""
    peers = {} if peer is None else {"fakesnow": peer}
    return {
        "claim": name,
        "unit": unit,
        "ours": round(ours, 4),
        "peers": {key: round(value, 4) for key, value in (peers | more).items()},
        "ratio": None if peer is None or ours == 0 else round(peer / ours, 2),
        "target": target,
        "ok": ok,
    }


def timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def ask_one(cursor: Any) -> None:
    cursor.execute("SELECT 1").fetchall()


def select_one(connections: dict[str, Any], rounds: int, pause_s: float) -> dict[str, list[float]]:
    """Milliseconds of execute and fetch of SELECT 1, the servers in turns."""
    took: dict[str, list[float]] = {name: [] for name in connections}
    cursors = {name: connection.cursor() for name, connection in connections.items()}
    for number in range(rounds + 20):
        for name, cursor in cursors.items():
            ms = 1000 * timed(functools.partial(ask_one, cursor))
            if number >= 20:
                took[name].append(ms)
            time.sleep(pause_s)
    return took


def front_door(servers: Sequence[Server]) -> list[Claim]:
    took = select_one({server.name: server.connect() for server in servers}, 300, 0)
    ours, theirs = (statistics.median(took[server.name]) for server in servers)
    return [
        claim("SELECT 1 at the connector, median of 300", "ms", ours, "<= 3", ours <= 3, theirs)
    ]


def busy(server: Server) -> tuple[list[float], int]:
    """SELECT 1 of one connector while 50 other sessions are busy; also what those asked."""
    connection = server.connect()
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TABLE SMALL (G INT, X INT)")
    cursor.execute("INSERT INTO SMALL VALUES " + ", ".join(f"({i % 3}, {i})" for i in range(10)))
    argv = [sys.executable, HERE / "_load.py", server.host, server.port, SESSIONS, 20]
    load = subprocess.Popen(
        [str(part) for part in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert load.stdin is not None
    load.stdin.write(json.dumps(server.login()))
    load.stdin.close()
    load.stdin = None
    time.sleep(3)  # the logins are over
    took: list[float] = []
    until = time.monotonic() + 15
    while time.monotonic() < until:
        took.append(1000 * timed(lambda: cursor.execute("SELECT 1").fetchall()))
        time.sleep(0.02)
    text, _ = load.communicate(timeout=300)
    count = json.loads(text)
    if load.returncode or count["failed"]:
        raise RuntimeError(f"the busy sessions of {server.name} failed: {count}")
    return took, int(count["statements"])


def many_sessions(servers: Sequence[Server]) -> list[Claim]:
    (ours, asked), (theirs, asked_theirs) = (busy(server) for server in servers)
    p99, peer = percentile(ours, 0.99), percentile(theirs, 0.99)
    return [
        claim(
            f"SELECT 1 at the connector under {SESSIONS} busy sessions, p99",
            "ms",
            p99,
            "<= 30",
            p99 <= 30,
            peer,
            median=statistics.median(ours),
            busy_statements_answered=asked,
            fakesnow_busy_statements_answered=asked_theirs,
        )
    ]


def result_in_arrow(servers: Sequence[Server]) -> list[Claim]:
    cursors = []
    for server in servers:
        cursor = server.connect().cursor()
        cursor.execute("CREATE OR REPLACE TABLE DIGIT (D INT)")
        cursor.execute("INSERT INTO DIGIT VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)")
        cursor.execute(MANY_ROWS)
        cursors.append(cursor)
    took: list[list[float]] = [[], []]
    pids = [server.process.pid for server in servers]
    for pid in pids:
        forget_peak(pid)
    for _ in range(3):
        for index, cursor in enumerate(cursors):
            begin = time.perf_counter()
            table = cursor.execute("SELECT * FROM MANY").fetch_arrow_all()
            took[index].append(time.perf_counter() - begin)
            if (table.num_rows, table.num_columns) != (ROWS, 7):
                raise RuntimeError(f"{servers[index].name} gave {table.num_rows} rows")
            del table
    peak, peak_theirs = (memory_mb(pid, "VmHWM") for pid in pids)
    ours, theirs = (statistics.median(times) for times in took)
    return [
        claim(
            "3,000,000 rows x 7 columns to Arrow at the connector, median of 3",
            "s",
            ours,
            ">= 3 x fakesnow",
            theirs >= 3 * ours,
            theirs,
        ),
        claim(
            "peak memory of the daemon meanwhile",
            "MB",
            peak,
            "<= 400",
            peak <= 400,
            peak_theirs,
        ),
    ]


def translation() -> list[Claim]:
    driver = FIRN.parent / "translation_driver"
    python = ROOT / ".deps" / "env" / "core" / "bin" / "python"
    done = subprocess.run(
        [driver, python, ROOT / "python"], check=True, capture_output=True, text=True
    )
    us = json.loads(done.stdout)
    uncached, cached = us["uncached_us"] / 1000, us["cached_us"]
    return [
        claim(
            "translation of a new statement, median of 500", "ms", uncached, "<= 1", uncached <= 1
        ),
        claim(
            "translation of a known statement, median of 500", "us", cached, "<= 20", cached <= 20
        ),
    ]


def daemon(folder: pathlib.Path) -> list[Claim]:
    ready: list[float] = []
    for _ in range(6):
        server = Firn(folder / "ready")
        ready.append(server.ready_s)
        server.stop()
    server = Firn(folder / "ready")
    try:
        time.sleep(5)
        pids = [server.process.pid, *children(server.process.pid)]
        before = sum(map(cpu_s, pids))
        time.sleep(20)
        percent = (sum(map(cpu_s, pids)) - before) / 20 * 100
        memory = sum(memory_mb(pid) for pid in pids)
        daemon_alone = memory_mb(server.process.pid)
    finally:
        server.stop()
    again = statistics.median(ready[1:])
    return [
        claim("daemon ready, first start in an empty home", "s", ready[0], "<= 1", ready[0] <= 1),
        claim("daemon ready, later starts, median of 5", "s", again, "<= 1", again <= 1),
        claim(
            "idle memory of daemon and translator",
            "MB",
            memory,
            "<= 150",
            memory <= 150,
            daemon_alone=daemon_alone,
        ),
        claim("idle processor time of daemon and translator", "%", percent, "<= 1", percent <= 1),
    ]


def machine() -> str:
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} cores, {memory:.1f} GB, {model}, Python {platform.python_version()}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=pathlib.Path, required=True)
    parts = ["door", "busy", "arrow", "translation", "daemon"]
    options.add_argument("--claims", nargs="+", choices=parts, default=parts)
    given = options.parse_args()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    print(f"machine: {machine()}, load {os.getloadavg()[0]:.1f}", flush=True)
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory(prefix="firn-bench-") as text:
        folder = pathlib.Path(text)
        if "daemon" in given.claims:
            claims += daemon(folder)
        if "translation" in given.claims:
            claims += translation()
        with_servers = {"door": front_door, "busy": many_sessions, "arrow": result_in_arrow}
        wanted = [run for name, run in with_servers.items() if name in given.claims]
        if wanted:
            servers: list[Server] = []
            try:
                servers.append(Firn(folder / "home"))
                servers.append(FakeSnow(folder / "fakesnow.log"))
                for run in wanted:
                    print(f"{run.__name__} …", file=sys.stderr, flush=True)
                    claims += run(servers)
            finally:
                for server in servers:
                    server.stop()
    given.out.write_text(json.dumps(claims, indent=1))


if __name__ == "__main__":
    main()
