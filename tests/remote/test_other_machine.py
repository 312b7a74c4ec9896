"""Clients on another machine, over TLS with verification on, with what `firn connect` gave and no more."""

from __future__ import annotations

import json
import pathlib
import shlex
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from daemon import FIRN, ROOT, Daemon
from other_machine import OtherMachine

Start = Callable[..., Daemon]
ENVIRONMENTS = ROOT / ".deps" / "env"
CONNECTOR = """
import snowflake.connector
with snowflake.connector.connect() as connection:
    cursor = connection.cursor()
    print(cursor.execute("SELECT CURRENT_USER(), CURRENT_ROLE()").fetchone())
    many = "SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 300000))"
    print(cursor.execute(f"SELECT COUNT(*), SUM(N) FROM ({many})").fetchone())
    print(len(cursor.execute(many).fetchall()))
"""
SNOWPARK = """
from snowflake.snowpark import Session
with Session.builder.getOrCreate() as session:
    print(session.create_dataframe([[1, "a"], [2, "b"]], schema=["N", "T"]).filter("N > 1").collect())
"""
STAGE = """
import pathlib, snowflake.connector
with snowflake.connector.connect() as connection:
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE STAGE S")
    file = pathlib.Path("rows.csv")
    file.write_text("1\\n2\\n")
    print(cursor.execute(f"PUT file://{file.absolute()} @S OVERWRITE = TRUE").fetchone()[6])
    pathlib.Path("back").mkdir()
    print(cursor.execute(f"GET @S file://{pathlib.Path('back').absolute()}/").fetchone()[2])
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[OtherMachine]:
    with OtherMachine() as other:
        yield other


@pytest.fixture(scope="module")
def daemon(machine: OtherMachine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = tmp_path_factory.mktemp("firn") / "home"
    started = Daemon(home, "--listen", f"{machine.here}:0", "--name", machine.here)
    try:
        yield started.start()
    finally:
        started.kill()


def firn(daemon: Daemon, *words: str | pathlib.Path) -> str:
    command = [str(FIRN), *map(str, words), "--home", str(daemon.home)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def folder(daemon: Daemon, tmp_path: pathlib.Path) -> pathlib.Path:
    """What the other machine got, at the place that its README names: ~/firn."""
    out = tmp_path / "user" / "firn"
    firn(daemon, "connect", "--out", out)
    return out


def as_the_readme_says(
    machine: OtherMachine, folder: pathlib.Path, *command: str | pathlib.Path
) -> Any:
    """Runs the README's own lines, then the command, as a user whose home holds the folder."""
    readme = (folder / "README.txt").read_text()
    lines = [line.strip() for line in readme.splitlines() if line.startswith("    ")]
    assert any("SSL_CERT_FILE" in line for line in lines), readme
    script = "set -e\n" + "\n".join(lines) + "\n" + shlex.join(map(str, command))
    return machine.run(["bash", "-c", script], HOME=str(folder.parent))


def python(environment: str) -> pathlib.Path:
    return ENVIRONMENTS / environment / "bin" / "python"


@pytest.mark.parametrize("environment", ["clients", "connector5"])
def test_the_connector_reads_and_fetches_chunks(
    machine: OtherMachine, folder: pathlib.Path, environment: str
) -> None:
    done = as_the_readme_says(machine, folder, python(environment), "-c", CONNECTOR)
    assert done.stdout.splitlines() == [
        "('ADMIN', 'ACCOUNTADMIN')", "(300000, 44999850000)", "300000"
    ], done.stderr  # fmt: skip


@pytest.mark.parametrize("environment", ["clients", "connector5"])
def test_files_go_to_a_stage_and_back(
    machine: OtherMachine, folder: pathlib.Path, environment: str
) -> None:
    done = as_the_readme_says(machine, folder, python(environment), "-c", STAGE)
    assert done.stdout.split() == ["UPLOADED", "DOWNLOADED"], done.stderr


def test_snowpark_makes_a_frame(machine: OtherMachine, folder: pathlib.Path) -> None:
    done = as_the_readme_says(machine, folder, python("clients"), "-c", SNOWPARK)
    assert done.stdout.strip() == "[Row(N=2, T='b')]", done.stderr


