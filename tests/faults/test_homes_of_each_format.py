"""A home of every released format opens with all that is in it. tests/data/make_home.py makes them."""

from __future__ import annotations

import datetime
import decimal
import json
import pathlib
import tarfile
from collections.abc import Callable

import pytest
from daemon import ROOT, Daemon
from snowflake.connector.errors import Error as SnowflakeError

Start = Callable[..., Daemon]
HOMES = sorted((ROOT / "tests" / "data" / "homes").glob("*.tar.xz"))
NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 123456)


def test_there_is_one_of_the_present_format(start_firn: Start) -> None:
    version = (start_firn().home / "VERSION").read_text().strip()
    assert version in {path.name.split(".")[0] for path in HOMES}, "run tests/data/make_home.py"


@pytest.mark.parametrize("archive", HOMES, ids=lambda path: path.name)
def test_it_opens_and_holds_all(
    start_firn: Start, tmp_path: pathlib.Path, archive: pathlib.Path
) -> None:
    assert archive.stat().st_size < 100_000
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path)  # our own archive
    daemon = start_firn(home=tmp_path / "home")
    with daemon.connect() as opened:
        cursor = opened.cursor()
        row = cursor.execute("SELECT * FROM FIRN.PUBLIC.ALL_TYPES WHERE N IS NOT NULL").fetchone()
        assert row[:7] == (12345678901234567890123456789012345678, decimal.Decimal("1.25"), 0.5,
                           "glacier", True, datetime.date(2024, 2, 29),
                           datetime.time(23, 59, 59, 123456))  # fmt: skip
        assert row[7] == NOON and row[8].replace(tzinfo=None) == NOON
        assert row[9].replace(tzinfo=None) == NOON
        assert row[9].utcoffset() == datetime.timedelta(hours=5, minutes=30)
        assert json.loads(row[10]) == {"a": [1, None]}
        precise = "SELECT TO_VARCHAR(NTZ, 'FF9') FROM FIRN.PUBLIC.ALL_TYPES WHERE N IS NOT NULL"
        assert cursor.execute(precise).fetchone() == ("123456789",)
        empty = cursor.execute("SELECT * FROM FIRN.PUBLIC.ALL_TYPES WHERE N IS NULL").fetchall()
        assert empty == [(None,) * 11]
        count = "SELECT COUNT(*), MIN(N), MAX(N) FROM OTHER.MANY"
        assert cursor.execute(count).fetchone() == (900, -1, 899)
        assert cursor.execute("SELECT COUNT(*) FROM OTHER.SMALL").fetchone() == (10,)
        columns = {
            line[0]: line[1] for line in cursor.execute("DESCRIBE TABLE FIRN.PUBLIC.ALL_TYPES")
        }
        assert columns["T"] == "VARCHAR(20)" and columns["D"] == "NUMBER(10,2)"
        assert columns["TZ"] == "TIMESTAMP_TZ(9)" and "day" in columns
        with pytest.raises(SnowflakeError):
            cursor.execute("SELECT * FROM FIRN.PUBLIC.DROPPED")
        files = cursor.execute("LIST @FIRN.PUBLIC.FILES").fetchall()
        assert [line[0].split("/", 1)[1] for line in files] == ["in/rows.csv"]
        cursor.execute("CREATE TABLE FIRN.PUBLIC.READ_IT (N INT, T VARCHAR)")
        cursor.execute("COPY INTO FIRN.PUBLIC.READ_IT FROM @FIRN.PUBLIC.FILES/in")
        assert cursor.execute("SELECT T FROM FIRN.PUBLIC.READ_IT ORDER BY N").fetchall() == [
            ("one",),
            ("two",),
        ]
        cursor.execute("DROP SCHEMA OTHER")
    import snowflake.connector

    snowflake.connector.connect(
        host="127.0.0.1", port=int(daemon.url.rsplit(":", 1)[1]), protocol="http", account="firn",
        user="ANN", password="Correct horse battery 1",
    ).close()  # fmt: skip
    assert daemon.stop() == 0
    text = (tmp_path / "home" / "logs" / "firn.log").read_text()
    assert '"level":"error"' not in text and "catalog.reconciled" not in text
