#!/usr/bin/python3
"""Runs the test suite, part by part: tools/run_tests.py [PART...]. `make test` calls it; logs go to build/test-logs.

A part that fails lets the others run. The last line is `N passed, N failed`, summed over all parts; something that
could not be built, started or finished counts as failed.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "test-logs"
LIMIT_S = float(os.environ.get("FIRN_TEST_LIMIT_S", "3600"))
FUZZ_S = int(os.environ.get("SECONDS_EACH", "60"))
CORES = os.cpu_count() or 1

# Folders of tests that need another environment than `clients`.
OTHER_ENVIRONMENTS = {
    "tests/worker": "core",
    "python/firn_translator": "core",
    "tests/connector5": "connector5",
}

# In the order in which they run; each is a method of Suite.
PARTS = ("unit", "api", "asan", "tsan", "fuzz", "soak")
# What runs where none is named.
USUAL = ("unit", "api", "asan", "tsan", "fuzz")

_DOCTEST = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed")


@dataclasses.dataclass
class Outcome:
    """What a part, or one program of it, came to."""

    passed: int = 0
    failed: int = 0
    notes: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.notes += other.notes


class Suite:
    """One run: its deadline, and how its commands are started and logged."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def run(
        self, command: Sequence[str | pathlib.Path], log: str, limit_s: float, **variables: str
    ) -> tuple[int, str]:
        """The exit status (124 when the time was up) and the output, which also goes to a log."""
        left_s = min(limit_s, self._deadline - time.monotonic())
        path = LOGS / f"{log}.log"
        if left_s <= 0:
            return 124, "no time was left to run it"
        with path.open("w") as out:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(left_s)
            except subprocess.TimeoutExpired:
                out.write(f"\nstopped after {left_s:.0f} s\n")
                status = 124
            finally:
                # Also when this program is told to stop: nothing it started stays.
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        return status, path.read_text(errors="replace")

    def build(self, preset: str, targets: Sequence[str] = ()) -> Outcome:
        """Builds; nothing is counted as passed for it, a failure as one."""
        status, text = self.run(["tools/build", preset, *targets], f"build-{preset}", 2400)
        if status == 0:
            return Outcome()
        tail = "\n".join(text.splitlines()[-30:])
        return Outcome(failed=1, notes=[f"the {preset} build failed:\n{tail}"])

    def doctest(self, program: pathlib.Path, log: str) -> Outcome:
        """One test program; its own count of cases, and one failure more when it dies."""
        status, text = self.run([program], log, 1200, **sanitizer_options())
        counts = _DOCTEST.search(text)
        outcome = Outcome(int(counts[1]), int(counts[2])) if counts else Outcome()
        if status and not outcome.failed:
            outcome.failed = 1
        if outcome.failed:
            tail = "\n".join(text.splitlines()[-25:])
            outcome.notes.append(f"{program.relative_to(ROOT)} (status {status}):\n{tail}")
        elif not outcome.passed:
            outcome.failed = 1
            outcome.notes.append(f"{program.relative_to(ROOT)} ran no test")
        return outcome

    def programs(self, preset: str, folder: pathlib.Path, targets: Sequence[str]) -> Outcome:
        """Builds the targets of a preset (all without) and runs the test programs among them, one a core."""
        total = self.build(preset, targets)
        listing = subprocess.run(
            ["ctest", "--test-dir", str(folder), "--show-only=json-v1"],
            capture_output=True,
            text=True,
            check=False,
        )
        tests = json.loads(listing.stdout or "{}").get("tests", [])
        found = {
            test["name"]: pathlib.Path(test["command"][0]) for test in tests if "command" in test
        }
        if named := {target for target in targets if target.endswith("_test")}:
            found = {name: program for name, program in found.items() if program.name in named}
        if not found:
            total.add(Outcome(failed=1, notes=[f"no test program of the {preset} build was found"]))
        with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
            for outcome in pool.map(
                lambda item: self.doctest(item[1], f"{preset}-{item[0]}"), found.items()
            ):
                total.add(outcome)
        return total

    def pytest(
        self, part: str, environment: str, arguments: Sequence[str], limit_s: float
    ) -> Outcome:
        """pytest in one of .deps/env; counts come from its report. Skipped tests are named."""
        report = LOGS / f"{part}.xml"
        report.unlink(missing_ok=True)
        python = ROOT / ".deps" / "env" / environment / "bin" / "python"
        status, text = self.run(
            [python, "-m", "pytest", "-q", "-rs", f"--junitxml={report}", *arguments], part, limit_s
        )
        if status == 5:  # pytest's word for: no test was selected
            return Outcome(notes=[f"{part}: no test there"])
        outcome = Outcome()
        skipped = 0
        if report.exists():
            for case in ElementTree.parse(report).getroot().iter("testcase"):
                kinds = {child.tag for child in case}
                if kinds & {"failure", "error"}:
                    outcome.failed += 1
                elif "skipped" in kinds:
                    skipped += 1
                else:
                    outcome.passed += 1
        if status and not outcome.failed:
            outcome.failed = 1
        if skipped:
            outcome.notes.append(
                f"{part}: {skipped} skipped (reasons in build/test-logs/{part}.log)"
            )
        if outcome.failed:
            tail = "\n".join(text.splitlines()[-60:])
            outcome.notes.append(f"{part} (status {status}):\n{tail}")
        return outcome

    # The parts, in the order in which they run.

    def unit(self) -> Outcome:
        return self.programs("release", ROOT / "build", [])

    def api(self) -> Outcome:
        total = Outcome()
        here = [folder for folder in OTHER_ENVIRONMENTS if (ROOT / folder).exists()]
        ignored = [f"--ignore={folder}" for folder in here]
        folders = [folder for folder in ("tests", "python") if (ROOT / folder).exists()]
        total.add(self.pytest("api", "clients", ["-m", "not soak", *ignored, *folders], 2400))
        for folder in here:
            environment = OTHER_ENVIRONMENTS[folder]
            total.add(
                self.pytest(
                    f"api-{pathlib.Path(folder).name}", environment, ["-m", "not soak", folder], 900
                )
            )
        return total

    def asan(self) -> Outcome:
        return self.programs("asan", ROOT / "build" / "asan", ["unit_tests"])

    def tsan(self) -> Outcome:
        programs = [f"{name}_test" for name in concurrent_modules()]
        return self.programs("tsan", ROOT / "build" / "tsan", programs)

    def fuzz(self) -> Outcome:
        names = sorted(path.stem for path in (ROOT / "src").rglob("*_fuzz.cpp"))
        if not names:
            return Outcome(notes=["fuzz: no fuzzer there"])
        total = self.build("asan", ["fuzzers"])
        if total.failed:
            return total
        with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
            for outcome in pool.map(self.fuzzer, names):
                total.add(outcome)
        return total

    def fuzzer(self, name: str) -> Outcome:
        """One libFuzzer program for FUZZ_S; what it found stays beside its corpus."""
        folder = ROOT / "build" / "asan"
        corpus = folder / "corpus" / name
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "tests" / "data" / "fuzz" / name
        status, text = self.run(
            [
                folder / "bin" / name,
                f"-max_total_time={FUZZ_S}",
                # The suite tries the same inputs each time; `make fuzz` new ones.
                *([] if "SECONDS_EACH" in os.environ else ["-seed=1"]),
                "-timeout=10",
                "-rss_limit_mb=2048",
                f"-artifact_prefix={corpus.parent}/{name}-",
                corpus,
                *([seeds] if seeds.exists() else []),
            ],
            name,
            FUZZ_S + 120,
            **sanitizer_options(),
        )
        if status == 0:
            return Outcome(passed=1)
        tail = "\n".join(text.splitlines()[-25:])
        return Outcome(failed=1, notes=[f"{name} (status {status}):\n{tail}"])

    def soak(self) -> Outcome:
        total = self.build("release")
        total.add(self.pytest("soak", "clients", ["-m", "soak", "tests"], float("inf")))
        return total