def test_snow_asks(machine: OtherMachine, folder: pathlib.Path) -> None:
    snow = ENVIRONMENTS / "snow" / "bin" / "snow"
    words = ["sql", "-q", "SELECT CURRENT_USER() AS WHO", "--format", "json"]
    done = as_the_readme_says(machine, folder, snow, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == [{"WHO": "ADMIN"}]


def test_what_connect_printed_is_enough(
    machine: OtherMachine, daemon: Daemon, tmp_path: pathlib.Path
) -> None:
    toml, rest = firn(daemon, "connect").split("\n# Save this as ~/.snowflake/ca.pem", 1)
    pem = rest[rest.index("-----BEGIN") : rest.index("# Make the clients trust it")]
    place = tmp_path / ".snowflake"
    place.mkdir()
    (place / "connections.toml").write_text(toml)
    (place / "connections.toml").chmod(0o600)
    (place / "ca.pem").write_text(pem)
    trust = next(line.strip() for line in rest.splitlines() if line.startswith("    export"))
    for environment in ("clients", "connector5"):
        command = f"{trust}; {python(environment)} -c {shlex.quote(CONNECTOR)}"
        done = machine.run(["bash", "-c", command], HOME=str(tmp_path))
        assert "('ADMIN', 'ACCOUNTADMIN')" in done.stdout, done.stderr


@pytest.mark.parametrize("environment", ["clients", "connector5"])
def test_another_authority_is_not_trusted(
    machine: OtherMachine, folder: pathlib.Path, environment: str, tmp_path: pathlib.Path
) -> None:
    make_certificate(tmp_path, "somebody.example")
    (folder / "ca.pem").write_bytes((tmp_path / "other-ca.pem").read_bytes())
    done = as_the_readme_says(machine, folder, python(environment), "-c", CONNECTOR)
    assert done.returncode != 0 and "ADMIN" not in done.stdout
    assert "certificate" in done.stderr.lower(), done.stderr


def make_certificate(folder: pathlib.Path, name: str) -> None:
    """other-ca.pem, and cert.pem with key.pem for an address or a name, signed by it."""
    (folder / "names").write_text(
        f"subjectAltName={'IP' if name[0].isdigit() else 'DNS'}:{name}\nbasicConstraints=CA:FALSE\n"
    )
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for words in (
        ["req", "-x509", *curve, "-days", "2", "-subj", "/CN=Other authority",
         "-keyout", "other-ca.key", "-out", "other-ca.pem"],
        ["req", *curve, "-subj", f"/CN={name}", "-keyout", "key.pem", "-out", "request.pem"],
        ["x509", "-req", "-in", "request.pem", "-CA", "other-ca.pem", "-CAkey", "other-ca.key",
         "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "cert.pem"],
    ):  # fmt: skip
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("environment", ["clients", "connector5"])
def test_a_given_certificate_is_served(
    machine: OtherMachine, start_firn: Start, tmp_path: pathlib.Path, environment: str
) -> None:
    make_certificate(tmp_path, machine.here)
    daemon = start_firn("--listen", f"{machine.here}:0", "--name", machine.here, "--tls-cert",
                        str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))  # fmt: skip
    folder = tmp_path / "user" / "firn"
    firn(daemon, "connect", "--out", folder)
    assert not (folder / "ca.pem").exists()  # ours did not sign it
    variables = {"SSL_CERT_FILE": str(tmp_path / "other-ca.pem")}
    variables["REQUESTS_CA_BUNDLE"] = variables["SSL_CERT_FILE"]
    script = f"cd {folder}; {python(environment)} -c {shlex.quote(CONNECTOR)}"
    done = machine.run(
        ["bash", "-c", script], HOME=str(tmp_path), SNOWFLAKE_HOME=str(folder), **variables
    )
    assert "('ADMIN', 'ACCOUNTADMIN')" in done.stdout, done.stderr


def test_plain_http_is_told_to_use_https(machine: OtherMachine, daemon: Daemon) -> None:
    endpoint = json.loads((daemon.home / "run" / "endpoint.json").read_text())
    plain = endpoint["outside_url"].replace("https://", "http://")
    done = machine.run(["curl", "-sS", "-w", "\n%{http_code}", plain + "/healthz"])
    text, status = done.stdout.strip().rsplit("\n", 1)
    assert status == "400" and "HTTPS only" in text, done.stderr


def test_the_address_of_this_machine_is_not_reached_from_there(
    machine: OtherMachine, daemon: Daemon
) -> None:
    port = daemon.url.rsplit(":", 1)[1]
    done = machine.run(["curl", "-sS", "--max-time", "5", f"http://{machine.here}:{port}/healthz"])
    assert done.returncode != 0 and done.stdout == ""
