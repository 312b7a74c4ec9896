"""The ADBC Snowflake driver (in Go), by options and by URI."""

from __future__ import annotations

import datetime as dt
import decimal
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import adbc_driver_manager
import adbc_driver_snowflake.dbapi
import pyarrow as pa
import pytest
import wire
from adbc_driver_snowflake import DatabaseOptions
from daemon import Daemon
from every_type import COLUMNS, EXPECTED, VALUES, readable

D = decimal.Decimal


def _options(daemon: Daemon, **more: str) -> dict[str, str]:
    host, port = wire.address(daemon)
    made = {
        DatabaseOptions.ACCOUNT.value: "firn",
        "username": "ADMIN",
        DatabaseOptions.HOST.value: host,
        DatabaseOptions.PORT.value: str(port),
        DatabaseOptions.PROTOCOL.value: "http",
        DatabaseOptions.AUTH_TYPE.value: "auth_pat",
        DatabaseOptions.AUTH_TOKEN.value: wire.admin_secret(daemon),
        DatabaseOptions.DATABASE.value: "FIRN",
        DatabaseOptions.SCHEMA.value: "PUBLIC",
        DatabaseOptions.WAREHOUSE.value: "FIRN_WH",
    }
    return {**made, **more}


@pytest.fixture
def connection(firn_daemon: Daemon) -> Iterator[Any]:
    """In a schema of its own."""
    schema = f"A{uuid.uuid4().hex[:12].upper()}"
    with adbc_driver_snowflake.dbapi.connect(
        db_kwargs=_options(firn_daemon), autocommit=True
    ) as opened:
        with opened.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {schema}")
        yield opened
        with opened.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA FIRN.{schema} CASCADE")


@pytest.fixture
def cursor(connection: Any) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
        yield cursor


def _table(cursor: Any, text: str) -> Any:
    cursor.execute(text)
    return cursor.fetch_arrow_table()


@pytest.mark.parametrize("rows", [1, 5000])
def test_every_type_comes_as_arrow(cursor: Any, rows: int) -> None:
    cursor.execute(f"CREATE TABLE t ({COLUMNS})")
    cursor.execute(f"INSERT INTO t SELECT {VALUES} FROM TABLE(GENERATOR(ROWCOUNT => {rows}))")
    cursor.execute("INSERT INTO t(n) VALUES (0)")
    found = _table(cursor, "SELECT * FROM t ORDER BY n DESC")
    assert found.num_rows == rows + 1
    types = {field.name: field.type for field in found.schema}
    assert types["N"] == pa.decimal128(38, 0) and types["D"] == pa.decimal128(38, 10)
    assert types["NTZ"] == pa.timestamp("ns") and types["TM"] == pa.time64("us")
    first = [column[0].as_py() for column in found.columns]
    assert first[7].nanosecond == 789
    first[7] = first[7].floor("us")
    assert readable(first) == EXPECTED
    assert [column[rows].as_py() for column in found.columns][1:] == [None] * 11