def sanitizer_options() -> dict[str, str]:
    """What the sanitizers take from the environment; each program reads its own."""
    return {
        # What was freed is kept from use for a while: 16 MB of it, so that tests of memory still tell.
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:quarantine_size_mb=16",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT / 'tools' / 'tsan.supp'}",
        "LSAN_OPTIONS": f"suppressions={ROOT / 'tools' / 'lsan.supp'}",
    }


def concurrent_modules() -> list[str]:
    """Modules with tests that start threads, themselves or in what they test: ThreadSanitizer's."""
    starts_threads = re.compile(r"std::(jthread|thread|async)\b")
    return sorted(
        folder.name
        for folder in (ROOT / "src").iterdir()
        if any(folder.rglob("*_test.cpp"))
        and any(starts_threads.search(path.read_text()) for path in folder.rglob("*.?pp"))
    )


def main(wanted: Sequence[str]) -> int:
    """Exit status 1 when anything failed, 2 when a part is not known."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    LOGS.mkdir(parents=True, exist_ok=True)
    if unknown := set(wanted) - set(PARTS):
        print(
            f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}",
            file=sys.stderr,
        )
        return 2
    chosen = [part for part in PARTS if part in (wanted or USUAL)]
    # What is asked to take long, and nothing beside it, has no limit.
    suite = Suite(time.monotonic() + (float("inf") if set(chosen) <= {"soak", "fuzz"} else LIMIT_S))
    total = Outcome()
    for name in chosen:
        started = time.monotonic()
        print(f"== {name} ...", flush=True)
        if name == "api" and "unit" not in chosen:
            total.add(suite.build("release"))
        outcome = getattr(suite, name)()
        total.add(outcome)
        for note in outcome.notes:
            print(note)
        seconds = time.monotonic() - started
        print(
            f"== {name}: {outcome.passed} passed, {outcome.failed} failed in {seconds:.0f} s",
            flush=True,
        )
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
