#!/usr/bin/env python3
"""Writes tests/data/homes/<format>.tar.xz: a small home of the format that the built program writes.

Run it in the clients environment when a format is released, and commit the file; a test opens
each. What is in it is what `STATEMENTS` say and a file on a stage;
secrets are those of this home alone. Results, caches and logs are left out.
"""

from __future__ import annotations

import pathlib
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from daemon import Daemon  # noqa: E402

PASSWORD = "Correct horse battery 1"
LEFT_OUT = ("results", "cache", "spill", "logs", "run", "lock")
STATEMENTS = (
    "CREATE SCHEMA OTHER",
    "CREATE TABLE FIRN.PUBLIC.ALL_TYPES (N NUMBER(38,0), D NUMBER(10,2), F FLOAT, T VARCHAR(20), B BOOLEAN, "
    '"day" DATE, '
    "CLOCK TIME(9), NTZ TIMESTAMP_NTZ(9), LTZ TIMESTAMP_LTZ(9), TZ TIMESTAMP_TZ(9), V VARIANT)",
    "INSERT INTO FIRN.PUBLIC.ALL_TYPES SELECT 12345678901234567890123456789012345678, 1.25, 0.5, "
    "'glacier', TRUE, '2024-02-29', "
    "'23:59:59.123456789', '2024-02-29 12:00:00.123456789', '2024-02-29 12:00:00.123456789', "
    "'2024-02-29 12:00:00.123456789 +0530', PARSE_JSON('{\"a\": [1, null]}')",
    "INSERT INTO FIRN.PUBLIC.ALL_TYPES (N) VALUES (NULL)",
    "CREATE TABLE OTHER.MANY AS SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 1000))",
    "DELETE FROM OTHER.MANY WHERE N >= 900",
    "UPDATE OTHER.MANY SET N = -1 WHERE N = 0",
    "CREATE VIEW OTHER.SMALL AS SELECT N FROM OTHER.MANY WHERE N < 10",
    "CREATE STAGE FIRN.PUBLIC.FILES",
    "CREATE TABLE FIRN.PUBLIC.DROPPED (N INT)",
    "DROP TABLE FIRN.PUBLIC.DROPPED",
    f"CREATE USER ANN PASSWORD = '{PASSWORD}'",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        daemon = Daemon(folder / "home").start()
        try:
            with daemon.connect() as connection:
                cursor = connection.cursor()
                for text in STATEMENTS:
                    cursor.execute(text)
                (folder / "rows.csv").write_text("1,one\n2,two\n")
                cursor.execute(
                    f"PUT file://{folder}/rows.csv @FIRN.PUBLIC.FILES/in AUTO_COMPRESS=FALSE"
                )
            assert daemon.stop() == 0
        finally:
            daemon.kill()
        version = (daemon.home / "VERSION").read_text().strip()
        out = HERE / "homes" / f"{version}.tar.xz"
        with tarfile.open(out, "w:xz", preset=9) as archive:
            for entry in sorted(daemon.home.iterdir()):
                if entry.name not in LEFT_OUT:
                    archive.add(entry, f"home/{entry.name}")
        print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
