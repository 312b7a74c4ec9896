"""Writes DuckDB's SQL from Snowflake's tree in one walk.

Each kind of node has one function, registered with @writes together with the arguments that it
understands: an unknown node, or an argument that nobody reads, is refused rather than dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from .errors import unsupported
from .names import fold, quote

Handler = Callable[["Writer", Any], str]
_HANDLERS: dict[type, tuple[Handler, frozenset[str], bool]] = {}
_SCALARS = (exp.Func, exp.Binary, exp.Unary, exp.Between, exp.In, exp.Bracket, exp.Interval)
# What stands in a text for an expression that is written later; no statement has the character.
_HELD = re.compile("\0([aq]\\d+)\0")
# Facts that the parser notes down for other dialects' generators.
_NOTES = frozenset({"_type", "safe", "typed", "requires_string", "requires_json", "clamp_position"})


def writes(*kinds: type, args: str = "this expression expressions") -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for kind in kinds:
            is_scalar = issubclass(kind, _SCALARS)
            _HANDLERS[kind] = (handler, frozenset(args.split()) | _NOTES, is_scalar)
        return handler

    return register


class Writer:
    """The state of one statement's translation."""

    def __init__(self, text: str, tokens: list[Any]) -> None:
        self.text = text
        self.tokens = tokens
        self.tables: list[dict[str, Any]] = []
        self.result_scans: list[str] = []
        self.assigned: list[str | int] = []
        self.contexts: list[str] = []
        self.columns: set[str] = set()
        self.defined: set[str] = set()
        self.origins: dict[int, tuple[str, int]] = {}  # of table nodes, by their ids
        self.cte_names: list[set[str]] = []
        self.positional: list[list[str] | None] = []
        self.selects: list[exp.Select] = []  # those around what is being written
        self.bindings = 0
        self.selects_seen = 0
        self.inside_over = 0
        self.lets = 0
        # The aggregates inside the expression being written, by the names that stand for them.
        self.held: dict[str, str] | None = None
        self.queries: dict[str, str] = {}  # likewise, of subqueries

    def sql(self, node: Any) -> str:
        try:
            handler, known, is_scalar = _HANDLERS[type(node)]
        except KeyError:
            raise unsupported(_describe(node)) from None
        for key, value in node.args.items():
            if value and key not in known:
                raise unsupported(f"{type(node).__name__} {key}".upper())
        if is_scalar:
            return self._scalar(lambda: handler(self, node))
        if self.held is not None and isinstance(node, exp.Query):
            return self._keep("q", self.queries, self.alone(lambda: handler(self, node)))
        return handler(self, node)

    def _scalar(self, write: Callable[[], str]) -> str:
        outer, self.held = self.held, {}
        text = write()
        held, self.held = self.held, outer
        if held:
            text = self.hold(_release(text, held))
        if outer is None and self.queries:
            text = _HELD.sub(lambda match: self.queries.get(match[1], match[0]), text)
        return text

    def hold(self, text: str) -> str:
        """`text` has an aggregate, a window function or another column's alias: what is to be
        written in its place.

        DuckDB chooses between the overloads of a macro before it knows the types of these, and so
        chooses wrongly. It does know the type of a lambda's parameter.
        """
        return text if self.held is None else self._keep("a", self.held, text)

    def _keep(self, kind: str, kept: dict[str, str], text: str) -> str:
        self.lets += 1
        kept[f"{kind}{self.lets}"] = text
        return f"\0{kind}{self.lets}\0"

    def alone(self, write: Callable[[], str]) -> str:
        """What a query or an aggregate has inside is no part of the expression around it."""
        outer, self.held = self.held, None
        text = write()
        self.held = outer
        return text

    def join(self, nodes: Any) -> str:
        return ", ".join([self.sql(node) for node in nodes])

    def define(self, name: str) -> str:
        """Notes a name that the statement itself gives; returns it quoted."""
        self.defined.add(name)
        return quote(name)

    def is_alias(self, name: str) -> bool:
        """Whether the select gives that name to an expression, as far as its text shows: what has
        a column of that name inside only hides it."""
        for made in self.selects[-1].expressions if self.selects else ():
            if isinstance(made, exp.Alias) and fold(made.args["alias"]) == name:
                return all(column.name != name for column in made.this.find_all(exp.Column))
        return False

    def column(self, name: str) -> str:
        self.columns.add(name)
        return quote(name)

    def context(self, name: str) -> str:
        if name not in self.contexts:
            self.contexts.append(name)
        return quote("firn:c:" + name)

    def table_slot(self, parts: list[str], target: bool = False) -> str:
        self.tables.append({"name": parts, "target": target})
        return f'"firn:t{len(self.tables) - 1}"'

    def assign(self, column: str | int, node: Any) -> str:
        """The value as the target's column (by name or place) stores it: the daemon knows how."""
        self.assigned.append(column)
        return f'"firn:v{len(self.assigned) - 1}"({self.sql(node)})'

    def note_origin(self, node: Any, kind: str, index: int) -> None:
        self.origins[id(node)] = (kind, index)

    def once(self, value: str, use: Callable[[str], str]) -> str:
        """`use` of the value, which is computed once: macros repeat their arguments, and macros
        in macros would multiply the expression."""
        if "firn_" not in value and len(value) <= 120:
            return use(value)
        self.lets += 1
        name = f"firn_v{self.lets}"
        return f"list_transform([{value}], lambda {name}: {use(name)})[1]"

    def is_cte(self, name: str) -> bool:
        return any(name in names for names in self.cte_names)


def _release(text: str, held: dict[str, str]) -> str:
    if "firn_" not in text:
        return _HELD.sub(lambda match: held.get(match[1], match[0]), text)
    for name, value in held.items():
        body = text.replace(f"\0{name}\0", f"firn_{name}")
        text = f"list_transform([{value}], lambda firn_{name}: {body})[1]"
    return text


def _describe(node: Any) -> str:
    if isinstance(node, exp.ModelAttribute):
        return "MODEL(...)!METHOD"
    if isinstance(node, exp.Command):
        return str(node.args.get("this")).upper()
    return type(node).__name__.upper()
