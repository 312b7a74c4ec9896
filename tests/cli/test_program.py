"""The rest of the program: start and stop, connections, users, backups."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from typing import Any

from daemon import ROOT, Daemon

Firn = Callable[..., Any]
ENVIRONMENTS = ROOT / ".deps" / "env"


def test_usage_helps(run_firn: Firn, tmp_path: pathlib.Path) -> None:
    assert re.fullmatch(r"firn \d+\.\d+\.\d+\n", run_firn(tmp_path, "--version").stdout)
    assert "uninstall" in run_firn(tmp_path, "--help").stdout
    assert "did you mean 'status'" in run_firn(tmp_path, "statsu", status=2).stderr
    run_firn(tmp_path, "sql", "--no-such-option", status=2)


def test_status_says_whether_it_runs(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    assert (
        json.loads(run_firn(firn_home, "--json", "status", status=8).stdout)["state"] == "stopped"
    )
    daemon = start_firn()
    status = json.loads(run_firn(firn_home, "status", "--json").stdout)
    assert status["state"] == "running" and status["url"] == daemon.url
    assert daemon.process is not None and status["pid"] == daemon.process.pid
    assert status["uptime_s"] >= 0 and status["statements_running"] == 0
    assert "running" in run_firn(firn_home, "status").stdout


def test_doctor_never_fails(run_firn: Firn, tmp_path: pathlib.Path) -> None:
    checks = json.loads(run_firn(tmp_path, "doctor", "--json").stdout)
    assert {"daemon", "containers", "gpu", "other machines"} == {c["capability"] for c in checks}
    assert all(c["state"] == "ok" or c["remedy"] for c in checks)
    assert "disk space" in run_firn(tmp_path, "doctor").stdout


def test_stop_ends_the_daemon_and_nothing_else(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    assert "No Firn runs" in run_firn(firn_home, "stop").stdout
    daemon = start_firn()
    assert "has stopped" in run_firn(firn_home, "stop").stdout
    assert daemon.process is not None and daemon.process.wait(10) == 0
    # A number left by a daemon that is gone is nobody's to stop.
    (firn_home / "run" / "endpoint.json").write_text(
        json.dumps({"url": "http://127.0.0.1:1", "pid": os.getpid()})
    )
    (firn_home / "lock").write_text(str(os.getpid()))
    assert "No Firn runs" in run_firn(firn_home, "stop").stdout


def test_stop_refuses_a_process_that_is_no_firn(run_firn: Firn, firn_home: pathlib.Path) -> None:
    firn_home.mkdir()
    text = (
        "import fcntl, os, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        "f.write(str(os.getpid())); f.flush(); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text, str(firn_home / "lock")], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None and other.stdout.readline()
        assert "is no `firn up`" in run_firn(firn_home, "stop", status=5).stderr
        assert other.poll() is None
        other.kill()


def test_uninstall_removes_only_what_it_was_told(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    daemon = start_firn()
    run_firn(firn_home, "uninstall", "--purge", stdin="no\n", status=7)
    assert daemon.process is not None and daemon.process.poll() is None
    assert "still in" in run_firn(firn_home, "uninstall").stdout
    assert daemon.process.wait(10) == 0
    assert (firn_home / "meta.db").exists() and not (firn_home / "run").exists()
    again = start_firn()
    run_firn(firn_home, "uninstall", "--purge", stdin="yes\n")
    assert again.process is not None and again.process.wait(10) == 0
    assert not firn_home.exists()
    assert run_firn(firn_home, "uninstall", "--purge", "--yes").returncode == 0


def test_uninstall_leaves_a_folder_that_is_no_home(run_firn: Firn, tmp_path: pathlib.Path) -> None:
    (tmp_path / "precious").write_text("x")
    assert "is not a home" in run_firn(tmp_path, "uninstall", "--purge", "--yes", status=2).stderr
    assert (tmp_path / "precious").exists()


def test_a_backup_restores_elsewhere_and_damage_is_found(
    run_firn: Firn, start_firn: Callable[..., Daemon], tmp_path: pathlib.Path
) -> None:
    daemon = start_firn()
    run_firn(daemon.home, "sql", "-q", "CREATE TABLE T AS SELECT 42 AS A")
    report = json.loads(run_firn(daemon.home, "backup", tmp_path / "b", "--json").stdout)
    assert report["verified"] and report["files"] > 3
    run_firn(daemon.home, "sql", "-q", "DROP TABLE T")
    run_firn(daemon.home, "restore", tmp_path / "b", status=5)
    run_firn(tmp_path / "other", "restore", tmp_path / "b")
    other = start_firn(home=tmp_path / "other")
    assert "42" in run_firn(other.home, "sql", "-q", "SELECT A FROM T").stdout
    assert other.stop() == 0
    refused = run_firn(other.home, "restore", tmp_path / "b", status=5)
    assert "--force" in refused.stderr
    run_firn(other.home, "restore", tmp_path / "b", "--force")
    assert len(list(tmp_path.glob("other.before-*"))) == 1
    with (tmp_path / "b" / "home" / "meta.db").open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    damaged = run_firn(tmp_path / "third", "restore", tmp_path / "b", status=2)
    assert "checksum differs" in damaged.stderr
    assert not (tmp_path / "third").exists()


def test_a_user_that_cannot_have_its_role_is_not_made(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    start_firn()
    done = run_firn(firn_home, "user", "add", "EVA", "--role", "NO_SUCH_ROLE", status=4)
    assert "NO_SUCH_ROLE" in done.stderr
    assert "EVA" not in run_firn(firn_home, "user", "list").stdout


def test_users_are_kept_by_the_program(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    daemon = start_firn()
    run_firn(firn_home, "user", "add", "ANA", "--password", stdin="Correct horse battery 1\n")
    assert "ANA" in run_firn(firn_home, "user", "list").stdout
    import snowflake.connector

    port = int(daemon.url.rsplit(":", 1)[1])

    def log_in(password: str) -> None:
        snowflake.connector.connect(
            host="127.0.0.1",
            port=port,
            protocol="http",
            account="firn",
            user="ANA",
            password=password,
        ).close()

    log_in("Correct horse battery 1")
    run_firn(firn_home, "user", "password", "ANA", stdin="Another good 1\n")
    log_in("Another good 1")
    run_firn(firn_home, "connect", "--for", "ANA", "--json")
    listing = json.loads(run_firn(firn_home, "user", "token", "ANA", "--json").stdout)
    name = listing[0]["name"]
    run_firn(firn_home, "user", "token", "ANA", "--revoke", name)
    assert json.loads(run_firn(firn_home, "user", "token", "ANA", "--json").stdout) == []
    run_firn(firn_home, "user", "drop", "ANA")
    run_firn(firn_home, "user", "drop", "ANA", status=4)


def test_no_secret_is_in_a_log_a_process_list_or_the_output(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    start_firn()
    run_firn(firn_home, "user", "add", "BOB", "--password", stdin="Hidden-in-plain-sight-1\n")
    token = json.loads(run_firn(firn_home, "connect", "--for", "BOB", "--json").stdout)["token"]
    admin = (firn_home / "secrets" / "admin.token").read_text().strip()
    for words in (["status"], ["doctor"], ["user", "list"], ["user", "token", "BOB"]):
        done = run_firn(firn_home, *words)
        assert token not in done.stdout + done.stderr and admin not in done.stdout + done.stderr
    for log in (firn_home / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert token not in text and admin not in text and "Hidden-in-plain" not in text
    run_firn(firn_home, "stop")
    assert b"Hidden-in-plain" not in (firn_home / "meta.db").read_bytes()


CLIENT = """
import snowflake.connector
with snowflake.connector.connect(connection_name="default") as connection:
    print(connection.cursor().execute("SELECT CURRENT_USER(), CURRENT_ROLE()").fetchone())
