"""The connector 4 beyond single statements: several at once, asynchronous ones, sessions, keys, many rows."""

from __future__ import annotations

import contextlib
import pathlib
import sqlite3
import time
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import snowflake.connector
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from daemon import Daemon
from snowflake.connector import DictCursor, ProgrammingError
from snowflake.connector.constants import QueryStatus

LONG = (
    "SELECT count(*) FROM TABLE(GENERATOR(ROWCOUNT => 30000000)) a, "
    "TABLE(GENERATOR(ROWCOUNT => 1000000)) b"
)
MANY = (
    "SELECT seq4() AS i, i / 8 AS f, repeat('x', 60) AS s "
    "FROM TABLE(GENERATOR(ROWCOUNT => 300000)) ORDER BY i"
)


@pytest.fixture
def cursor(connection: Any) -> Any:
    return connection.cursor()


def _until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_script_is_run_statement_by_statement(connection: Any) -> None:
    made = connection.execute_string(
        "SELECT 1; CREATE TABLE x (a INT); -- a; comment\nINSERT INTO x VALUES (1), (2);\n"
        "SELECT 'a;b' AS s; SELECT * FROM x ORDER BY a"
    )
    assert [one.fetchall() for one in made][3:] == [[("a;b",)], [(1,), (2,)]]
    with pytest.raises(ProgrammingError, match="Division by zero"):
        list(connection.execute_string("INSERT INTO x VALUES (3); SELECT 1 / 0; SELECT 2"))
    assert connection.cursor().execute("SELECT count(*) FROM x").fetchone() == (3,)


def test_several_statements_go_in_one_request(cursor: Any) -> None:
    cursor.execute("CREATE TABLE x (a INT)")
    cursor.execute(
        "SELECT 1 AS a; INSERT INTO x VALUES (3), (4); SELECT count(*) FROM x", num_statements=3
    )
    assert cursor.fetchall() == [(1,)]
    assert cursor.nextset() and cursor.rowcount == 2
    assert cursor.nextset() and cursor.fetchall() == [(2,)]
    assert cursor.nextset() is None
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute("INSERT INTO x VALUES (10); SELECT 1 / 0; SELECT 2", num_statements=3)
    assert (caught.value.errno, caught.value.sqlstate) == (100051, "22012")
    assert cursor.execute("SELECT count(*) FROM x").fetchone() == (3,)
    for count in (1, 3):
        with pytest.raises(ProgrammingError) as caught:
            cursor.execute("SELECT 1; SELECT 2", num_statements=count)
        assert caught.value.errno == 8
    cursor.execute("SELECT 1; SELECT 2", num_statements=0)
    assert cursor.nextset() and cursor.fetchall() == [(2,)]


