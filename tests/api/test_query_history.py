"""INFORMATION_SCHEMA.QUERY_HISTORY and its kin, through the connector."""

from __future__ import annotations

from typing import Any

import pytest
import snowflake.connector
from daemon import Daemon
from governance_world import World, run


def test_a_session_finds_its_queries_with_their_tags(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("ALTER SESSION SET QUERY_TAG = 'nightly'")
    cursor.execute("SELECT 41 + 1")
    wanted = cursor.sfqid
    cursor.execute(
        "SELECT QUERY_ID, QUERY_TEXT, QUERY_TAG, EXECUTION_STATUS, QUERY_TYPE, ROWS_PRODUCED"
        " FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) WHERE QUERY_TAG = 'nightly'"
        " AND QUERY_TEXT LIKE '%41%'"
    )
    assert cursor.fetchall() == [(wanted, "SELECT 41 + 1", "nightly", "SUCCESS", "SELECT", 1)]


def test_a_failed_query_is_there_with_its_error(connection: Any) -> None:
    cursor = connection.cursor()
    with pytest.raises(snowflake.connector.errors.ProgrammingError):
        cursor.execute("SELECT * FROM NO_SUCH_TABLE_AT_ALL")
    cursor.execute(
        "SELECT EXECUTION_STATUS, ERROR_CODE, END_TIME >= START_TIME"
        " FROM TABLE(FIRN.INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 50))"
        " WHERE QUERY_TEXT = 'SELECT * FROM NO_SUCH_TABLE_AT_ALL' LIMIT 1"
    )
    assert cursor.fetchall() == [("FAILED_WITH_ERROR", "2003", True)]


def test_others_queries_are_for_who_may_monitor_the_account(firn_daemon: Daemon) -> None:
    world = World(firn_daemon)
    role = world.role("WATCHER")
    anna = world.log_in(world.user("ANNA", role))
    run(anna, "SELECT 1")
    users = "SELECT DISTINCT USER_NAME FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY())"
    of_admin = (
        "SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(USER_NAME => 'ADMIN'))"
    )
    assert run(anna, users) == [(world.name("ANNA"),)]
    assert run(anna, of_admin) == [(0,)]
    world.run(f"GRANT MONITOR ON ACCOUNT TO ROLE {role}")
    assert ("ADMIN",) in run(anna, users)
    assert run(anna, of_admin)[0][0] > 0
    world.close()
