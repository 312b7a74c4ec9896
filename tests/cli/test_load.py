"""firn load and firn get: files in, files out."""

from __future__ import annotations

import gzip
import json
import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from daemon import Daemon

Firn = Callable[..., Any]


@pytest.fixture
def table(firn_daemon: Daemon) -> Iterator[str]:
    """A name for a table that is not there yet."""
    name = f"LOAD_{uuid.uuid4().hex[:10].upper()}"
    yield name
    with firn_daemon.connect() as opened:
        opened.cursor().execute(f"DROP TABLE IF EXISTS {name}")


def rows_of(firn: Firn, sql: str) -> Any:
    return json.loads(firn("sql", "--json", "-q", sql).stdout)


def test_a_csv_becomes_a_table_with_inferred_types(
    firn: Firn, table: str, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "a.csv").write_text(
        'id,name,Price,when,"my col"\n1,"a, b",1.5,2013-01-31,x\n2,,2.25,2013-02-01,y\n'
    )
    out = firn("load", table, tmp_path / "a.csv").stdout
    assert "ID" in out and "DATE" in out and f"2 rows loaded into {table}" in out
    assert "upper case" in out
    assert rows_of(firn, f'SELECT ID, NAME, PRICE, "WHEN", "my col" FROM {table} ORDER BY ID') == [
        {"ID": 1, "NAME": "a, b", "PRICE": 1.5, "WHEN": "2013-01-31", "my col": "x"},
        {"ID": 2, "NAME": None, "PRICE": 2.25, "WHEN": "2013-02-01", "my col": "y"},
    ]


def test_other_delimiters_compression_and_null_texts_are_read(
    firn: Firn, table: str, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "a.csv").write_text("a;b\n1;NA\n2;5\n")
    with gzip.open(tmp_path / "b.csv.gz", "wt") as out:
        out.write("a,b\n3,7\n")
    firn("load", table, tmp_path / "a.csv", "--null", "NA")
    firn("load", table, tmp_path / "b.csv.gz", "--append")
    assert rows_of(firn, f"SELECT A, B FROM {table} ORDER BY A") == [
        {"A": 1, "B": None},
        {"A": 2, "B": 5},
        {"A": 3, "B": 7},
    ]


def test_json_and_parquet_are_loaded_too(firn: Firn, table: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1, "b": "x"}\n{"a": 2, "b": null}\n')
    firn("load", table, tmp_path / "a.jsonl")
    pq.write_table(pa.table({"a": [3], "b": ["z"]}), tmp_path / "b.parquet")
    firn("load", table, tmp_path / "b.parquet", "--append")
    assert [row["A"] for row in rows_of(firn, f"SELECT A FROM {table} ORDER BY A")] == [1, 2, 3]


def test_a_table_that_is_there_is_touched_only_when_told(
    firn: Firn, table: str, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    firn("load", table, tmp_path / "a.csv")
    refused = firn("load", table, tmp_path / "a.csv", status=5)
    assert "--append or --replace" in refused.stderr
    firn("load", table, tmp_path / "a.csv", "--append")
    assert rows_of(firn, f"SELECT COUNT(*) AS N FROM {table}") == [{"N": 2}]
    (tmp_path / "b.csv").write_text("b,c\nx,1.5\n")
    firn("load", table, tmp_path / "b.csv", "--replace")
    assert rows_of(firn, f"SELECT * FROM {table}") == [{"B": "x", "C": 1.5}]


def bad_csv(folder: pathlib.Path) -> pathlib.Path:
    """One row behind the lines from which types are inferred is no number."""
    lines = ["a,b", *(f"{i},{i}" for i in range(30_000)), "x,1", *("1,1" for _ in range(5))]
    path = folder / "bad.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_bad_rows_are_reported_by_line_and_left_out_when_told(
    firn: Firn, table: str, tmp_path: pathlib.Path
) -> None:
    path = bad_csv(tmp_path)
    done = firn("load", table, path, "--skip-bad")
    assert "line 30002" in done.stderr and "bad.csv" in done.stderr
    assert "30,005 rows loaded" in done.stdout and "1 left out" in done.stdout


def test_a_load_that_fails_leaves_no_table_and_no_change(
    firn: Firn, table: str, tmp_path: pathlib.Path
) -> None:
    path = bad_csv(tmp_path)
    done = firn("load", table, path, status=2)
    assert "--skip-bad" in done.stderr
    assert "30002" in done.stderr
    firn("sql", "-q", f"DESCRIBE TABLE {table}", status=4)
    (tmp_path / "a.csv").write_text("a\n1\n")
    firn("load", table, tmp_path / "a.csv")
    firn("load", table, path, "--replace", status=2)
    assert rows_of(firn, f"SELECT * FROM {table}") == [{"A": 1}]


def test_a_missing_file_or_a_strange_name_is_refused(firn: Firn, tmp_path: pathlib.Path) -> None:
    assert "there is no file" in firn("load", "T", tmp_path / "no.csv", status=4).stderr
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert "is no name" in firn("load", "T; DROP TABLE X", tmp_path / "a.csv", status=2).stderr


def test_load_answers_in_json(firn: Firn, table: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n2\n")
    report = json.loads(firn("--json", "load", table, tmp_path / "a.csv").stdout)
    assert report["rows"] == 2 and report["created"] and report["bad_rows"] == 0
    assert [column["name"] for column in report["columns"]] == ["A"]


def test_get_downloads_what_put_uploaded(firn: Firn, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    stage = f"S_{uuid.uuid4().hex[:8].upper()}"
    firn("sql", "-q", f"CREATE STAGE {stage}")
    firn("sql", "-q", f"PUT 'file://{tmp_path}/a.txt' @{stage}/dir AUTO_COMPRESS = FALSE")
    firn("sql", "-q", f"PUT 'file://{tmp_path}/a.txt' @{stage}/dir/deep")
    firn("get", f"@{stage}/dir", tmp_path / "out")
    assert (tmp_path / "out" / "a.txt").read_text() == "hello"
    compressed = (tmp_path / "out" / "deep" / "a.txt.gz").read_bytes()
    assert gzip.decompress(compressed) == b"hello"
    firn("get", f"@{stage}/nothing", tmp_path / "out", status=4)
    firn("get", "elsewhere", status=2)