def test_queries_run_asynchronously(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute_async(LONG)
    running = cursor.sfqid
    assert connection.is_still_running(connection.get_query_status(running))
    other = connection.cursor()
    other.execute_async("SELECT 42 AS a")
    other.get_results_from_sfqid(other.sfqid)
    assert other.fetchall() == [(42,)] and other.description[0].name == "A"
    assert cursor.abort_query(running)
    _until(lambda: not connection.is_still_running(connection.get_query_status(running)))
    assert connection.is_an_error(connection.get_query_status(running))


def test_a_failed_query_says_so_afterwards(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute_async("SELECT 1 / 0")
    failed = cursor.sfqid
    _until(lambda: not connection.is_still_running(connection.get_query_status(failed)))
    assert connection.get_query_status(failed) == QueryStatus.FAILED_WITH_ERROR
    with pytest.raises(ProgrammingError) as caught:
        connection.get_query_status_throw_if_error(failed)
    assert caught.value.errno == 100051
    with pytest.raises(ProgrammingError, match="Division by zero"):
        cursor.get_results_from_sfqid(failed)
        cursor.fetchall()


def test_many_rows_come_in_chunks(cursor: Any) -> None:
    assert [row[0] for row in cursor.execute(MANY)] == list(range(300_000))
    cursor.execute(MANY)
    assert sum(len(rows) for rows in iter(lambda: cursor.fetchmany(70_000), [])) == 300_000
    batches = cursor.execute(MANY).get_result_batches()
    assert len(batches) > 1 and sum(batch.rowcount for batch in batches) == 300_000
    assert cursor.execute(MANY).fetch_arrow_all().num_rows == 300_000
    frames = list(cursor.execute(MANY).fetch_pandas_batches())
    assert sum(int(frame["I"].sum()) for frame in frames) == 300_000 * 299_999 // 2


def test_a_statement_ends_with_its_time(cursor: Any) -> None:
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute(LONG, timeout=1)
    assert (caught.value.errno, caught.value.sqlstate) == (604, "57014")
    cursor.execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute(LONG)
    assert (caught.value.errno, caught.value.sqlstate) == (630, "57014")
    assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_rows_are_dictionaries_where_asked(connection: Any) -> None:
    cursor = connection.cursor(DictCursor)
    assert cursor.execute("SELECT 1 AS a, 'x' AS \"b c\"").fetchall() == [{"A": 1, "b c": "x"}]
    (shown,) = cursor.execute("SHOW DATABASES LIKE 'firn'").fetchall()
    assert shown["name"] == "FIRN"


def test_parameters_are_set_shown_and_unset(firn_daemon: Daemon, cursor: Any) -> None:
    def shown(name: str) -> tuple[str, str]:
        return cursor.execute(f"SHOW PARAMETERS LIKE '{name}' IN SESSION").fetchone()[1:4:2]

    for name, value in [
        ("TIMEZONE", "America/New_York"), ("QUERY_TAG", "a 'tag'"),
        ("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD"), ("AUTOCOMMIT", "false"),
    ]:  # fmt: skip
        usual = shown(name)
        text = value.replace("'", "''")
        cursor.execute(f"ALTER SESSION SET {name} = '{text}'")
        assert shown(name) == (value, "SESSION")
        cursor.execute(f"ALTER SESSION UNSET {name}")
        assert shown(name) == usual
    for change in ["TIMEZONE = 'nowhere'", "NO_SUCH_PARAMETER = 1"]:
        with pytest.raises(ProgrammingError):
            cursor.execute(f"ALTER SESSION SET {change}")
    with firn_daemon.connect(session_parameters={"QUERY_TAG": "of the login"}) as other:
        found = other.cursor().execute("SHOW PARAMETERS LIKE 'QUERY_TAG'").fetchone()
        assert found[1] == "of the login"


def test_autocommit_is_switched_by_the_client(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE x (a INT)")
    connection.autocommit(False)
    cursor.execute("INSERT INTO x VALUES (1)")
    connection.rollback()
    assert cursor.execute("SELECT count(*) FROM x").fetchone() == (0,)
    cursor.execute("INSERT INTO x VALUES (1)")
    connection.commit()
    connection.autocommit(True)
    assert cursor.execute("SELECT count(*) FROM x").fetchone() == (1,)


def test_results_of_every_statement_can_be_scanned(cursor: Any) -> None:
    cursor.execute("CREATE TABLE x (a INT, b VARCHAR)")
    last = "TABLE(RESULT_SCAN(LAST_QUERY_ID()))"
    cursor.execute("SHOW TABLES")
    assert cursor.execute(f'SELECT "name" FROM {last}').fetchall() == [("X",)]
    assert cursor.execute(f"SELECT count(*) FROM {last}").fetchone() == (1,)
    cursor.execute("DESCRIBE TABLE x")
    found = cursor.execute(f'SELECT "name", "type" FROM {last} ORDER BY 1').fetchall()
    assert [row[0] for row in found] == ["A", "B"]
    cursor.execute("INSERT INTO x VALUES (1, 'a'), (2, 'b')")
    assert cursor.execute(f"SELECT * FROM {last}").fetchone() == (2,)
    cursor.execute("SELECT 5 AS n")
    nested = f"SELECT n + 1 AS m FROM (SELECT * FROM TABLE(RESULT_SCAN('{cursor.sfqid}')))"
    assert cursor.execute(nested).fetchone() == (6,)


def test_a_token_is_renewed_and_the_old_one_ends(firn_daemon: Daemon) -> None:
    with firn_daemon.connect() as opened:
        old = opened.rest.token
        opened.rest._renew_session()
        assert opened.rest.token != old
        assert opened.cursor().execute("SELECT 1").fetchone() == (1,)
        opened.rest._token = "firn_session_of_long_ago"
        with pytest.raises(snowflake.connector.Error):
            opened.cursor().execute("SELECT 2")


def test_an_expired_token_is_renewed_by_the_client(
    start_firn: Callable[..., Daemon], firn_home: pathlib.Path
) -> None:
    daemon = start_firn()
    with daemon.connect(session_parameters={"QUERY_TAG": "kept"}) as opened:
        assert daemon.stop() == 0
        with contextlib.closing(sqlite3.connect(firn_home / "meta.db")) as database, database:
            database.execute("UPDATE sessions_session SET session_expires_ms = 1")
        start_firn("--listen", urllib.parse.urlsplit(daemon.url).netloc)
        old = opened.rest.token
        cursor = opened.cursor()
        assert cursor.execute("SELECT 1").fetchone() == (1,)
        assert opened.rest.token != old
        assert cursor.execute("SHOW PARAMETERS LIKE 'QUERY_TAG'").fetchone()[1] == "kept"


def test_a_session_is_kept_alive(firn_daemon: Daemon) -> None:
    with firn_daemon.connect(client_session_keep_alive=True) as opened:
        assert opened.is_valid()
        opened._heartbeat_tick()
        assert opened.cursor().execute("SELECT 1").fetchone() == (1,)
    assert not opened.is_valid()


def test_a_key_pair_logs_in(firn_daemon: Daemon, cursor: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = "".join(public.decode().splitlines()[1:-1])
    user = f"U{uuid.uuid4().hex[:8].upper()}"
    cursor.execute(f"CREATE USER {user} RSA_PUBLIC_KEY = '{body}'")
    options = {"user": user, "authenticator": "SNOWFLAKE_JWT", "role": "PUBLIC"}
    with firn_daemon.connect(private_key=key, **options) as opened:
        assert opened.cursor().execute("SELECT CURRENT_USER()").fetchone() == (user,)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(snowflake.connector.DatabaseError, match=r"JWT|password"):
        firn_daemon.connect(private_key=other, **options)
