"""PUT and GET of the connector 5, which names a PUT's files itself."""

from __future__ import annotations

import gzip
import io
import pathlib
from typing import Any

import pytest
import snowflake.connector


def test_every_file_of_a_pattern_goes_by_its_own_name(
    cursor: Any, folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    contents = {f"{i} é's.csv": f"{i}\n" * i for i in range(30)}
    for name, text in contents.items():
        (folder / name).write_text(text)
    cursor.execute("CREATE STAGE s")
    put = f"PUT 'file://{folder}/*.csv' '@s/a dir'"
    for status in ["UPLOADED", "SKIPPED"]:
        sent = cursor.execute(put).fetchall()
        assert {row[1]: row[6] for row in sent} == dict.fromkeys(
            (f"{name}.gz" for name in contents), status
        )
    assert cursor.execute("LIST @s").rowcount == 30
    (tmp_path / "down").mkdir()
    cursor.execute(f"GET '@s/a dir' 'file://{tmp_path}/down/'")
    for name, text in contents.items():
        assert gzip.decompress((tmp_path / "down" / f"{name}.gz").read_bytes()) == text.encode()


def test_a_file_that_is_there_is_skipped_unless_it_may_be_overwritten(
    cursor: Any, folder: pathlib.Path
) -> None:
    cursor.execute("CREATE STAGE s")
    put = f"PUT file://{folder}/a.csv @s/d AUTO_COMPRESS=FALSE"
    for text, more, status in [("1\n", "", "UPLOADED"), ("2\n", "", "SKIPPED"),
                               ("3\n", " OVERWRITE=TRUE", "UPLOADED")]:  # fmt: skip
        (folder / "a.csv").write_text(text)
        assert cursor.execute(put + more).fetchone()[6] == status
    cursor.execute(f"GET @s/d/a.csv file://{folder}/")
    assert (folder / "a.csv").read_text() == "3\n"
    cursor.execute("REMOVE @s/d")
    with pytest.raises(snowflake.connector.Error):
        cursor.execute(f"GET @s/d/a.csv file://{folder}/")


def test_a_stream_is_a_file(cursor: Any, folder: pathlib.Path) -> None:
    cursor.execute("CREATE STAGE s")
    put = "PUT file:///tmp/s.csv @s/d"
    cursor.execute(put, file_stream=io.BytesIO(b"hello"))
    assert cursor.execute("LIST @s").fetchone()[0] == "s/d/s.csv.gz"
