"""Parses Snowflake's SQL with sqlglot, but keeps every function call as it was written.

sqlglot's own function builders rewrite calls for its generators (DIV0 becomes IF, …). Ours are
mapped by the tables in functions/, so the parser must leave them alone. Its compiled classes
cannot be subclassed: their tables are emptied in place. The worker is the only user of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.tokens import Token, TokenType

_SPECIAL_FORMS = ("CAST", "TRY_CAST", "EXTRACT", "POSITION")
_BARE_WORDS = (
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "CURRENT_USER",
    "CURRENT_ROLE",
)


def _bare(name: str) -> Callable[[], exp.Expr]:
    return lambda: exp.Anonymous(this=name)


def _keep_calls_as_written() -> None:
    SnowflakeParser.FUNCTIONS.clear()
    for name in list(SnowflakeParser.FUNCTION_PARSERS):
        if name not in _SPECIAL_FORMS:
            del SnowflakeParser.FUNCTION_PARSERS[name]
    SnowflakeParser.NO_PAREN_FUNCTIONS.clear()
    for word in _BARE_WORDS:
        SnowflakeParser.NO_PAREN_FUNCTIONS[TokenType[word]] = _bare(word)
    SnowflakeParser.NO_PAREN_FUNCTION_PARSERS.pop("IF", None)


_keep_calls_as_written()
DIALECT = Snowflake()
_TOKENIZER = DIALECT.tokenizer()


def tokenize(text: str) -> list[Any]:
    tokens: list[Any] = []
    for token in _TOKENIZER.tokenize(text):
        if token.token_type == TokenType.QDCOLON:  # `?::INT`, an operator in other dialects
            tokens += _split_cast_of_placeholder(token)
        else:
            tokens.append(token)
    return tokens


def _split_cast_of_placeholder(token: Any) -> list[Any]:
    start, end, line, col = token.start, token.end, token.line, token.col
    return [
        Token(TokenType.PLACEHOLDER, "?", line, col - 2, start, start),
        Token(TokenType.DCOLON, "::", line, col, start + 1, end, token.comments),
    ]


def parse(tokens: list[Any], text: str) -> list[exp.Expr | None]:
    return list(DIALECT.parser().parse(tokens, text))
