"""How the suite counts."""

import os
import pathlib
import time
from collections.abc import Callable

import pytest
import run_tests


@pytest.fixture
def suite(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> run_tests.Suite:
    monkeypatch.setattr(run_tests, "LOGS", tmp_path)
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    return run_tests.Suite(time.monotonic() + 60)


def program(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "passed", "failed"),
    [
        ("echo '[doctest] test cases:  5 |  5 passed | 0 failed | 0 skipped'", 5, 0),
        ("echo '[doctest] test cases:  5 |  3 passed | 2 failed |'; exit 1", 3, 2),
        ("echo '[doctest] test cases:  5 |  5 passed | 0 failed |'; exit 66", 5, 1),
        ("echo dying; kill -SEGV $$", 0, 1),
        ("true", 0, 1),
    ],
)
def test_a_programs_own_count_is_taken_and_a_death_is_a_failure(
    suite: run_tests.Suite, tmp_path: pathlib.Path, text: str, passed: int, failed: int
) -> None:
    outcome = suite.doctest(program(tmp_path, text), "log")
    assert (outcome.passed, outcome.failed) == (passed, failed)


def test_a_program_that_hangs_is_stopped_with_all_it_started(
    suite: run_tests.Suite, tmp_path: pathlib.Path
) -> None:
    path = program(tmp_path, f"sleep 600 & echo $! >{tmp_path}/pid; wait")
    status, _ = suite.run([path], "hanging", 1)
    assert status == 124
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    pytest.fail("the child of a stopped program is still there")


def test_when_the_time_is_up_the_rest_counts_as_failed(tmp_path: pathlib.Path) -> None:
    late = run_tests.Suite(time.monotonic() - 1)
    status, text = late.run(["true"], "late", 10)
    assert (status, text) == (124, "no time was left to run it")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> list[str]:
    """Which parts main() ran; here each only says so."""
    monkeypatch.setattr(run_tests, "LOGS", tmp_path)
    names: list[str] = []

    def part(name: str) -> Callable[[run_tests.Suite], run_tests.Outcome]:
        def run(_: run_tests.Suite) -> run_tests.Outcome:
            names.append(name)
            return run_tests.Outcome(passed=1)

        return run

    for name in run_tests.PARTS:
        monkeypatch.setattr(run_tests.Suite, name, part(name))
    monkeypatch.setattr(run_tests.Suite, "build", lambda *_: run_tests.Outcome())
    return names


def test_an_unknown_part_is_refused(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_tests.main(["unit", "nothing"]) == 2
    assert "there is no part nothing" in capsys.readouterr().err
    assert ran == []


@pytest.mark.parametrize("name", ["unit", "api", "asan", "tsan", "fuzz", "soak"])
def test_every_part_can_be_named(ran: list[str], name: str) -> None:
    assert run_tests.main([name]) == 0
    assert ran == [name]


def test_parts_run_in_their_own_order_and_all_but_soak_where_none_is_named(
    ran: list[str],
) -> None:
    run_tests.main(["fuzz", "asan"])
    assert ran == ["asan", "fuzz"]
    ran.clear()
    assert run_tests.main([]) == 0
    assert ran == ["unit", "api", "asan", "tsan", "fuzz"]
