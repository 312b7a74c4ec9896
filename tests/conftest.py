"""What the tests against the real daemon share."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from daemon import FIRN, Daemon
from firn.run import bypass_proxy


@pytest.fixture
def firn_home(tmp_path: pathlib.Path) -> pathlib.Path:
    """A home that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def start_firn(firn_home: pathlib.Path) -> Iterator[Callable[..., Daemon]]:
    """Starts daemons that a test stops, kills or starts anew: start_firn(*arguments, home=...)."""
    assert FIRN.exists(), f"there is no program {FIRN}: run `make build`"
    bypass_proxy("127.0.0.1")
    started: list[Daemon] = []

    def start(*arguments: str, home: pathlib.Path | None = None) -> Daemon:
        daemon = Daemon(home or firn_home, *arguments)
        started.append(daemon)
        return daemon.start()

    yield start
    for daemon in started:
        daemon.kill()


@pytest.fixture(scope="session")
def firn_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One daemon for all tests that only use it."""
    assert FIRN.exists(), f"there is no program {FIRN}: run `make build`"
    bypass_proxy("127.0.0.1")
    daemon = Daemon(tmp_path_factory.mktemp("firn") / "home").start()
    yield daemon
    try:
        assert daemon.stop() == 0
    finally:
        daemon.kill()


@pytest.fixture
def connection(firn_daemon: Daemon) -> Iterator[Any]:
    """The connector as ADMIN, in a schema of its own."""
    schema = f"T{uuid.uuid4().hex[:12].upper()}"
    with firn_daemon.connect() as opened:
        opened.cursor().execute(f"CREATE SCHEMA {schema}")
        yield opened
        opened.cursor().execute(f"DROP SCHEMA IF EXISTS FIRN.{schema} CASCADE")