@pytest.mark.parametrize("form", ["ARROW", "JSON"])
def test_many_rows_come_in_chunks(cursor: Any, form: str) -> None:
    cursor.execute(f"ALTER SESSION SET GO_QUERY_RESULT_FORMAT = '{form}'")
    cursor.execute(
        "SELECT seq4() AS i, i / 7 AS f, repeat('x', 50) AS s "
        "FROM TABLE(GENERATOR(ROWCOUNT => 300000)) ORDER BY i"
    )
    count = total = 0
    for batch in cursor.fetch_record_batch():
        count += batch.num_rows
        total += sum(int(value) for value in batch.column(0).to_pylist())
    assert (count, total) == (300_000, 300_000 * 299_999 // 2)


def test_values_are_bound(cursor: Any) -> None:
    cursor.execute("SELECT ?, ?, ?, ?", [1, "it's ?", 2.5, True])
    assert cursor.fetchone() == (1, "it's ?", 2.5, True)
    cursor.execute("CREATE TABLE b (a INT, s VARCHAR)")
    cursor.executemany("INSERT INTO b VALUES (?, ?)", [(i, f"v{i}") for i in range(20)])
    cursor.execute("SELECT sum(a), max(s) FROM b")
    assert cursor.fetchone() == (190, "v9")


def _sample() -> Any:
    return pa.table(
        {
            "a": pa.array([1, 2, None], pa.int64()),
            "S s": ["x", 'y "z"\n', None],
            "f": [1.5, None, -2.5],
            "b": [True, None, False],
            "d": [dt.date(2020, 1, 1), None, dt.date(1960, 1, 1)],
            "ts": pa.array([dt.datetime(2020, 1, 1, 1, 2, 3, 4), None, None], pa.timestamp("us")),
            "bin": [b"a\x00", None, b""],
            "dec": pa.array([D("1.23"), None, D("-0.01")], pa.decimal128(10, 2)),
        }
    )


def test_a_table_of_arrow_is_ingested(cursor: Any) -> None:
    sample = _sample()
    for mode, rows in [("create", 3), ("append", 6), ("replace", 3), ("create_append", 6)]:
        assert cursor.adbc_ingest("INGESTED", sample, mode=mode) == 3
        found = _table(cursor, "SELECT * FROM ingested")
        assert found.num_rows == rows, mode
    assert found.column_names == sample.column_names
    for name in sample.column_names:
        expected = sample[name].to_pylist()
        assert found[name].to_pylist() == expected * 2, name
    with pytest.raises(adbc_driver_manager.Error, match="already exists"):
        cursor.adbc_ingest("INGESTED", sample, mode="create")


def test_errors_have_snowflakes_number_and_state(cursor: Any) -> None:
    for text, number, state in [
        ("SELECT * FROM nothing", 2003, "42S02"), ("SELEC 1", 1003, "42000"),
        ("SELECT 1 / 0", 100051, "22012"),
    ]:  # fmt: skip
        with pytest.raises(adbc_driver_manager.Error) as caught:
            cursor.execute(text)
        assert f"{number:06d} ({state})" in str(caught.value)
        assert (caught.value.vendor_code, caught.value.sqlstate) == (number, state)
    assert _table(cursor, "SELECT 1 AS a")["A"].to_pylist() == [1]


def test_the_catalog_is_read(connection: Any, cursor: Any) -> None:
    schema = connection.adbc_current_db_schema
    cursor.execute("CREATE TABLE keyed (a INT PRIMARY KEY, s VARCHAR(5), ts TIMESTAMP_NTZ(3))")
    cursor.execute("CREATE VIEW v AS SELECT a FROM keyed")
    described = connection.adbc_get_table_schema("KEYED")
    assert {field.name: field.type for field in described} == {
        "A": pa.int64(), "S": pa.string(), "TS": pa.timestamp("ns")}  # fmt: skip

    def read(depth: str, **filters: str) -> Any:
        objects = connection.adbc_get_objects(depth=depth, **filters).read_all().to_pylist()
        (found,) = [row for row in objects if row["catalog_name"] == "FIRN"]
        schemas = found["catalog_db_schemas"]
        return schemas and {row["db_schema_name"]: row["db_schema_tables"] for row in schemas}

    assert read("catalogs") is None
    assert {schema, "PUBLIC"} <= set(read("db_schemas"))
    tables = read("tables", catalog_filter="FIRN", db_schema_filter=schema)[schema]
    assert {(row["table_name"], row["table_type"]) for row in tables} == {
        ("KEYED", "TABLE"), ("V", "VIEW")}  # fmt: skip
    (table,) = read("all", db_schema_filter=schema, table_name_filter="KEYED")[schema]
    columns = {row["column_name"]: row for row in table["table_columns"]}
    assert set(columns) == {"A", "S", "TS"}
    assert (columns["A"]["xdbc_type_name"], columns["A"]["xdbc_nullable"]) == ("NUMBER", 0)
    (key,) = table["table_constraints"]
    assert (key["constraint_type"], key["constraint_column_names"]) == ("PRIMARY KEY", ["A"])


def test_a_transaction_is_rolled_back_and_committed(firn_daemon: Daemon, cursor: Any) -> None:
    cursor.execute("CREATE TABLE tx (a INT)")
    cursor.execute("SELECT CURRENT_SCHEMA()")
    (schema,) = cursor.fetchone()
    options = _options(firn_daemon, **{DatabaseOptions.SCHEMA.value: schema})
    with adbc_driver_snowflake.dbapi.connect(db_kwargs=options) as other, other.cursor() as second:
        for end, count in [(other.rollback, 0), (other.commit, 1)]:
            second.execute("INSERT INTO tx VALUES (1)")
            end()
            assert _table(cursor, "SELECT count(*) AS n FROM tx")["N"].to_pylist() == [count]


def test_a_uri_and_a_password_log_in(firn_daemon: Daemon, cursor: Any) -> None:
    user, password = f"U{uuid.uuid4().hex[:8].upper()}", "Correct!Horse%9"
    cursor.execute(f"CREATE USER {user} PASSWORD = '{password}'")
    host, port = wire.address(firn_daemon)
    parts = {"account": "firn", "protocol": "http"}
    quoted = urllib.parse.quote(password, safe="")
    uri = f"{user}:{quoted}@{host}:{port}/FIRN/PUBLIC?{urllib.parse.urlencode(parts)}"
    with adbc_driver_snowflake.dbapi.connect(uri) as opened, opened.cursor() as mine:
        mine.execute("SELECT CURRENT_USER()")
        assert mine.fetchone() == (user,)
    with pytest.raises(adbc_driver_manager.Error, match="Incorrect username or password"):
        adbc_driver_snowflake.dbapi.connect(uri.replace(quoted, "wrong"))
