"""`firn uninstall --purge` after real use: no process, no mount, and no file was made outside the home."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

from daemon import FIRN, ROOT

USE = """
import pathlib, snowflake.connector
from snowflake.snowpark import Session
with snowflake.connector.connect(connection_name="default") as connection:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE T AS SELECT SEQ4() N FROM TABLE(GENERATOR(ROWCOUNT => 300000))")
    assert len(cursor.execute("SELECT N FROM T").fetchall()) == 300000
    cursor.execute("CREATE STAGE S")
    cursor.execute(f"PUT file://{pathlib.Path(__file__)} @S")
"""
MADE = re.compile(
    r'(?:openat\([^"]*"([^"]+)".*O_CREAT|mkdir\("([^"]+)"|(?:rename|link|symlink)\(.*"([^"]+)")'
)


def processes_that_name(text: str) -> list[str]:
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        if folder.name == str(os.getpid()):
            continue
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in words:
            found.append(words.split(b"\0", 1)[0].decode())
    return found


def made_outside(trace: pathlib.Path, home: pathlib.Path) -> set[str]:
    """What the daemon and its children made anywhere else, by their system calls."""
    made = set()
    for line in trace.read_text(errors="replace").splitlines():
        match = MADE.search(line)
        if match and " = -1 " not in line:
            made.add(next(path for path in match.groups() if path))
    assert any(path.startswith(f"{home}/lake/data/") for path in made)
    # Making the home's folders tries those above it too, which are there.
    made -= {str(folder) for folder in (home, *home.parents)}
    made = {path for path in made if "/__pycache__" not in path}  # Python's, in the installation
    return {path for path in made if not path.startswith((f"{home}/", "/dev/null"))}


def test_nothing_is_left(tmp_path: pathlib.Path) -> None:
    user = tmp_path / "user"
    user.mkdir()
    script = tmp_path / "use.py"
    script.write_text(USE)
    trace = tmp_path / "trace"
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(user),
        "NO_PROXY": "127.0.0.1",
        "SNOWFLAKE_HOME": str(user / ".firn"),
    }
    with subprocess.Popen(
        ["strace", "-f", "-o", trace, "-e", "trace=openat,mkdir,rename,link,symlink,mount,umount2",
         FIRN, "up", "--listen", "127.0.0.1:0"], env=variables, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as daemon:  # fmt: skip
        assert daemon.stdout and b"ready" in daemon.stdout.readline()
        assert len(processes_that_name(str(user))) >= 2  # the translator too
        subprocess.run([sys.executable, script], env=variables, check=True, timeout=120)
        done = subprocess.run([FIRN, "uninstall", "--purge", "--yes"], env=variables, check=True,
                              capture_output=True, text=True, timeout=120)  # fmt: skip
        assert "has been stopped" in done.stdout
        assert daemon.wait(10) == 0
    assert not (user / ".firn").exists()
    assert processes_that_name(str(user)) == []
    assert str(tmp_path) not in pathlib.Path("/proc/mounts").read_text()
    assert "mount(" not in trace.read_text(errors="replace")
    assert made_outside(trace, user / ".firn") == set()
