"""pandas and Snowpark frames written and read, and what training reads them with."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import snowflake.snowpark.functions as F
from daemon import Daemon
from snowflake.connector import ProgrammingError
from snowflake.connector.pandas_tools import write_pandas
from snowflake.ml.data.data_connector import DataConnector
from snowflake.snowpark import Row, Session
from snowflake.snowpark.exceptions import SnowparkSQLException
from snowflake.snowpark.types import (
    ArrayType,
    ByteType,
    DecimalType,
    FloatType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampTimeZone,
    TimestampType,
    VariantType,
)  # fmt: skip

D = decimal.Decimal
ODD = 'odd "col" na.me'


@pytest.fixture
def session(firn_daemon: Daemon, connection: Any) -> Iterator[Any]:
    opened = firn_daemon.connect(schema=connection.schema)
    opened.cursor().execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    made = Session.builder.configs({"connection": opened}).create()
    yield made
    made.close()


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "i": pd.array([1, None, 3], dtype="Int64"),
            "f": [1.5, np.nan, np.inf],
            "s": ["a", None, "é'\"\n,\\"],
            "b": [True, None, False],
            "d": [dt.date(2020, 1, 1), None, dt.date(1960, 1, 1)],
            "tm": [dt.time(1, 2, 3), None, dt.time(23, 59)],
            "ts": pd.to_datetime(["2020-01-01 01:02:03.000004", None, "1960-01-01"], format="ISO8601"),
            "tz": pd.to_datetime(["2020-01-01 12:00:00", None, "2020-07-01 12:00:00"]).tz_localize("Europe/Berlin"),
            ODD: [1, 2, 3],
            "dec": [D("1.23"), None, D("-5.00")],
            "bin": [b"a", None, b"\x00"],
        }
    )  # fmt: skip


ROWS = [
    (1, 1.5, "a", True, dt.date(2020, 1, 1), dt.time(1, 2, 3), dt.datetime(2020, 1, 1, 1, 2, 3, 4),
     dt.datetime(2020, 1, 1, 11, tzinfo=dt.UTC), 1, D("1.23"), bytearray(b"a")),
    (None, None, None, None, None, None, None, None, 2, None, None),
    (3, float("inf"), "é'\"\n,\\", False, dt.date(1960, 1, 1), dt.time(23, 59),
     dt.datetime(1960, 1, 1), dt.datetime(2020, 7, 1, 10, tzinfo=dt.UTC), 3, D("-5"),
     bytearray(b"\x00")),
]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [{}, {"chunk_size": 2}, {"overwrite": True}, {"use_logical_type": True},
     {"compression": "snappy", "parallel": 2}, {"table_type": "temp"}],
    ids=str,
)  # fmt: skip
def test_write_pandas_keeps_every_type(session: Any, options: dict[str, Any]) -> None:
    connection = session.connection
    done = write_pandas(connection, _frame(), "wp", auto_create_table=True, **options)
    assert (done[0], done[2]) == (True, 3)
    cursor = connection.cursor()
    text = f'SELECT * FROM "wp" ORDER BY "{ODD.replace(chr(34), chr(34) * 2)}"'
    assert cursor.execute(text).fetchall() == ROWS
    assert [column.name for column in cursor.description] == list(_frame().columns)
    write_pandas(connection, _frame(), "wp", chunk_size=1)
    assert cursor.execute('SELECT count(*) FROM "wp"').fetchone() == (6,)
    write_pandas(connection, _frame()[["s"]], "wp", auto_create_table=True, overwrite=True)
    assert cursor.execute('SELECT * FROM "wp" ORDER BY 1').fetchall() == [
        ("a",),
        (ROWS[2][2],),
        (None,),
    ]


def test_write_pandas_folds_names_where_asked(session: Any) -> None:
    connection = session.connection
    frame = pd.DataFrame({"a": [1], "B": ["x"]})
    write_pandas(connection, frame, "folded", auto_create_table=True, quote_identifiers=False)
    assert connection.cursor().execute("SELECT a, b FROM FOLDED").fetchone() == (1, "x")
    write_pandas(connection, frame.iloc[:0], "Empty One", auto_create_table=True)
    assert connection.cursor().execute('SELECT count(*) FROM "Empty One"').fetchone() == (0,)
    with pytest.raises(ProgrammingError, match="does not exist"):
        write_pandas(connection, frame, "nothing")


def test_rows_of_every_type_become_a_dataframe(session: Any) -> None:
    schema = StructType(
        [
            StructField("A", LongType()), StructField("D", DecimalType(10, 2)),
            StructField("V", VariantType()), StructField("AR", ArrayType()),
            StructField("M", MapType()), StructField("TS", TimestampType(TimestampTimeZone.TZ)),
            StructField("S", StringType(5)), StructField("BY", ByteType()),
            StructField("FL", FloatType()),
        ]
    )  # fmt: skip
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    row = [1, D("1.5"), {"x": [1]}, [1, "a"], {"k": "v"}, moment, "abc", 3, 0.5]
    made = session.create_dataframe([row, [None] * 9], schema)
    made.write.save_as_table("typed")
    for found in (made.collect(), session.table("typed").collect()):
        first = next(one for one in found if one["A"] == 1)
        assert first.as_dict() == {
            "A": 1, "D": D("1.50"), "V": '{"x":[1]}', "AR": '[1,"a"]', "M": '{"k":"v"}',
            "TS": moment, "S": "abc", "BY": 3, "FL": 0.5,
        }  # fmt: skip
        assert Row(*[None] * 9) in found


def test_every_mode_of_saving(session: Any) -> None:
    frame = session.create_dataframe([(1, "a"), (2, "b")], schema=["x", "y"])
    for mode, count in [("overwrite", 2), ("append", 4), ("ignore", 4), ("truncate", 2)]:
        frame.write.mode(mode).save_as_table("saved")
        assert session.table("saved").count() == count, mode
    with pytest.raises(SnowparkSQLException, match="already exists"):
        frame.write.mode("errorifexists").save_as_table("saved")
    frame.select("y", "x").write.mode("append").save_as_table("saved", column_order="name")
    frame.write.insert_into("saved")
    frame.write.save_as_table("passing", table_type="temporary")
    assert session.table("passing").union_all(session.table("saved")).count() == 8
    saved = session.table("saved")
    assert saved.update({"y": F.lit("z")}, F.col("x") == 1).rows_updated == 3
    assert saved.delete(F.col("x") == 2).rows_deleted == 3
    saved.merge(
        frame, saved["x"] == frame["x"],
        [F.when_matched().update({"y": frame["y"]}),
         F.when_not_matched().insert({"x": frame["x"], "y": frame["y"]})],
    )  # fmt: skip
    assert sorted(map(tuple, saved.collect())) == [(1, "a"), (1, "a"), (1, "a"), (2, "b")]
    assert frame.cache_result().count() == 2


def test_training_reads_whole_tables(session: Any) -> None:
    count = 300_000
    frame = pd.DataFrame({"feature1": np.arange(count), "label": np.arange(count) % 2 == 0})
    session.write_pandas(frame, "BIG", auto_create_table=True, chunk_size=100_000)
    table = session.table("BIG")
    read = DataConnector.from_dataframe(table).to_pandas()
    assert list(read.columns) == ["feature1", "label"]
    assert (len(read), int(read["feature1"].sum())) == (count, count * (count - 1) // 2)
    assert int(read["label"].sum()) == count // 2
    assert len(DataConnector.from_dataframe(table).to_pandas(limit=10)) == 10
    chosen = DataConnector.from_sql('SELECT "feature1" FROM big WHERE "label"', session=session)
    assert chosen.to_pandas().shape == (count // 2, 1)
    parts = table.random_split([0.8, 0.2], seed=1)
    assert sum(part.count() for part in parts) == count
    assert sum(len(batch) for batch in table.to_pandas_batches()) == count
