"""Where the columns of a query's result come from, so that the daemon can give them their declared
types: DuckDB knows no VARCHAR(10), OBJECT or TIMESTAMP_NTZ(3).

The answer is a list of scopes, one for each SELECT, VALUES or set operation, inner ones first:

    {"from": [source, …], "out": [output, …]}    a SELECT or VALUES; null instead of "out" when the
                                                  columns cannot be told
    {"union": [index, index, …]}                  a set operation of earlier scopes

    source  [alias, "table" | "scan" | "scope" | "none", index, nullable, [columns], [merged]]
    output  ["*", qualifier, [excluded]]          ["column", name, qualifier, column, nullable]
            ["type", name, type, nullable]        ["?", name]

`columns` renames the source's, `merged` are those of USING. Nothing here decides what runs: the
daemon takes a type only where DuckDB stores the column as that type is stored.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from .names import fold
from .tables import values_columns
from .types import declared_type

_MANY_ROWS = 100  # of VALUES; more are not looked at
_SAME_TYPE = frozenset(
    {"MAX", "MIN", "ANY_VALUE", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "LAG", "LEAD", "MODE"}
)
_COUNTS = frozenset({"COUNT", "COUNT_IF", "ROW_NUMBER", "RANK", "DENSE_RANK"})
_OBJECTS = frozenset(
    {"OBJECT_CONSTRUCT", "OBJECT_CONSTRUCT_KEEP_NULL", "OBJECT_AGG", "TO_OBJECT", "AS_OBJECT"}
)
_ARRAYS = frozenset(
    {
        "ARRAYAGG", "ARRAY_AGG", "ARRAY_APPEND", "ARRAY_CAT", "ARRAY_CONSTRUCT", "ARRAY_DISTINCT",
        "ARRAY_PREPEND", "ARRAY_SLICE", "ARRAY_UNIQUE_AGG", "AS_ARRAY", "OBJECT_KEYS", "SPLIT",
        "TO_ARRAY",
    }
)  # fmt: skip
_FLATTENED: list[list[Any]] = [
    ["type", "SEQ", "NUMBER(38,0)", False], ["type", "KEY", "VARCHAR", True],
    ["type", "PATH", "VARCHAR", True], ["type", "INDEX", "NUMBER(38,0)", True],
    ["type", "VALUE", "VARIANT", True], ["type", "THIS", "VARIANT", True],
]  # fmt: skip
Origins = dict[int, tuple[str, int]]


def outputs_of(tree: exp.Expr, origins: Origins) -> list[dict[str, Any]]:
    """The scopes of a query; the last is its result. `origins` are the slots of the tree's tables
    by the nodes' ids."""
    return _Scopes(origins).of(tree)


class _Scopes:
    def __init__(self, origins: Origins) -> None:
        self.origins = origins
        self.scopes: list[dict[str, Any]] = []
        self.ctes: list[dict[str, tuple[int, list[str]]]] = []

    def of(self, tree: exp.Expr) -> list[dict[str, Any]]:
        self.query(tree)
        return self.scopes

    def _add(self, scope: dict[str, Any]) -> int:
        self.scopes.append(scope)
        return len(self.scopes) - 1

    def _unknown(self) -> int:
        return self._add({"from": [], "out": None})

    def query(self, node: Any) -> int:
        """The index of the query's scope."""
        while isinstance(node, exp.Subquery) and not _is_decorated(node):
            node = node.this
        clause = node.args.get("with_")
        if clause is not None:
            self._open(clause)
        if isinstance(node, exp.Select):
            index = self._select(node)
        elif isinstance(node, exp.SetOperation):
            index = self._set_operation(node)
        elif isinstance(node, exp.Values):
            index = self._values(node)
        else:
            index = self._unknown()
        if clause is not None:
            self.ctes.pop()
        return index

    def _open(self, clause: exp.With) -> None:
        known: dict[str, tuple[int, list[str]]] = {}
        self.ctes.append(known)
        for cte in clause.expressions:
            alias = cte.args["alias"]
            columns = [fold(c) for c in alias.args.get("columns") or ()]
            name = fold(alias.this)
            known[name] = (self._unknown(), [])  # what it says of itself, and a recursive one
            known[name] = (self.query(cte.this), columns)

    def _set_operation(self, node: Any) -> int:
        members = []
        while isinstance(node, exp.SetOperation):
            if node.args.get("by_name"):
                return self._unknown()
            members.append(node.expression)
            node = node.this
        members.append(node)
        return self._add({"union": [self.query(member) for member in reversed(members)]})

    def _values(self, node: exp.Values) -> int:
        names = values_columns(node) or []
        rows = node.expressions
        if len(rows) > _MANY_ROWS:
            return self._add({"from": [], "out": [["?", name] for name in names]})
        members = []
        for row in rows:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row.unnest()]
            out = [_output(name, cell) for name, cell in zip(names, cells, strict=False)]
            members.append(self._add({"from": [], "out": out}))
        return members[0] if len(members) == 1 else self._add({"union": members})

    def _select(self, node: exp.Select) -> int:
        sources: list[list[Any]] = []
        known = True
        if node.args.get("from_"):
            known = self._sources(node.args["from_"].this, sources)
        for join in list(node.args.get("laterals") or ()) + list(node.args.get("joins") or ()):
            known = self._join(join, sources) and known
        if not known:
            sources = [["", "none", 0, True, [], []]]
        positional = values_columns(node.args["from_"].this) if node.args.get("from_") else None
        out = [_projection(projection, positional) for projection in node.expressions]
        return self._add({"from": sources, "out": None if None in out else out})

    def _join(self, node: Any, sources: list[list[Any]]) -> bool:
        """Adds what the join brings; False when it cannot be told which columns come of it."""
        if isinstance(node, exp.Lateral):
            return self._sources(node, sources)
        side = str(node.args.get("side") or "").upper()
        method = str(node.args.get("method") or "").upper()
        if method == "NATURAL":
            return False
        if side in ("RIGHT", "FULL"):
            for source in sources:
                source[3] = True
        start = len(sources)
        known = self._sources(node.this, sources)
        for source in sources[start:]:
            if side in ("LEFT", "FULL") or method == "ASOF":
                source[3] = True
            source[5] = source[5] + [fold(c) for c in node.args.get("using") or ()]
        return known

    def _sources(self, node: Any, sources: list[list[Any]]) -> bool:
        args = node.args
        if args.get("pivots"):
            return False
        alias = args.get("alias")
        name = fold(alias.this) if alias is not None and alias.args.get("this") else ""
        columns = [fold(c) for c in (alias.args.get("columns") or ())] if alias is not None else []
        kind, index = "none", 0
        if isinstance(node, exp.Table):
            kind, index, own, names = self._table(node)
            name, columns = name or own, columns or names
        elif isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)):
            if name or columns or not self._sources(node.this, sources):
                return False
            return all(self._join(join, sources) for join in args.get("joins") or ())
        elif isinstance(node, (exp.Subquery, exp.Values)):
            inner = node if isinstance(node, exp.Values) else node.this
            kind, index = "scope", self.query(inner)
        elif isinstance(node, exp.Lateral):
            if isinstance(node.this, exp.Subquery):
                kind, index = "scope", self.query(node.this.this)
            elif _call_name(node.this) == "FLATTEN":
                kind, index = "scope", self._add({"from": [], "out": _FLATTENED})
        sources.append([name, kind, index, False, columns, []])
        joins = list(args.get("laterals") or ()) + list(args.get("joins") or ())
        return all(self._join(join, sources) for join in joins)

    def _table(self, node: exp.Table) -> tuple[str, int, str, list[str]]:
        """Kind and index of the source, its own name, and the names of its columns."""
        origin = self.origins.get(id(node))
        inner = node.this
        if isinstance(inner, exp.Identifier):
            own = fold(inner)
            if origin is not None:
                return *origin, own, []
            for known in reversed(self.ctes):
                if own in known:
                    return "scope", known[own][0], own, known[own][1]
            return "none", 0, own, []
        if origin is not None:
            return *origin, "", []
        if isinstance(inner, (exp.Subquery, exp.Values)):
            return "scope", self.query(inner), "", []
        if _call_name(inner) == "FLATTEN":
            return "scope", self._add({"from": [], "out": _FLATTENED}), "", []
        return "none", 0, "", []


