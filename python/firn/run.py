"""Runs a script as a Snowflake notebook would: with a session that is already there.

    python -m firn.run [--home DIR] SCRIPT [ARGUMENT...]

The session is the [default] connection of Firn's home: --home, else $FIRN_HOME, else ~/.firn.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import runpy
import sys
import urllib.parse
from collections.abc import Sequence


class NotRunning(Exception):
    """There is no Firn to connect to; the message says how to start it."""


def default_home() -> pathlib.Path:
    """Where Firn lives when nothing else is said."""
    return pathlib.Path(os.environ.get("FIRN_HOME") or pathlib.Path.home() / ".firn")


def use_home(home: pathlib.Path) -> None:
    """Points the Snowflake clients of this process at a home; call it before they are imported.

    Raises NotRunning when that home has no running Firn.
    """
    try:
        endpoint = json.loads((home / "run" / "endpoint.json").read_text())
    except (OSError, ValueError):
        raise NotRunning(
            f"No Firn runs in {home}: start it with `build/bin/firn up --home {home}`."
        ) from None
    os.environ["SNOWFLAKE_HOME"] = str(home)
    bypass_proxy(urllib.parse.urlsplit(endpoint["url"]).hostname or "127.0.0.1")


def bypass_proxy(host: str) -> None:
    """Keeps requests to Firn away from the proxy that leads to the internet."""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [word for word in os.environ.get(name, "").split(",") if word]
        missing = [word for word in (host, "127.0.0.1", "localhost") if word not in hosts]
        os.environ[name] = ",".join([*hosts, *dict.fromkeys(missing)])


def run_script(script: pathlib.Path, arguments: Sequence[str]) -> None:
    """Creates the active session, runs the script as __main__ and closes the session."""
    from snowflake.snowpark import Session
    from snowflake.snowpark.exceptions import SnowparkSessionException

    session = Session.builder.config("connection_name", "default").getOrCreate()
    try:
        sys.argv = [str(script), *arguments]
        sys.path.insert(0, str(script.resolve().parent))
        runpy.run_path(str(script), run_name="__main__")
    finally:
        try:
            session.close()
        except SnowparkSessionException as error:  # must not hide what became of the script
            print(f"The session could not be closed: {error}", file=sys.stderr)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m firn.run", description=__doc__)
    parser.add_argument("--home", type=pathlib.Path, default=default_home())
    parser.add_argument("script", type=pathlib.Path)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args(words)
    if not options.script.is_file():
        print(f"There is no script {options.script}.", file=sys.stderr)
        return 2
    try:
        use_home(options.home.expanduser().resolve())
    except NotRunning as error:
        print(error, file=sys.stderr)
        return 1
    run_script(options.script, options.arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
