"""What the tests of governance share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from daemon import Daemon
from governance_world import World


@pytest.fixture
def world(firn_daemon: Daemon) -> Iterator[World]:
    made = World(firn_daemon)
    yield made
    made.close()


@pytest.fixture
def dictionaries() -> Callable[[Any, str], list[dict[str, Any]]]:
    """Rows of a statement by the names of their columns."""

    def read(connection: Any, statement: str) -> list[dict[str, Any]]:
        cursor = connection.cursor()
        cursor.execute(statement)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return read
