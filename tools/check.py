#!/usr/bin/python3
"""Formatting, lint, layers, types and words: tools/check.py [--fix] [format|layers|words|python|tidy]...

`make check` runs all of it. --fix writes the formatting instead of complaining. clang-tidy's answers are kept in
build/check by the content of a file and of what it includes, so that only what changed is looked at again.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence

import check_layers

ROOT = pathlib.Path(__file__).resolve().parents[1]
CACHE = ROOT / "build" / "check"
LINT = ROOT / ".deps" / "env" / "lint" / "bin"
LONG_FILE_LINES = 400

# The repository speaks of the project only: no registry's host, no path of one developer's machine.
_FORBIDDEN = re.compile(
    r"pypi\.(?:org)|pythonhosted\.(?:org)|npmjs\.(?:org)|(?<![\w.])/(?:work|home/\w+)/"
)
_QUOTED_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def tracked(*suffixes: str) -> list[pathlib.Path]:
    """Files of the repository, also those not added yet, with one of the suffixes (all without)."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listing.stdout.splitlines()]
    return sorted(
        {path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)}
    )


def show(command: Sequence[str | pathlib.Path]) -> bool:
    """Runs a command with its output shown; whether it went well."""
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode == 0


def check_format(fix: bool) -> bool:
    sources = [path for path in tracked(".hpp", ".cpp") if path.is_relative_to(ROOT / "src")]
    if not sources:
        return True
    if fix:
        return show(["clang-format-14", "-i", *sources])
    result = subprocess.run(
        ["clang-format-14", "--dry-run", "-Werror", *map(str, sources)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = sorted(set(re.findall(r"^(.+?):\d+:\d+: error", result.stderr, re.MULTILINE)))
    for path in wrong:
        print(
            f"{pathlib.Path(path).relative_to(ROOT)}: not as clang-format writes it (tools/check.py --fix format)"
        )
    return result.returncode == 0


def check_words(_fix: bool) -> bool:
    good = True
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        for number, line in enumerate(text.splitlines(), start=1):
            if found := _FORBIDDEN.search(line):
                print(f"{name}:{number}: '{found[0]}' names a registry or a path of one machine")
                good = False
        lines = text.count("\n")
        if path.suffix in {".cpp", ".hpp", ".py"} and lines > LONG_FILE_LINES:
            print(f"{name}: {lines} lines; split it at {LONG_FILE_LINES} (a warning)")
    return good


def check_python(fix: bool) -> bool:
    mode = ["--fix"] if fix else []
    good = show([LINT / "ruff", "check", "--quiet", *mode, "."])
    good &= show([LINT / "ruff", "format", "--quiet", *([] if fix else ["--check"]), "."])
    typed = [
        path
        for path in tracked(".py")
        if path.relative_to(ROOT).parts[0] in {"python", "tools", "examples", "bench"}
        and not path.name.startswith("test_")
        and path.name != "conftest.py"
    ]
    if typed:
        clients = ROOT / ".deps" / "env" / "clients" / "bin" / "python"
        good &= show([LINT / "mypy", "--no-error-summary", "--python-executable", clients, *typed])
    return good


def content_key(path: pathlib.Path) -> str:
    """A digest over a source file, the project's headers it reaches, and the list of checks."""
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    waiting, seen = [path], {path}
    while waiting:
        current = waiting.pop()
        text = current.read_text()
        digest.update(text.encode())
        for header in sorted(_QUOTED_INCLUDE.findall(text)):
            included = ROOT / "src" / header
            if included not in seen and included.is_file():
                seen.add(included)
                waiting.append(included)
    return digest.hexdigest()


def tidy(path: pathlib.Path) -> tuple[bool, str]:
    """clang-tidy on one file, or what it said before about the same content."""
    known = CACHE / "tidy" / content_key(path)
    if known.exists():
        return True, ""
    result = subprocess.run(
        ["clang-tidy-14", "--quiet", "-p", str(ROOT / "build"), "--extra-arg=-w", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode == 0:
        known.touch()
        return True, ""
    return False, result.stdout + "\n".join(
        line for line in result.stderr.splitlines() if "error" in line
    )


def check_tidy(_fix: bool) -> bool:
    (CACHE / "tidy").mkdir(parents=True, exist_ok=True)
    for command in (
        ["cmake", "--preset", "release"],
        ["cmake", "--build", "build", "--target", "generated"],
    ):
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if made.returncode:
            print(made.stdout + made.stderr)
            return False
    commands = json.loads((ROOT / "build" / "compile_commands.json").read_text())
    sources = sorted({pathlib.Path(entry["file"]) for entry in commands})
    sources = [
        path
        for path in sources
        if not path.name.endswith(("_test.cpp", "_fuzz.cpp", "test_main.cpp"))
    ]
    good = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for fine, text in pool.map(tidy, sources):
            good &= fine
            if text:
                print(text, flush=True)
    return good


def check_layering(_fix: bool) -> bool:
    return check_layers.main() == 0


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when a check failed, 2 when one is not known."""
    fix = "--fix" in arguments
    wanted = [word for word in arguments if word != "--fix"]
    checks: dict[str, Callable[[bool], bool]] = {
        "layers": check_layering,
        "words": check_words,
        "format": check_format,
        "python": check_python,
        "tidy": check_tidy,
    }
    if unknown := set(wanted) - set(checks):
        print(
            f"there is no check {', '.join(sorted(unknown))}; the checks are {', '.join(checks)}",
            file=sys.stderr,
        )
        return 2
    failed = []
    for name in wanted or checks:
        print(f"== {name}", flush=True)
        if not checks[name](fix):
            failed.append(name)
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all good'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
