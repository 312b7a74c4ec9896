"""The example programs, as far as they go without a daemon."""

import hashlib
import json
import pathlib
import subprocess
import sys

import firn.run
import load_flights
import pytest

EXAMPLES = pathlib.Path(load_flights.__file__).parent


def test_the_quickstart_is_the_text_that_was_promised() -> None:
    text = (EXAMPLES / "quickstart.py").read_bytes()
    assert (
        hashlib.sha256(text).hexdigest()
        == "15dd13fbb1fb20d11282744f005a118216647322ad83e03e4240c1ed733f93d9"
    )


def test_all_flights_are_read_with_their_types_and_missing_values() -> None:
    flights = load_flights.read_flights()
    assert flights.shape == (load_flights.ROWS, 19)
    missing = flights.isna().sum()
    assert {name: int(count) for name, count in missing.items() if count} == {
        "DEP_TIME": 8255,
        "DEP_DELAY": 8255,
        "ARR_TIME": 8713,
        "ARR_DELAY": 9430,
        "TAILNUM": 2512,
        "AIR_TIME": 9430,
    }
    texts = {"CARRIER", "TAILNUM", "ORIGIN", "DEST"}
    assert {name for name, kind in flights.dtypes.items() if kind == "string"} == texts
    assert str(flights["TIME_HOUR"].iloc[0]) == "2013-01-01 10:00:00"


def test_the_table_has_the_columns_of_the_file() -> None:
    declared = [
        line.split()[0]
        for line in (EXAMPLES / "flights.sql").read_text().splitlines()
        if line.startswith("  ")
    ]
    assert declared == list(load_flights.read_flights().columns)


def test_a_home_without_a_daemon_is_a_sentence(tmp_path: pathlib.Path) -> None:
    with pytest.raises(firn.run.NotRunning, match="start it with"):
        firn.run.use_home(tmp_path)


def test_a_proxy_is_kept_out_of_the_way_to_firn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "endpoint.json").write_text(
        json.dumps({"url": "http://127.0.0.1:1", "pid": 1})
    )
    monkeypatch.setenv("NO_PROXY", "corp.example")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("SNOWFLAKE_HOME", "")
    firn.run.use_home(tmp_path)
    assert firn.run.os.environ["NO_PROXY"] == "corp.example,127.0.0.1,localhost"
    assert firn.run.os.environ["SNOWFLAKE_HOME"] == str(tmp_path)


def test_a_script_that_is_not_there_is_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "firn.run", "nothing.py"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(EXAMPLES.parent / "python")},
    )
    assert (done.returncode, done.stderr) == (2, "There is no script nothing.py.\n")


def test_every_command_of_the_card_can_be_found() -> None:
    lines = (EXAMPLES / "next_steps.txt").read_text().splitlines()
    commands = [line.strip().removeprefix("$ ") for line in lines if line.strip().startswith("$ ")]
    assert len(commands) == 5
    assert all(
        line.startswith(("build/bin/firn ", ".deps/env/clients/bin/python ")) for line in commands
    )
