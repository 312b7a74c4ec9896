"""Users, roles and tables for the tests of who may do what, of one's own for each test."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from daemon import Daemon

PASSWORD = "Right-horse-1"
ABSENT = 2003
DENIED = 3001


class World:
    """One daemon shared by the tests; names with a suffix of the test's own."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.suffix = uuid.uuid4().hex[:8].upper()
        self._open: list[Any] = []
        self.admin = self._keep(daemon.connect())
        self.database = self.name("DB")
        self.run(f"CREATE DATABASE {self.database}")

    def name(self, word: str) -> str:
        return f"{word}_{self.suffix}"

    def _keep(self, connection: Any) -> Any:
        self._open.append(connection)
        return connection

    def run(self, *statements: str) -> list[Any]:
        """As ADMIN under ACCOUNTADMIN; the rows of the last."""
        return run(self.admin, *statements)

    def role(self, word: str, *holders: str) -> str:
        """A role, granted to these users."""
        role = self.name(word)
        self.run(f"CREATE ROLE {role}", *(f"GRANT ROLE {role} TO USER {user}" for user in holders))
        return role

    def user(self, word: str, role: str = "PUBLIC", **properties: str) -> str:
        """A user with a password, who has that role by default."""
        user = self.name(word)
        more = " ".join(f"{key.upper()} = {value}" for key, value in properties.items())
        self.run(
            f"CREATE USER {user} PASSWORD = '{PASSWORD}' DEFAULT_ROLE = {role}"
            f" DEFAULT_SECONDARY_ROLES = () {more}"
        )
        if role != "PUBLIC":
            self.run(f"GRANT ROLE {role} TO USER {user}")
        return user

    def log_in(self, user: str, **options: Any) -> Any:
        """A session of that user, in the test's database."""
        import snowflake.connector

        host, port = self.daemon.url.removeprefix("http://").split(":")
        opened = snowflake.connector.connect(
            account="firn",
            user=user,
            password=PASSWORD,
            host=host,
            port=int(port),
            protocol="http",
            database=self.database,
            schema="PUBLIC",
            **options,
        )
        return self._keep(opened)

    def close(self) -> None:
        for connection in self._open:
            connection.close()


def run(connection: Any, *statements: str) -> list[Any]:
    """Runs them; the rows of the last."""
    rows: list[Any] = []
    for statement in statements:
        rows = connection.cursor().execute(statement).fetchall()
    return rows


def refused(connection: Any, statement: str) -> tuple[int, str]:
    """Error number and message of a statement that must fail."""
    import snowflake.connector

    with pytest.raises(snowflake.connector.errors.ProgrammingError) as caught:
        connection.cursor().execute(statement)
    return int(caught.value.errno), str(caught.value.msg)


def open_database(world: World, role: str) -> None:
    world.run(
        f"GRANT USAGE ON DATABASE {world.database} TO ROLE {role}",
        f"GRANT USAGE ON SCHEMA {world.database}.PUBLIC TO ROLE {role}",
    )
