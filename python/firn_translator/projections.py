"""Names of result columns: an expression without an alias is named by its own text."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.tokens import TokenType

from .names import fold
from .writer import Writer

_ENDS = frozenset(
    {
        TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.QUALIFY,
        TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET, TokenType.FETCH, TokenType.UNION,
        TokenType.EXCEPT, TokenType.INTERSECT, TokenType.SEMICOLON, TokenType.WINDOW,
    }
)  # fmt: skip
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_CONSTANTS = (exp.Literal, exp.Neg)


def write_projections(writer: Writer, select: exp.Select, index: int) -> str:
    """`index` is the place of the select's keyword among all SELECT tokens of the text."""
    nodes = select.expressions
    names: list[str] | None = None
    out: list[str] = []
    for place, node in enumerate(nodes):
        if isinstance(node, exp.Alias):
            alias = writer.define(fold(node.args["alias"]))
            out.append(f"{_value(writer, node.this)} AS {alias}")
        elif isinstance(node, exp.Star) or (
            isinstance(node, exp.Column) and not isinstance(node.this, exp.Parameter)
        ):
            out.append(writer.sql(node))
        else:
            if names is None:
                names = _source_names(writer, index, len(nodes))
            name = names[place] if names else node.sql("snowflake").upper()
            out.append(f"{_value(writer, node)} AS {writer.define(name)}")
    return ", ".join(out)


def _value(writer: Writer, node: exp.Expr) -> str:
    """An integer constant gets 64 bits: DuckDB would let later arithmetic overflow at 32."""
    text = writer.sql(node)
    if isinstance(node, _CONSTANTS) and text.lstrip("-").isdigit() and len(text) < 19:
        return f"CAST({text} AS BIGINT)"
    return text


def _source_names(writer: Writer, index: int, count: int) -> list[str]:
    spans = _spans(writer.tokens, index)
    if len(spans) != count:
        return []
    return [column_name(writer.text[start:end]) for start, end in spans]


def column_name(source: str) -> str:
    """The text as Snowflake names the column: upper case but for quoted identifiers."""
    if '"' not in source:
        return source.upper()
    parts = source.split('"')
    return '"'.join([p if i % 2 else p.upper() for i, p in enumerate(parts)])


def _spans(tokens: list[Any], index: int) -> list[tuple[int, int]]:
    places = _select_positions(tokens)
    if index >= len(places):
        return []
    at = places[index] + 1
    if at < len(tokens) and tokens[at].token_type in (TokenType.DISTINCT, TokenType.ALL):
        at += 1
    if at < len(tokens) and tokens[at].token_type == TokenType.TOP:
        at += 2
    spans: list[tuple[int, int]] = []
    depth = 0
    start = at
    while at < len(tokens):
        kind = tokens[at].token_type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and kind in _ENDS and tokens[at - 1].token_type != TokenType.DISTINCT:
            break
        if depth == 0 and kind == TokenType.COMMA:
            spans.append((tokens[start].start, tokens[at - 1].end + 1))
            start = at + 1
        at += 1
    if start < at:
        spans.append((tokens[start].start, tokens[at - 1].end + 1))
    return spans


def _select_positions(tokens: list[Any]) -> list[int]:
    return [i for i, token in enumerate(tokens) if token.token_type == TokenType.SELECT]
