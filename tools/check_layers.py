#!/usr/bin/python3
"""Checks who includes whom in src/: modules only what lies below them, third-party headers only their adapter.

The order is src/layers.txt, lowest first. Prints one line for each breach; exit status 1 when there is one.
"""

from __future__ import annotations

import pathlib
import re
import sys
from collections.abc import Iterator, Sequence

SRC = pathlib.Path(__file__).resolve().parents[1] / "src"

# Which modules may include a third-party header, by how its name begins.
ADAPTERS = {
    "duckdb.h": ("engine",),
    "boost/beast": ("net",),
    "boost/asio": ("net",),
    "sqlite3.h": ("store",),
    "libpq-fe.h": ("store",),
    "postgresql/": ("store",),
    "argon2.h": ("access",),
    "CLI/": ("cli", "main"),
}
# Too heavy for a header, since everything that includes it pays.
NOT_IN_HEADERS = ("boost/json.hpp", "arrow/api.h", "boost/beast", "boost/asio")

_INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)


def read_layers(text: str) -> dict[str, int]:
    """Each module and its place, lowest first."""
    names = [line.split("#")[0].strip() for line in text.splitlines()]
    return {name: place for place, name in enumerate(name for name in names if name)}


def breaches(path: pathlib.PurePath, text: str, layers: dict[str, int]) -> Iterator[str]:
    """What is wrong with one file's includes; `path` is relative to src/."""
    module = path.parts[0]
    if module not in layers:
        yield f"src/{path}: the module {module} has no line in src/layers.txt"
        return
    for match in _INCLUDE.finditer(text):
        quote, header = match.groups()
        where = f"src/{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        if quote == '"':
            other = header.split("/")[0]
            if "/" not in header or other not in layers:
                yield f'{where}: "{header}" is not a path from src/ into a module of src/layers.txt'
            elif layers[other] > layers[module]:
                yield f"{where}: {module} includes {header}, but {other} lies above it in src/layers.txt"
        for beginning, allowed in ADAPTERS.items():
            if header.startswith(beginning) and module not in allowed:
                yield f"{where}: <{header}> belongs to {' and '.join(allowed)} only"
        # net's own headers are private to its few .cpp files.
        private = module == "net" and header.startswith(("boost/beast", "boost/asio"))
        if path.suffix == ".hpp" and header.startswith(NOT_IN_HEADERS) and not private:
            yield f"{where}: <{header}> is too heavy for a header; include it in the .cpp"


def main(src: pathlib.Path = SRC) -> int:
    layers = read_layers((src / "layers.txt").read_text())
    found: list[str] = []
    files: Sequence[pathlib.Path] = sorted([*src.rglob("*.hpp"), *src.rglob("*.cpp")])
    for path in files:
        found += breaches(path.relative_to(src), path.read_text(), layers)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
