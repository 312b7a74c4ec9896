"""`firn up` with wrong input says what is wrong and what to do, makes nothing, and ends."""

from __future__ import annotations

import os
import pathlib
import socket
import subprocess

import pytest
from daemon import FIRN


def up(
    home: pathlib.Path, *words: str | pathlib.Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    listen = [] if "--listen" in words else ["--listen", "127.0.0.1:0"]
    return subprocess.run(
        [FIRN, "up", "--home", home, *listen, *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--listen", "127.0.0.1:99999"], "from 0 to 65535"), (["--listen", "127.0.0.1"], "HOST:PORT"),
     (["--disk-warn", "90", "--disk-refuse", "80"], "--disk-warn is above"),
     (["--no-such"], "--no-such"), (["extra"], "extra"), (["--tls-cert", "/no/file"], "/no/file")],
)  # fmt: skip
def test_wrong_words(tmp_path: pathlib.Path, words: list[str], told: str) -> None:
    done = up(tmp_path / "home", *words)
    assert done.returncode == 2 and told in done.stderr, done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("variable", "told"), [("FIRN_PYTHON", "make setup"), ("FIRN_EXTENSIONS", "make setup")]
)
def test_a_missing_part_of_the_installation(
    tmp_path: pathlib.Path, variable: str, told: str
) -> None:
    done = up(tmp_path / "home", **{variable: "/no/such/place"})
    assert done.returncode == 4, done.stderr
    assert "/no/such/place" in done.stderr and told in done.stderr and variable in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_made(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("mine")
    for home in (tmp_path / "file", pathlib.Path("/proc/firn")):
        done = up(home)
        assert done.returncode == 3 and str(home) in done.stderr and "--home" in done.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_a_port_in_use(tmp_path: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = up(tmp_path / "home", "--listen", address)
    assert done.returncode == 5
    assert address in done.stderr and "choose another port" in done.stderr
    assert not (tmp_path / "home" / "run" / "endpoint.json").exists()