def _is_decorated(node: exp.Subquery) -> bool:
    return any(node.args.get(name) for name in ("pivots", "joins", "with_", "alias"))


def _call_name(node: Any) -> str:
    return str(node.this).upper() if isinstance(node, exp.Anonymous) else ""


def _projection(node: Any, positional: list[str] | None) -> list[Any] | None:
    """None when it is not known how many columns come of it."""
    name = ""
    if isinstance(node, exp.Alias):
        name, node = fold(node.args["alias"]), node.this
    star = node.this if isinstance(node, exp.Column) else node
    if isinstance(star, exp.Star):
        if star.args.get("rename") or star.args.get("replace") or star.args.get("ilike"):
            return None
        table = node.args.get("table") if isinstance(node, exp.Column) else None
        excluded = [fold(c) for c in star.args.get("except_") or ()]
        return ["*", fold(table) if table else "", excluded]
    return _output(name, node, positional)


def _output(name: str, node: Any, positional: list[str] | None = None) -> list[Any]:
    if isinstance(node, exp.Paren):
        return _output(name, node.this, positional)
    if isinstance(node, exp.Column):
        if isinstance(node.this, exp.Identifier):
            column = fold(node.this)
            table = node.args.get("table")
            return ["column", name or column, fold(table) if table else "", column, False]
        node = node.this
    if isinstance(node, exp.Parameter):
        place = int(node.name) if node.name.isdigit() else 0
        if positional and 1 <= place <= len(positional):
            column = positional[place - 1]
            return ["column", name or column, "", column, False]
        return ["?", name]
    typed = _constant(node)
    if typed is not None:
        return ["type", name, typed, False]
    if isinstance(node, (exp.Cast, exp.TryCast)):
        declared = declared_type(node.args["to"])
        return ["type", name, declared, True] if declared else ["?", name]
    call = node
    while isinstance(call, (exp.Window, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        call = call.this
    return _call_output(name, call)


def _constant(node: Any) -> str | None:
    if isinstance(node, (exp.Literal, exp.RawString)):
        text = str(node.args["this"])
        if isinstance(node, exp.RawString) or node.is_string:
            return f"VARCHAR({max(len(text), 1)})"
        return f"NUMBER({len(text)},0)" if text.isdigit() and len(text) < 19 else None
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return _constant(node.this) if not node.this.is_string else None
    return None


def _call_output(name: str, call: Any) -> list[Any]:
    function = _call_name(call)
    if function in _COUNTS:
        return ["type", name, "NUMBER(18,0)", False]
    if function in _OBJECTS:
        return ["type", name, "OBJECT", True]
    if function in _ARRAYS:
        return ["type", name, "ARRAY", True]
    if function in _SAME_TYPE and call.expressions:
        argument = _output(name, call.expressions[0])
        if argument[0] in ("column", "type"):
            return [*argument[:-1], True]
    return ["?", name]
