"""Snowpark, unmodified: DataFrames, tables written from them, files."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import pathlib
import uuid
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import snowflake.snowpark.functions as F
from daemon import Daemon
from snowflake.snowpark import Row, Session, Window
from snowflake.snowpark.exceptions import SnowparkSQLException


@pytest.fixture(scope="module")
def session(firn_daemon: Daemon) -> Iterator[Any]:
    made = Session.builder.configs({"connection": firn_daemon.connect(paramstyle="qmark")}).create()
    made.sql(f"CREATE SCHEMA S{uuid.uuid4().hex[:8].upper()}").collect()
    rows = [(1, "a", 10.0), (2, "b", 20.0), (3, "a", 30.0), (4, None, None)]
    made.create_dataframe(rows, schema=["id", "k", "v"]).write.save_as_table("T1")
    yield made
    made.close()


def test_a_table_is_selected_filtered_and_sorted(session: Any) -> None:
    t = session.table("T1")
    doubled = t.select("id", (F.col("v") * 2).alias("w")).filter(F.col("id").isin([2, 3]))
    assert doubled.sort("id").collect() == [Row(ID=2, W=40.0), Row(ID=3, W=60.0)]
    assert t.columns == ["ID", "K", "V"]
    assert t.sort(F.col("id").desc()).limit(1, offset=1).collect() == [Row(3, "a", 30.0)]


def test_groups_windows_joins_and_unions(session: Any) -> None:
    t = session.table("T1")
    grouped = t.group_by("k").agg(F.sum("v").alias("s"), F.count("*").alias("n")).sort("k")
    assert grouped.collect() == [Row(None, None, 1), Row("a", 40.0, 2), Row("b", 20.0, 1)]
    last = F.row_number().over(Window.partition_by("k").order_by(F.col("id").desc()))
    assert t.with_column("n", last).filter(F.col("n") == 2).select("id").collect() == [Row(1)]
    assert t.join(t.select(F.col("id").alias("i2")), F.col("id") == F.col("i2")).count() == 4
    assert (t.union(t).count(), t.union_all(t).count()) == (4, 8)


def test_describe_casts_what_was_aggregated(session: Any) -> None:
    found = {row[0]: row[1:] for row in session.table("T1").describe().collect()}
    assert found["count"] == (4.0, "3", 3.0)
    assert found["max"] == (4.0, "b", 30.0)


def test_an_aggregate_or_a_window_may_be_cast(session: Any) -> None:
    query = "SELECT max(v)::VARCHAR, min(k)::VARCHAR || 'x', max(id)::FLOAT / 2 FROM T1"
    assert session.sql(query).collect() == [Row("30", "ax", 2.0)]
    assert session.sql("SELECT to_char(max(k) OVER ()) FROM T1 LIMIT 1").collect() == [Row("b")]


def test_many_rows_go_by_a_temporary_table(session: Any) -> None:
    start = dt.date(2020, 1, 1)
    rows = [
        (i, str(i), i / 3, start + dt.timedelta(i), None if i % 2 else decimal.Decimal(i) / 4)
        for i in range(2000)
    ]
    df = session.create_dataframe(rows, schema=["a", "b", "c", "d", "e"])
    total = df.agg(F.count("*"), F.sum("a"), F.max("d"), F.sum("e")).collect()
    expected = (2000, 1999000, start + dt.timedelta(1999), decimal.Decimal(249750))
    assert tuple(total[0]) == expected


def test_tables_are_overwritten_appended_and_kept(session: Any) -> None:
    t = session.table("T1")
    t.write.save_as_table("T2", mode="overwrite")
    t.write.save_as_table("T2", mode="append")
    assert session.table("T2").count() == 8
    with pytest.raises(SnowparkSQLException, match="already exists"):
        t.write.save_as_table("T2", mode="errorifexists")
    t.filter(F.col("id") > 1).create_or_replace_view("V1")
    assert session.table("V1").count() == 3


def test_pandas_goes_in_and_out(session: Any) -> None:
    frame = pd.DataFrame({"feature1": [1.0, 2.5], "S s": ["x", None]})
    for _ in range(2):
        session.write_pandas(frame, "WP", auto_create_table=True, overwrite=True)
    back = session.table("WP").to_pandas()
    assert list(back.columns) == ["feature1", "S s"]
    assert back["feature1"].tolist() == [1.0, 2.5]
    assert back["S s"].tolist() == ["x", None]


def test_parameters_and_asynchronous_jobs(session: Any) -> None:
    assert session.sql("SELECT ?::INT + 1, ?", params=[41, "x"]).collect() == [Row(42, "x")]
    job = session.table("T1").collect_nowait()
    assert len(job.result()) == 4
    assert session.table("T1").to_pandas(block=False).result().shape == (4, 3)


def test_files_are_put_and_got(session: Any, tmp_path: pathlib.Path) -> None:
    session.sql("CREATE STAGE files").collect()
    (tmp_path / "a b.csv").write_text("1,x\n")
    (put,) = session.file.put(str(tmp_path / "a b.csv"), "@files/d", auto_compress=False)
    assert (put.status, put.target) == ("UPLOADED", "a b.csv")
    session.file.get("@files/d", str(tmp_path / "out"))
    assert (tmp_path / "out" / "a b.csv").read_text() == "1,x\n"
    session.file.put_stream(io.BytesIO(b"hello"), "@files/s.txt", auto_compress=False)
    assert session.file.get_stream("@files/s.txt").read() == b"hello"
