"""PUT and GET of the connector and of Snowpark: what goes up comes down, by the same name, unchanged."""

from __future__ import annotations

import gzip
import io
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import snowflake.connector
from daemon import Daemon
from snowflake.snowpark import Session
from snowflake.snowpark.exceptions import SnowparkSQLException

NAMES = ["a.csv", "b c.csv", "it's.csv", "é☃.csv", "empty.csv", "x[1].csv"]


@pytest.fixture
def cursor(connection: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute("CREATE STAGE s")
    return cursor


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """Files of every name, each with its name as content."""
    folder = tmp_path / "up here"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text("" if name == "empty.csv" else name)
    (folder / "other.txt").write_text("not asked for")
    return folder


def _names(cursor: Any, text: str) -> list[str]:
    return [row[0] for row in cursor.execute(text).fetchall()]


def test_every_file_of_a_pattern_goes_by_its_own_name(
    cursor: Any, folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    sent = cursor.execute(f"PUT 'file://{folder}/*.csv' '@s/a dir' AUTO_COMPRESS=FALSE").fetchall()
    assert {row[1]: row[6] for row in sent} == dict.fromkeys(NAMES, "UPLOADED")
    assert _names(cursor, "LIST @s") == sorted(f"s/a dir/{name}" for name in NAMES)
    down = tmp_path / "down"
    down.mkdir()
    got = cursor.execute(f"GET '@s/a dir' 'file://{down}/'").fetchall()
    assert {row[0]: row[2] for row in got} == dict.fromkeys(NAMES, "DOWNLOADED")
    for name in NAMES:
        assert (down / name).read_text() == (folder / name).read_text()


def test_files_are_compressed_once(cursor: Any, folder: pathlib.Path) -> None:
    (folder / "z.csv.gz").write_bytes(gzip.compress(b"1\n"))
    cursor.execute(f"PUT 'file://{folder}/*' @s")
    expected = sorted([*(f"s/{name}.gz" for name in NAMES), "s/other.txt.gz", "s/z.csv.gz"])
    assert _names(cursor, "LIST @s") == expected
    with pytest.raises(snowflake.connector.DatabaseError, match="already"):
        (folder / "a.csv").write_text("other content")
        cursor.execute(f"PUT 'file://{folder}/a.csv' @s")
    cursor.execute(f"PUT 'file://{folder}/a.csv' @s OVERWRITE=TRUE")
    get = f"GET @s/a.csv.gz 'file://{folder}/'"
    cursor.execute(get)
    assert gzip.decompress((folder / "a.csv.gz").read_bytes()) == b"other content"


def test_files_are_chosen_by_pattern_and_removed(
    cursor: Any, folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    cursor.execute(f"PUT 'file://{folder}/*' @s/d AUTO_COMPRESS=FALSE")
    assert _names(cursor, "LIST @s PATTERN='.*[.]txt'") == ["s/d/other.txt"]
    down = tmp_path / "down"
    down.mkdir()
    cursor.execute(f"GET @s file://{down}/ PATTERN='.*/(a|empty)[.]csv'")
    assert sorted(path.name for path in down.iterdir()) == ["a.csv", "empty.csv"]
    assert _names(cursor, "REMOVE @s/d PATTERN='.*[.]csv'") == sorted(f"s/d/{n}" for n in NAMES)
    assert _names(cursor, "LIST @s") == ["s/d/other.txt"]
    assert cursor.execute("REMOVE @s").rowcount == 1
    with pytest.raises(snowflake.connector.DatabaseError):
        cursor.execute(f"GET @s file://{down}/")


def test_a_large_file_comes_back_byte_for_byte(cursor: Any, tmp_path: pathlib.Path) -> None:
    content = os.urandom(1 << 20) * 100
    (tmp_path / "large.bin").write_bytes(content)
    cursor.execute(f"PUT file://{tmp_path}/large.bin @s AUTO_COMPRESS=FALSE")
    assert cursor.execute("LIST @s").fetchone()[:2] == ("s/large.bin", 100 << 20)
    (tmp_path / "down").mkdir()
    cursor.execute(f"GET @s/large.bin file://{tmp_path}/down/")
    assert (tmp_path / "down" / "large.bin").read_bytes() == content


@pytest.fixture
def session(firn_daemon: Daemon, connection: Any) -> Iterator[Any]:
    opened = firn_daemon.connect(schema=connection.schema)
    made = Session.builder.configs({"connection": opened}).create()
    yield made
    made.close()


def test_snowpark_moves_files_and_streams(
    session: Any, folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    session.sql("CREATE STAGE p").collect()
    sent = session.file.put(f"{folder}/*.csv", "@p/d", auto_compress=False)
    assert {row.target: row.status for row in sent} == dict.fromkeys(NAMES, "UPLOADED")
    got = session.file.get("@p/d", str(tmp_path / "down"), pattern=".*b c.*")
    assert [(row.file, row.status) for row in got] == [("b c.csv", "DOWNLOADED")]
    for name in ["s.csv", "s t.csv"]:
        for compress in [False, True]:
            target = f"@p/streams/{name}"
            session.file.put_stream(
                io.BytesIO(b"hello"), target, auto_compress=compress, overwrite=True
            )
            ending = ".gz" if compress else ""
            with session.file.get_stream(target + ending, decompress=compress) as stream:
                assert stream.read() == b"hello"
    with pytest.raises(SnowparkSQLException, match="253006"):
        session.file.get_stream("@p/streams/nothing.csv")
