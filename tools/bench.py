#!/usr/bin/python3
"""Runs bench/<area>.py and prints a line for each claim: tools/bench.py [AREA...]. `make bench` calls it.

A bench program is started as `bench/<area>.py --out FILE` in the clients' environment; it measures Firn and its peers
then and there and writes a list of {claim, unit, ours, peers: {name: value}, ratio, target, ok}. A missed target is
shown and is no failure; a program that does not finish is one.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench"
PYTHON = ROOT / ".deps" / "env" / "clients" / "bin" / "python"
KEYS = {"claim", "unit", "ours", "peers", "ratio", "target", "ok"}


def number(value: typing.Any) -> str:
    return f"{value:,.4g}" if isinstance(value, int | float) else str(value)


def line(claim: dict[str, typing.Any]) -> str:
    """One claim as a line of text."""
    peers = ", ".join(f"{name} {number(value)}" for name, value in claim["peers"].items())
    ratio = f"  ratio {number(claim['ratio'])}" if claim["ratio"] is not None else ""
    verdict = "ok    " if claim["ok"] else "MISSED"
    beside = f" | {peers}" if peers else ""
    return (
        f"{verdict} {claim['claim']}: {number(claim['ours'])} {claim['unit']}{beside}{ratio}"
        f"  (target {claim['target']})"
    )


def run_area(area: str) -> bool:
    """Runs one area and prints its claims; False when it did not finish or wrote something else."""
    out = BENCH / "results" / f"{area}.json"
    out.parent.mkdir(exist_ok=True)
    out.unlink(missing_ok=True)
    done = subprocess.run([PYTHON, BENCH / f"{area}.py", "--out", out], cwd=ROOT, check=False)
    if done.returncode or not out.exists():
        print(f"bench/{area}.py did not finish (exit status {done.returncode})", file=sys.stderr)
        return False
    claims = json.loads(out.read_text())
    for claim in claims:
        if missing := KEYS - set(claim):
            print(f"{out}: a claim lacks {', '.join(sorted(missing))}", file=sys.stderr)
            return False
        print(line(claim))
    return True


def main(wanted: Sequence[str]) -> int:
    areas = sorted(path.stem for path in BENCH.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(wanted) - set(areas):
        print(
            f"there is no bench {', '.join(sorted(unknown))}; there are: {', '.join(areas) or 'none'}",
            file=sys.stderr,
        )
        return 2
    results = [run_area(area) for area in wanted or areas]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
