"""SELECT, set operations, WITH and VALUES."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from .errors import unsupported
from .names import fold
from .projections import write_projections
from .tables import values_columns, write_values
from .writer import Writer, writes

_TAIL = "with_ order limit offset"


@writes(
    exp.Select,
    args=f"expressions distinct from_ joins laterals where group having qualify {_TAIL}",
)
def _select(writer: Writer, node: exp.Select) -> str:
    args = node.args
    names = _open_with(writer, args.get("with_"))
    index = writer.selects_seen
    if not _is_made_up(node):
        writer.selects_seen += 1
    writer.positional.append(_positional_names(node))
    writer.selects.append(node)
    parts = [names, "SELECT "]
    distinct = args.get("distinct")
    if distinct is not None:
        if distinct.args.get("on"):
            raise unsupported("DISTINCT ON")
        parts.append("DISTINCT ")
    limit = args.get("limit")
    parts.append(write_projections(writer, node, index))
    if args.get("from_"):
        parts.append(f" FROM {writer.sql(args['from_'].this)}")
    for lateral in args.get("laterals") or ():
        parts.append(writer.sql(lateral))
    for join in args.get("joins") or ():
        parts.append(writer.sql(join))
    if args.get("where"):
        parts.append(f" WHERE {writer.sql(args['where'].this)}")
    if args.get("group"):
        parts.append(writer.sql(args["group"]))
    if args.get("having"):
        parts.append(f" HAVING {writer.sql(args['having'].this)}")
    if args.get("qualify"):
        parts.append(f" QUALIFY {writer.sql(args['qualify'].this)}")
    parts.append(_tail(writer, args, limit))
    writer.positional.pop()
    writer.selects.pop()
    _close_with(writer, args.get("with_"))
    return "".join(parts)


def _is_made_up(node: exp.Select) -> bool:
    """The parser makes a SELECT of a VALUES that stands alone; the text has no such word."""
    source = node.args.get("from_")
    if source is None or not isinstance(source.this, exp.Values):
        return False
    alias = source.this.args.get("alias")
    return alias is not None and alias.name == "_values" and not alias.args.get("columns")


def _positional_names(node: exp.Select) -> list[str] | None:
    source = node.args.get("from_")
    if source is None or node.args.get("joins"):
        return None
    return values_columns(source.this)


def _open_with(writer: Writer, clause: exp.With | None) -> str:
    """Writes the WITH clause; its names are known until _close_with."""
    if clause is None:
        return ""
    known: set[str] = set()
    writer.cte_names.append(known)
    recursive = bool(clause.args.get("recursive"))
    parts = []
    for cte in clause.expressions:
        alias = cte.args["alias"]
        name = fold(alias.this)
        refers = isinstance(cte.this, exp.SetOperation) and _names_itself(cte.this, name)
        if recursive or refers:
            recursive = True
            known.add(name)
        columns = [writer.define(fold(c)) for c in alias.args.get("columns") or ()]
        listed = f"({', '.join(columns)})" if columns else ""
        parts.append(f"{writer.define(name)}{listed} AS ({writer.sql(cte.this)})")
        known.add(name)
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} "


def _names_itself(query: exp.Expr, name: str) -> bool:
    return any(
        isinstance(t.this, exp.Identifier) and not t.args.get("db") and fold(t.this) == name
        for t in query.find_all(exp.Table)
    )


def _close_with(writer: Writer, clause: exp.With | None) -> None:
    if clause is not None:
        writer.cte_names.pop()


def _tail(writer: Writer, args: dict[str, Any], limit: Any) -> str:
    out = writer.sql(args["order"]) if args.get("order") else ""
    if limit is not None:
        out += writer.sql(limit)
    if args.get("offset"):
        out += f" OFFSET {_count(writer, args['offset'].expression)}"
    return out


def _count(writer: Writer, node: Any) -> str:
    if isinstance(node, exp.Literal) and node.is_string and node.name == "":
        return "NULL"
    return writer.sql(node)


@writes(exp.Limit)
def _limit(writer: Writer, node: exp.Limit) -> str:
    return f" LIMIT {_count(writer, node.expression)}"


@writes(exp.Fetch, args="direction count limit_options")
def _fetch(writer: Writer, node: exp.Fetch) -> str:
    options = node.args.get("limit_options")
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        raise unsupported("FETCH PERCENT or WITH TIES")
    count = node.args.get("count")
    return f" LIMIT {writer.sql(count) if count is not None else '1'}"


@writes(exp.Order, args="expressions")
def _order(writer: Writer, node: exp.Order) -> str:
    return f" ORDER BY {writer.join(node.expressions)}"


@writes(exp.Ordered, args="this desc nulls_first")
def _ordered(writer: Writer, node: exp.Ordered) -> str:
    """NULL is the largest value unless the statement says otherwise."""
    args = node.args
    inner = args["this"]
    text = "ALL" if _is_all(inner) else writer.sql(inner)
    nulls = "FIRST" if args.get("nulls_first") else "LAST"
    return f"{text}{' DESC' if args.get('desc') else ' ASC'} NULLS {nulls}"


def _is_all(node: Any) -> bool:
    return (
        isinstance(node, exp.Column)
        and not node.args.get("table")
        and isinstance(node.this, exp.Identifier)
        and not node.this.args.get("quoted")
        and node.name.upper() == "ALL"
    )


@writes(exp.Group, args="expressions all")
def _group(writer: Writer, node: exp.Group) -> str:
    if node.args.get("all"):
        return " GROUP BY ALL"
    return f" GROUP BY {writer.join(node.expressions)}"


@writes(exp.GroupingSets, exp.Rollup, exp.Cube, args="expressions")
def _grouping_sets(writer: Writer, node: Any) -> str:
    word = {exp.GroupingSets: "GROUPING SETS", exp.Rollup: "ROLLUP", exp.Cube: "CUBE"}[type(node)]
    return f"{word} ({writer.join(node.expressions)})"


_SET_WORDS: dict[type, str] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}


@writes(*_SET_WORDS, args=f"this expression distinct by_name {_TAIL}")
def _set_operation(writer: Writer, node: Any) -> str:
    chain = [node]
    left = node.this
    while isinstance(left, exp.SetOperation) and not any(left.args.get(k) for k in _TAIL.split()):
        chain.append(left)
        left = left.this
    names = _open_with(writer, node.args.get("with_"))
    out = writer.sql(left)
    for part in reversed(chain):
        word = _SET_WORDS[type(part)]
        if not part.args.get("distinct"):
            word += " ALL"
        if part.args.get("by_name"):
            word += " BY NAME"
        right = writer.sql(part.expression)
        out = f"{out} {word} {right}"
    out = names + out + _tail(writer, node.args, node.args.get("limit"))
    _close_with(writer, node.args.get("with_"))
    return out


@writes(exp.Subquery, args=f"this alias joins laterals sample pivots {_TAIL}")
def _subquery(writer: Writer, node: exp.Subquery) -> str:
    from .tables import write_derived

    return write_derived(writer, node)


@writes(exp.Values, args="expressions alias")
def _values(writer: Writer, node: exp.Values) -> str:
    return write_values(writer, node)
