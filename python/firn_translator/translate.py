"""Translates one statement: one parse, one walk."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import TokenType

from . import dml, expressions, query, tables, types
from .dialect import parse, tokenize
from .errors import TranslationError, syntax_error, too_complex, unsupported
from .functions import (
    aggregates,
    conditional,
    context,
    conversion,
    dates,
    numeric,
    semistructured,
    text,
)
from .outputs import outputs_of
from .writer import Writer

# Importing a family is what fills its tables.
FAMILIES = (
    dml, expressions, query, tables, types,
    aggregates, conditional, context, conversion, dates, numeric, semistructured, text,
)  # fmt: skip
_KINDS: dict[type, str] = {exp.Update: "update", exp.Delete: "delete", exp.Merge: "merge"}
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


def translate(statement: str) -> dict[str, Any]:
    """The answer's fields. Raises TranslationError."""
    try:
        return _translate(statement)
    except RecursionError:
        raise too_complex() from None


def _translate(statement: str) -> dict[str, Any]:
    if "\0" in statement:
        raise TranslationError(1003, "42000", "SQL compilation error:\na NUL in the statement.")
    try:
        tokens = tokenize(statement)
    except TokenError as error:
        raise _token_error(statement, error) from None
    try:
        trees = [tree for tree in parse(tokens, statement) if tree is not None]
    except ParseError as error:
        raise _parse_error(statement, tokens, error) from None
    if not trees:
        raise TranslationError(900, "42601", "SQL compilation error:\nEmpty SQL statement.")
    if len(trees) > 1:
        raise unsupported("several statements at once")
    tree = trees[0]
    if isinstance(tree, _QUERIES):
        kind = "query"
    elif type(tree) in _KINDS:
        kind = _KINDS[type(tree)]
    else:
        raise _not_a_query(tokens)
    writer = Writer(statement, tokens)
    sql = writer.sql(tree)
    return {
        "kind": kind,
        "sql": sql,
        "tables": writer.tables,
        "result_scans": writer.result_scans,
        "assigned": writer.assigned,
        "contexts": writer.contexts,
        "columns": sorted(writer.columns),
        "defined_names": sorted(writer.defined),
        "bindings": writer.bindings,
        "outputs": outputs_of(tree, writer.origins) if kind == "query" else [],
    }


def _not_a_query(tokens: list[Any]) -> TranslationError:
    first = tokens[0]
    if first.token_type == TokenType.VAR:
        return syntax_error(1, first.start, first.text)
    return unsupported(f"statement {first.text.upper()}")


def _parse_error(statement: str, tokens: list[Any], error: ParseError) -> TranslationError:
    """Snowflake's message for the token that sqlglot stumbled over."""
    detail = error.errors[0] if error.errors else {}
    if tokens and tokens[0].token_type == TokenType.VAR:
        return syntax_error(tokens[0].line, 0, tokens[0].text)
    line, column = detail.get("line"), detail.get("col")
    text = str(detail.get("highlight") or "")
    for token in tokens:
        # sqlglot's column is that of the token's last character.
        if token.line == line and token.col == column:
            start = statement.rfind("\n", 0, token.start) + 1
            if token is tokens[-1] and str(detail.get("description", "")).startswith("Expect"):
                return syntax_error(token.line, token.end + 1 - start, "<EOF>")
            return syntax_error(token.line, token.start - start, token.text)
    if not tokens or not text:
        return syntax_error(1, len(statement), "<EOF>")
    return syntax_error(int(line or 1), max(int(column or 1) - len(text), 0), text)


def _token_error(statement: str, error: TokenError) -> TranslationError:
    return TranslationError(
        1003, "42000", f"SQL compilation error:\nparse error near the end of the text: {error}."
    )
