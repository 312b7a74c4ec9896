"""Start, stop, and what is taken away meanwhile: the translator, a client, the home."""

from __future__ import annotations

import json
import pathlib
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
import wire
from daemon import FIRN, Daemon

Start = Callable[..., Daemon]
MANY = "TABLE(GENERATOR(ROWCOUNT => 300000))"
ENDLESS = f"SELECT COUNT(*) FROM {MANY} a, {MANY} b"


def until(true: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [int(text) for text in (task / "children").read_text().split()]
        except OSError:
            continue  # a thread that has ended
    return found


def is_alive(pid: int) -> bool:
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def translators(daemon: Daemon) -> list[int]:
    assert daemon.process
    return [
        pid for pid in children(daemon.process.pid)
        if "firn_translator" in pathlib.Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    ]  # fmt: skip


def begin(daemon: Daemon, text: str = ENDLESS) -> tuple[str, str]:
    """A query under way: the session's token and the query's id."""
    token = wire.admin_token(daemon)
    begun = wire.run(daemon, token, text, asyncExec=True)
    until(lambda: wire.metric(daemon, "firn_statements_running") >= 1)
    return token, begun["data"]["queryId"]


def test_a_killed_translator_costs_at_most_the_statement_that_it_had(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    for round_ in range(5):
        for pid in translators(daemon):
            subprocess.run(["kill", "-9", str(pid)], check=True)
        first = wire.run(daemon, token, f"SELECT {round_} + 1")
        assert first["success"] or "translator" in first["message"], first
        second = wire.run(daemon, token, f"SELECT {round_} + 2")
        assert second["success"], second
    assert wire.metric(daemon, "firn_translator_restarts") >= 5


def test_translators_killed_under_load_break_no_session(start_firn: Start) -> None:
    daemon = start_firn()
    stop = threading.Event()
    failures: list[str] = []

    def work(number: int) -> None:
        token = wire.admin_token(daemon)
        count = 0
        while not stop.is_set():
            count += 1
            answer = wire.run(daemon, token, f"SELECT {number} + {count}")
            if not answer["success"] and "translator" not in answer["message"]:
                failures.append(answer["message"])
        assert wire.run(daemon, token, f"SELECT {number} * 2.5 + {count}")["success"]

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for _ in range(10):
        done = wire.metric(daemon, "firn_statements_total")
        for pid in translators(daemon):
            subprocess.run(["kill", "-9", str(pid)], check=False)
        until(lambda done=done: wire.metric(daemon, "firn_statements_total") > done + 4)
    stop.set()
    for worker in workers:
        worker.join(60)
    assert failures == []


def test_sigterm_ends_running_statements_and_leaves_nothing(start_firn: Start) -> None:
    daemon = start_firn()
    begin(daemon)
    assert daemon.process
    left = children(daemon.process.pid)
    assert left
    started = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - started < 15
    assert not (daemon.home / "run" / "endpoint.json").exists()
    assert not [pid for pid in left if is_alive(pid)]


def test_a_statement_that_ends_soon_is_answered_though_the_daemon_stops(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    answers: list[dict[str, object]] = []
    text = "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 300000)) a, TABLE(GENERATOR(ROWCOUNT => 1000)) b"
    asking = threading.Thread(target=lambda: answers.append(wire.run(daemon, token, text)))
    asking.start()
    until(lambda: wire.metric(daemon, "firn_statements_running") >= 1 or not asking.is_alive())
    assert daemon.stop() == 0
    asking.join(30)
    assert len(answers) == 1
    assert answers[0]["success"] or answers[0]["code"] == "000604", answers


def test_a_second_daemon_on_a_home_says_who_holds_it(start_firn: Start) -> None:
    daemon = start_firn()
    assert daemon.process
    second = subprocess.run([FIRN, "up", "--home", daemon.home, "--listen", "127.0.0.1:0"],
                            capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    assert second.returncode == 5
    assert str(daemon.process.pid) in second.stderr and str(daemon.home) in second.stderr
    assert wire.run(daemon, wire.admin_token(daemon), "SELECT 1")["success"]


def test_a_second_daemon_on_a_port_says_so(start_firn: Start, tmp_path: pathlib.Path) -> None:
    daemon = start_firn()
    port = wire.address(daemon)[1]
    second = subprocess.run([FIRN, "up", "--home", tmp_path / "b", "--listen", f"127.0.0.1:{port}"],
                            capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    assert second.returncode == 5
    assert str(port) in second.stderr


def test_a_home_of_a_newer_firn_is_refused_with_a_sentence(start_firn: Start) -> None:
    daemon = start_firn()
    assert daemon.stop() == 0
    (daemon.home / "VERSION").write_text("999\n")
    refused = subprocess.run([FIRN, "up", "--home", daemon.home, "--listen", "127.0.0.1:0"],
                             capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    assert refused.returncode == 2
    assert "format 999" in refused.stderr and "newer" in refused.stderr
    (daemon.home / "VERSION").write_text("what\n")
    refused = subprocess.run([FIRN, "up", "--home", daemon.home, "--listen", "127.0.0.1:0"],
                             capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    assert refused.returncode == 2 and "VERSION" in refused.stderr


def test_the_query_of_a_client_that_went_away_is_cancelled(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    body = json.dumps({"sqlText": ENDLESS}).encode()
    with wire.open_socket(daemon) as opened:
        opened.sendall(
            b"POST /queries/v1/query-request?requestId=gone HTTP/1.1\r\nHost: x\r\n"
            + f'Authorization: Snowflake Token="{token}"\r\nContent-Length: {len(body)}\r\n\r\n'.encode()
            + body
        )
        until(lambda: wire.metric(daemon, "firn_statements_running") == 1)
    until(lambda: wire.metric(daemon, "firn_statements_running") == 0)


def test_a_query_is_cancelled_by_its_id_and_by_its_request(start_firn: Start) -> None:
    daemon = start_firn()
    token, query_id = begin(daemon)
    assert wire.post(daemon, f"/queries/{query_id}/abort-request", {}, token)["success"]
    until(lambda: wire.metric(daemon, "firn_statements_running") == 0)
    assert not wire.post(daemon, "/queries/v1/abort-request", {"requestId": "never"}, token)[
        "success"
    ]
    other = wire.admin_token(daemon)
    assert wire.post(daemon, "/session?delete=true", {}, other)["success"]
    assert wire.run(daemon, other, "SELECT 1")["code"] in ("390111", "390104", "390112")


def test_the_queries_of_a_session_end_with_it(start_firn: Start) -> None:
    daemon = start_firn()
    token, _ = begin(daemon)
    assert wire.post(daemon, "/session?delete=true", {}, token)["success"]
    until(lambda: wire.metric(daemon, "firn_statements_running") == 0)


def test_a_result_that_is_not_there_yet_is_waited_for(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    half = "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 300000)) a, TABLE(GENERATOR(ROWCOUNT => 2000)) b"
    begun = wire.run(daemon, token, half, asyncExec=True)
    assert begun["code"] == "333334" and begun["data"]["getResultUrl"], begun
    headers = {"Authorization": f'Snowflake Token="{token}"'}
    answer = {"code": "333333"}
    deadline = time.monotonic() + 120
    while answer["code"] in ("333333", "333334"):
        assert time.monotonic() < deadline
        status, text = wire.request(daemon, "GET", begun["data"]["getResultUrl"], **headers)
        assert status == 200
        answer = json.loads(text)
    assert answer["success"], answer


@pytest.mark.soak
def test_a_query_longer_than_a_long_poll_is_answered_to_the_real_client(start_firn: Start) -> None:
    daemon = start_firn()
    with daemon.connect() as opened:
        rows = opened.cursor().execute(
            "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 1000000)) a, TABLE(GENERATOR(ROWCOUNT => 200000)) b"
        )
        assert rows.fetchone() == (200_000_000_000,)


def test_the_same_request_sent_again_runs_once(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    assert wire.run(daemon, token, "CREATE TABLE T (N INT)")["success"]
    path = "/queries/v1/query-request?requestId=again"
    first = wire.post(daemon, path, {"sqlText": "INSERT INTO T VALUES (1)"}, token)
    again = wire.post(daemon, path, {"sqlText": "INSERT INTO T VALUES (1)"}, token)
    assert first["success"] and again["data"]["queryId"] == first["data"]["queryId"]
    counted = wire.run(daemon, token, "SELECT COUNT(*) FROM T",
                       parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"})  # fmt: skip
    assert counted["data"]["rowset"] == [["1"]]
