#!/usr/bin/python3
"""Writes docs/sql.md from the program's own tables: tools/sql_docs.py [--check].

Statements come from src/statements/forms.cpp, functions from the translator's table. With --check
nothing is written; the exit status is 1 when the page is not what the tables say. Needs the
environment `core`.
"""

from __future__ import annotations

import importlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "sql.md"
FORM = re.compile(r'Form\{"([^"]+)",\s*(k\w+)')
KINDS = {
    "kSelect": "Queries",
    "kInsert": "Changes of rows",
    "kUpdate": "Changes of rows",
    "kDelete": "Changes of rows",
    "kMerge": "Changes of rows",
    "kCopy": "Changes of rows",
    "kDdl": "Definitions",
    "kSession": "The session",
    "kTransaction": "Transactions",
    "kShow": "Metadata",
    "kDescribe": "Metadata",
    "kPut": "Files",
    "kGet": "Files",
    "kList": "Files",
    "kRemove": "Files",
}


def statements() -> dict[str, list[str]]:
    """Patterns of statements by the heading they stand under."""
    text = (ROOT / "src" / "statements" / "forms.cpp").read_text()
    out: dict[str, list[str]] = {}
    for pattern, kind in FORM.findall(text):
        out.setdefault(KINDS[kind], []).append(pattern)
    return out


def functions() -> list[str]:
    """Names of functions, all that the translator knows."""
    sys.path.insert(0, str(ROOT / "python"))
    importlib.import_module("firn_translator.translate")
    return sorted(importlib.import_module("firn_translator.functions.calls").TABLE)


def page() -> str:
    lines = [
        "# What SQL Firn understands",
        "",
        "Snowflake's dialect; what is not here answers with Snowflake's own error that names it, never",
        "with a guess. Written by `tools/sql_docs.py` from the tables that the program runs by;",
        "`[A|B]` is optional. How types are stored: "
        "[decisions/0001-data-types.md](decisions/0001-data-types.md).",
        "",
        "## Statements",
    ]
    for heading, patterns in statements().items():
        lines += ["", f"### {heading}", "", *(f"- `{pattern}`" for pattern in patterns)]
    names = functions()
    lines += ["", f"## Functions ({len(names)})", ""]
    lines += [", ".join(f"`{name}`" for name in names)]
    lines += ["", "Besides these: CAST, `::`, TRY_CAST, EXTRACT, FLATTEN, RESULT_SCAN, GENERATOR,"]
    lines += ["SPLIT_TO_TABLE, INFER_SCHEMA."]
    return "\n".join(lines) + "\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text() == text:
            return 0
        print("docs/sql.md is not what the tables say: run tools/sql_docs.py", file=sys.stderr)
        return 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
