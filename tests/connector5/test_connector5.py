"""The connector 5, whose core is its own: what tests/api says of the connector 4 holds for it too."""

from __future__ import annotations

import datetime as dt
import decimal
import threading
from typing import Any

import pandas as pd
import pytest
import snowflake.connector
from every_type import BULK_COLUMNS, COLUMNS, EXPECTED, VALUES, bulk_rows, readable
from snowflake.connector.constants import QueryStatus
from snowflake.connector.pandas_tools import write_pandas

from .conftest import Connect

D = decimal.Decimal
UTC = dt.UTC
BOUND = [
    1, 2**62, D("12.340"), 1.5, "it's ?", True, False, dt.date(1969, 7, 20), dt.time(1, 2, 3, 456),
    dt.datetime(2020, 1, 2, 3, 4, 5, 678901), b"\x00\xff", None,
]  # fmt: skip
LONG = (
    "SELECT count(*) FROM TABLE(GENERATOR(ROWCOUNT => 30000000)) a, "
    "TABLE(GENERATOR(ROWCOUNT => 1000000)) b"
)


def test_the_default_connection_of_the_home_logs_in(connect: Connect) -> None:
    found = connect().cursor().execute(
        "SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_DATABASE(), CURRENT_SCHEMA()"
    )  # fmt: skip
    assert found.fetchone() == ("ADMIN", "ACCOUNTADMIN", "FIRN", "PUBLIC")
    with pytest.raises(snowflake.connector.DatabaseError) as caught:
        connect(authenticator="snowflake", password="wrong")
    assert "Incorrect username or password" in str(caught.value)


@pytest.mark.parametrize("form", ["ARROW", "JSON"])
@pytest.mark.parametrize("rows", [1, 5000])
def test_every_type_comes_back_as_it_was_written(cursor: Any, rows: int, form: str) -> None:
    cursor.execute(f"ALTER SESSION SET PYTHON_CONNECTOR_QUERY_RESULT_FORMAT = '{form}'")
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    cursor.execute(f"INSERT INTO t SELECT {VALUES} FROM TABLE(GENERATOR(ROWCOUNT => {rows}))")
    assert cursor.rowcount == rows
    cursor.execute("INSERT INTO t(n) VALUES (0)")
    found = cursor.execute("SELECT * FROM t ORDER BY n DESC").fetchall()
    assert len(found) == rows + 1
    assert readable(found[0]) == EXPECTED and readable(found[rows - 1]) == EXPECTED
    assert found[rows][1:] == (None,) * 11


def test_the_description_says_the_declared_types(cursor: Any) -> None:
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    described = {c.name: c for c in cursor.describe("SELECT * FROM t")}
    assert (described["D"].precision, described["D"].scale) == (38, 10)
    assert (described["TM"].scale, described["NTZ"].scale) == (6, 9)
    codes = [described[name].type_code for name in ("N", "F", "S", "DT", "LTZ", "V", "BIN", "B")]
    assert codes == [0, 1, 2, 3, 6, 5, 11, 13]


@pytest.mark.parametrize("value", BOUND, ids=repr)
def test_a_bound_value_comes_back(cursor: Any, value: Any) -> None:
    assert cursor.execute("SELECT ?", (value,)).fetchone() == (value,)


@pytest.mark.parametrize("kind", ["TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"])
def test_a_timestamp_is_bound_as_the_kind_that_is_named(cursor: Any, kind: str) -> None:
    value = dt.datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    (found,) = cursor.execute("SELECT ?", ((kind, value),)).fetchone()
    assert found == (value.replace(tzinfo=None) if kind == "TIMESTAMP_NTZ" else value)


@pytest.mark.parametrize("staged", [False, True])
def test_executemany_inserts_every_type(cursor: Any, staged: bool) -> None:
    if staged:
        cursor.execute("ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = 100")
    cursor.execute(f"CREATE TABLE m ({BULK_COLUMNS})")
    cursor.executemany(f"INSERT INTO m VALUES ({', '.join('?' * 10)})", bulk_rows(1000))
    assert cursor.rowcount == 1000
    assert cursor.execute("SELECT * FROM m ORDER BY i").fetchall() == bulk_rows(1000)


