"""The page about SQL is what the program's tables say."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_about_sql_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "sql_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
