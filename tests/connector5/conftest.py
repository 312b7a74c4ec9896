"""The connector 5, in an environment of its own."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import snowflake.connector
from daemon import Daemon

Connect = Callable[..., Any]


@pytest.fixture
def connect(firn_daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """connect(**options) opens the default connection of the home."""
    monkeypatch.setenv("SNOWFLAKE_HOME", str(firn_daemon.home))
    opened: list[Any] = []

    def make(**options: Any) -> Any:
        made = snowflake.connector.connect(
            connections_file_path=str(firn_daemon.home / "connections.toml"),
            connection_name="default",
            server_session_keep_alive=False,
            **options,
        )
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def cursor(connect: Connect) -> Iterator[Any]:
    """In a schema of its own, at UTC."""
    schema = f"K{uuid.uuid4().hex[:12].upper()}"
    cursor = connect(paramstyle="qmark").cursor()
    cursor.execute(f"CREATE SCHEMA {schema}")
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    yield cursor
    cursor.execute(f"DROP SCHEMA FIRN.{schema} CASCADE")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "up"
    folder.mkdir()
    return folder
