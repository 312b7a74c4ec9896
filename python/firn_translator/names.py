"""Names: folding, quoting, and reading identifiers out of the tree."""

from __future__ import annotations

import re

from sqlglot import exp

from .errors import unsupported

_PARTS = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([A-Za-z_][\w$]*))\s*(\.|$)')


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fold(node: exp.Expr | str) -> str:
    """The name that an identifier stands for: unquoted is upper case, quoted is kept."""
    if isinstance(node, str):
        return node.upper()
    if isinstance(node, exp.Identifier):
        name: str = node.args["this"]
        return name if node.args.get("quoted") else name.upper()
    if isinstance(node, (exp.Column, exp.TableAlias, exp.Var)) and node.args.get("this"):
        inner = node.args["this"]
        return fold(inner)
    raise unsupported(f"name {node.sql('snowflake')}")


def split_name(text: str) -> list[str]:
    """The folded parts of a name given as text, as in IDENTIFIER('db.s.t')."""
    parts: list[str] = []
    at = 0
    while True:
        match = _PARTS.match(text, at)
        if not match:
            raise unsupported(f"name '{text}'")
        quoted, plain, rest = match.groups()
        parts.append(quoted.replace('""', '"') if quoted is not None else plain.upper())
        at = match.end()
        if not rest:
            return parts