@pytest.mark.parametrize(
    ("text", "number", "state"),
    [("SELECT * FROM nothing", 2003, "42S02"), ("SELEC 1", 1003, "42000"),
     ("SELECT 1 / 0", 100051, "22012"), ("SELECT 'x'::INT", 100038, "22018")],
)  # fmt: skip
def test_an_error_has_number_and_state(cursor: Any, text: str, number: int, state: str) -> None:
    with pytest.raises(snowflake.connector.ProgrammingError) as caught:
        cursor.execute(text)
    assert (caught.value.errno, caught.value.sqlstate) == (number, state)
    assert caught.value.sfqid
    assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_many_rows_come_in_chunks(cursor: Any) -> None:
    text = (
        "SELECT seq4() AS i, i / 8 AS f, repeat('x', 60) AS s "
        "FROM TABLE(GENERATOR(ROWCOUNT => 300000)) ORDER BY i"
    )
    found = cursor.execute(text).fetchall()
    assert [row[0] for row in found] == list(range(300_000))
    assert len(cursor.execute(text).get_result_batches()) > 1
    assert cursor.execute(text).fetch_pandas_all()["I"].sum() == 300_000 * 299_999 // 2
    assert sum(len(batch) for batch in cursor.execute(text).fetch_pandas_batches()) == 300_000


def test_queries_run_asynchronously(connect: Connect, cursor: Any) -> None:
    connection = cursor.connection
    cursor.execute_async("SELECT 42")
    cursor.get_results_from_sfqid(cursor.sfqid)
    assert cursor.fetchall() == [(42,)]
    cursor.execute_async("SELECT 1 / 0")
    failed = cursor.sfqid
    with pytest.raises(snowflake.connector.ProgrammingError, match="Division by zero"):
        cursor.get_results_from_sfqid(failed)
        cursor.fetchall()
    assert connection.get_query_status(failed) == QueryStatus.FAILED_WITH_ERROR


def test_a_running_query_is_cancelled(cursor: Any) -> None:
    other = cursor.connection.cursor()
    other.execute_async(LONG)
    running = other.sfqid
    assert cursor.connection.get_query_status(running) == QueryStatus.RUNNING
    assert other.abort_query(running)
    with pytest.raises(snowflake.connector.DatabaseError, match="cancel"):
        other.get_results_from_sfqid(running)
        other.fetchall()
    assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_several_statements_at_once(cursor: Any) -> None:
    connection = cursor.connection
    made = connection.execute_string("SELECT 1; CREATE TABLE x (a INT); SELECT 'a;b'")
    assert [one.fetchall()[0][0] for one in made][::2] == [1, "a;b"]
    cursor.execute("SELECT 1; SELECT 2", num_statements=2)
    assert cursor.fetchall() == [(1,)]
    assert cursor.nextset() and cursor.fetchall() == [(2,)]


def test_two_threads_share_a_connection(cursor: Any) -> None:
    found: dict[int, Any] = {}

    def run(i: int) -> None:
        found[i] = cursor.connection.cursor().execute(f"SELECT {i}").fetchone()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {i: (i,) for i in range(8)}


def test_pandas_is_written(cursor: Any) -> None:
    frame = pd.DataFrame(
        {"feature1": [1.0, None], "S s": ["x", None], "d": [dt.date(2020, 1, 1), None]}
    )
    for _ in range(2):
        done = write_pandas(cursor.connection, frame, "wp", auto_create_table=True, overwrite=True)
        assert done[0] and done[2] == 2
    found = cursor.execute('SELECT * FROM "wp" ORDER BY "feature1"').fetchall()
    assert found == [(1.0, "x", dt.date(2020, 1, 1)), (None, None, None)]