"""


def client(python: pathlib.Path, folder: pathlib.Path, trust: bool) -> Any:
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SNOWFLAKE_HOME", "FIRN_HOME")
    variables = {name: value for name, value in os.environ.items() if name not in names}
    variables["SNOWFLAKE_HOME"] = str(folder)
    if trust:
        variables["SSL_CERT_FILE"] = variables["REQUESTS_CA_BUNDLE"] = str(folder / "ca.pem")
    return subprocess.run(
        [str(python), "-c", CLIENT],
        env=variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_connect_writes_a_folder_with_which_both_connectors_log_in_over_tls(
    run_firn: Firn,
    start_firn: Callable[..., Daemon],
    firn_home: pathlib.Path,
    tmp_path: pathlib.Path,
) -> None:
    start_firn("--listen", "0.0.0.0:0", "--name", "localhost")
    folder = tmp_path / "elsewhere"
    run_firn(firn_home, "connect", "--out", folder)
    assert (folder / "token").stat().st_mode & 0o777 == 0o600
    assert (folder / "connections.toml").stat().st_mode & 0o777 == 0o600
    for name in ("clients", "connector5"):
        done = client(ENVIRONMENTS / name / "bin" / "python", folder, trust=True)
        assert "('ADMIN', 'ACCOUNTADMIN')" in done.stdout, f"{name}: {done.stderr}"
    # The same folder is a home to the verbs that only talk.
    assert "1" in run_firn(folder, "sql", "-q", "SELECT 1").stdout


def test_connect_prints_a_file_a_token_and_the_authority(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    start_firn("--listen", "0.0.0.0:0", "--name", "localhost")
    printed = run_firn(firn_home, "connect").stdout
    toml, pem = printed.split("\n# Save this as", 1)
    connection = tomllib.loads(toml)["default"]
    assert connection["protocol"] == "https" and connection["host"] == "localhost"
    assert connection["token"].startswith("firn_pat_")
    assert "-----BEGIN CERTIFICATE-----" in pem and "REQUESTS_CA_BUNDLE" in pem


def test_a_daemon_of_this_machine_only_says_so(
    run_firn: Firn, start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    start_firn()
    done = run_firn(firn_home, "connect", "--json")
    assert "listens only on this machine" in done.stderr
    assert json.loads(done.stdout)["protocol"] == "http"


def test_sigterm_is_as_good_as_stop(start_firn: Callable[..., Daemon]) -> None:
    daemon = start_firn()
    assert daemon.process is not None
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(20) == 0
    assert not (daemon.home / "run" / "endpoint.json").exists()
