"""What may stand in FROM: tables, subqueries, joins, VALUES, samples, pivots, table functions."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from .errors import TranslationError, unsupported
from .names import fold, quote, split_name, text_literal
from .writer import Writer, writes


def write_alias(writer: Writer, alias: exp.TableAlias | None, default: str = "") -> str:
    """AS "NAME"("COLUMN", …), or nothing."""
    name = fold(alias.this) if alias is not None and alias.args.get("this") else default
    if not name:
        return ""
    columns = [writer.define(fold(c)) for c in (alias.args.get("columns") or ())] if alias else []
    return f" AS {writer.define(name)}" + (f"({', '.join(columns)})" if columns else "")


def name_parts(node: exp.Table) -> list[str]:
    inner = node.args["this"]
    if isinstance(inner, exp.Anonymous) and inner.name.upper() == "IDENTIFIER":
        if len(inner.expressions) == 1 and inner.expressions[0].is_string:
            return split_name(inner.expressions[0].name)
        if len(inner.expressions) == 1 and isinstance(inner.expressions[0], exp.Column):
            return [fold(p) for p in inner.expressions[0].parts]
        raise unsupported("IDENTIFIER of an expression")
    if not isinstance(inner, exp.Identifier):
        raise unsupported("a stage in FROM")
    catalog, schema = node.args.get("catalog"), node.args.get("db")
    if catalog is not None and not schema:
        return [fold(catalog), "PUBLIC", fold(inner)]
    return [fold(p) for p in (catalog, schema, inner) if p]


@writes(exp.Table, args="this db catalog alias joins laterals sample pivots when")
def _table(writer: Writer, node: exp.Table) -> str:
    inner = node.args["this"]
    args = node.args
    if args.get("when"):
        raise unsupported("AT or BEFORE")
    is_call = isinstance(inner, exp.Anonymous) and inner.name.upper() != "IDENTIFIER"
    if is_call or isinstance(inner, exp.Window):
        from .functions.tables import write_table_function

        scans = len(writer.result_scans)
        source, default = write_table_function(writer, inner), ""
        if len(writer.result_scans) > scans:
            writer.note_origin(node, "scan", scans)
    elif isinstance(inner, (exp.Values, exp.Subquery)):
        source, default = writer.sql(inner), ""
    else:
        parts = name_parts(node)
        default = parts[-1]
        if len(parts) == 1 and writer.is_cte(default):
            source = quote(default)
        elif parts == ["DUAL"]:
            source = "(SELECT 'X' AS \"DUMMY\")"
        else:
            writer.note_origin(node, "table", len(writer.tables))
            source = writer.table_slot(parts)
    return _decorate(writer, node, source, default)


def _decorate(writer: Writer, node: Any, source: str, default: str) -> str:
    """Adds the pivot, alias, sample and joins that hang on a table or subquery."""
    args = node.args
    pivots = args.get("pivots") or ()
    alias = args.get("alias")
    if pivots:
        source += write_alias(writer, alias, default)
        for pivot in pivots:
            source += writer.sql(pivot)
    else:
        source += write_alias(writer, alias, default)
    if args.get("sample"):
        source += writer.sql(args["sample"])
    for join in list(args.get("laterals") or ()) + list(args.get("joins") or ()):
        source += writer.sql(join)
    return source


def write_derived(writer: Writer, node: exp.Subquery) -> str:
    if node.args.get("with_"):
        raise unsupported("WITH before a parenthesis")
    tail = ""
    if node.args.get("order"):
        tail += writer.sql(node.args["order"])
    if node.args.get("limit"):
        tail += writer.sql(node.args["limit"])
    if node.args.get("offset"):
        tail += f" OFFSET {writer.sql(node.args['offset'].expression)}"
    inner = writer.sql(node.this)
    if not _is_table(node.this):
        out = f"(({inner}){tail})" if tail else f"({inner})"
    elif tail or any(node.args.get(name) for name in ("alias", "pivots", "sample")):
        out = f"(SELECT * FROM {inner}{tail})"
    else:  # DuckDB knows no parentheses around one table
        out = f"({inner})" if node.this.args.get("joins") else inner
    return _decorate(writer, node, out, "")


def _is_table(node: Any) -> bool:
    """A table, or a join of some, in parentheses or not: nothing that selects."""
    if isinstance(node, exp.Subquery):
        return _is_table(node.this)
    return isinstance(node, exp.Table)


def values_columns(source: Any) -> list[str] | None:
    """The names of the columns of VALUES as a source; None if it is something else."""
    alias = source.args.get("alias")
    while isinstance(source, (exp.Subquery, exp.Table)) and isinstance(
        source.this, (exp.Values, exp.Subquery)
    ):
        if isinstance(source.this, exp.Subquery) and (source.args.get("joins") or ()):
            return None
        source = source.this
        alias = alias or source.args.get("alias")
    if not isinstance(source, exp.Values):
        return None
    listed = alias.args.get("columns") if alias is not None else None
    if listed:
        return [fold(c) for c in listed]
    first = source.expressions[0]
    width = len(first.expressions) if isinstance(first, exp.Tuple) else 1
    return [f"COLUMN{i + 1}" for i in range(width)]


def write_values(writer: Writer, node: exp.Values) -> str:
    rows = []
    width = 0
    for at, row in enumerate(node.expressions):
        cells = row.expressions if isinstance(row, exp.Tuple) else [row.unnest()]
        if width and len(cells) != width:
            raise TranslationError(
                1241, "22000", "SQL compilation error:\nVALUES rows differ in their length."
            )
        width = len(cells)
        texts = [writer.sql(c) for c in cells]
        if at == 0:
            texts = [f"CAST({t} AS BIGINT)" if t.isdigit() and len(t) < 19 else t for t in texts]
        rows.append(f"({', '.join(texts)})")
    alias = node.args.get("alias")
    body = f"VALUES {', '.join(rows)}"
    names = values_columns(node) or []
    name = fold(alias.this) if alias is not None and alias.args.get("this") else "VALUES"
    listed = ", ".join([writer.define(n) for n in names])
    if isinstance(node.parent, (exp.From, exp.Join, exp.Table)):
        return f"({body}) AS {writer.define(name)}({listed})"
    return f"SELECT * FROM ({body}) AS {writer.define(name)}({listed})"


@writes(exp.Join, args="this side kind method on using match_condition")
def _join(writer: Writer, node: exp.Join) -> str:
    args = node.args
    side = str(args.get("side") or "").upper()
    kind = str(args.get("kind") or "").upper()
    method = str(args.get("method") or "").upper()
    if kind not in ("", "INNER", "OUTER", "CROSS") or method not in ("", "NATURAL", "ASOF"):
        raise unsupported(f"{method} {kind} JOIN".strip())
    target = writer.sql(args["this"])
    if not (side or kind or method or args.get("on") or args.get("using")):
        return f", {target}"
    condition = args.get("match_condition")
    if method == "ASOF":
        if condition is None:
            raise unsupported("ASOF JOIN without MATCH_CONDITION")
        side = "LEFT"
    words = " ".join(w for w in (method, side, "" if kind == "OUTER" else kind, "JOIN") if w)
    out = f" {words} {target}"
    if args.get("using"):
        out += f" USING ({', '.join([writer.column(fold(c)) for c in args['using']])})"
        if condition is not None:
            raise unsupported("ASOF JOIN with USING")
    elif args.get("on") is not None or condition is not None:
        tests = [writer.sql(c) for c in (condition, args.get("on")) if c is not None]
        out += f" ON {' AND '.join(tests)}"
    elif not method and kind != "CROSS":
        if side:
            raise unsupported("outer join without a condition")
        out = f" CROSS JOIN {target}"
    return out


@writes(exp.Lateral, args="this alias")
def _lateral(writer: Writer, node: exp.Lateral) -> str:
    alias = node.args.get("alias")
    if isinstance(node.this, exp.Subquery):
        return f"LATERAL {writer.sql(node.this)}{write_alias(writer, alias)}"
    from .functions.tables import write_table_function

    return f"{write_table_function(writer, node.this)}{write_alias(writer, alias)}"


@writes(exp.TableSample, args="method percent size seed")
def _sample(writer: Writer, node: exp.TableSample) -> str:
    method = node.args.get("method")
    word = method.name.upper() if method is not None else "BERNOULLI"
    seed = node.args.get("seed")
    tail = f" REPEATABLE ({writer.sql(seed)})" if seed is not None else ""
    if node.args.get("size") is not None:
        return f" TABLESAMPLE reservoir({writer.sql(node.args['size'])} ROWS){tail}"
    if word in ("SYSTEM", "BLOCK"):
        method_name = "system"
    elif word in ("BERNOULLI", "ROW"):
        method_name = "bernoulli"
    else:
        raise unsupported(f"sampling method {word}")
    return f" TABLESAMPLE {method_name}({writer.sql(node.args['percent'])} PERCENT){tail}"


@writes(
    exp.Pivot,
    args="expressions fields unpivot include_nulls alias columns identify_pivot_strings "
    "prefixed_pivot_columns pivot_column_naming value_columns_first",
)
def _pivot(writer: Writer, node: exp.Pivot) -> str:
    fields: list[Any] = node.args.get("fields") or []
    if len(fields) != 1 or len(node.expressions) != 1:
        raise unsupported("PIVOT of several columns")
    field = fields[0]
    if node.args.get("unpivot"):
        value = writer.define(fold(node.expressions[0]))
        name = writer.define(fold(field.this))
        nulls = " INCLUDE NULLS" if node.args.get("include_nulls") else ""
        columns = ", ".join([_unpivot_column(writer, c) for c in field.expressions])
        body = f" UNPIVOT{nulls} ({value} FOR {name} IN ({columns}))"
    else:
        aggregate = writer.sql(node.expressions[0])
        cells = [_pivot_value(writer, v) for v in field.expressions]
        if not cells:
            raise unsupported("PIVOT over a query")
        body = f" PIVOT ({aggregate} FOR {writer.sql(field.this)} IN ({', '.join(cells)}))"
    return body + write_alias(writer, node.args.get("alias"))


def _unpivot_column(writer: Writer, node: Any) -> str:
    if isinstance(node, (exp.Alias, exp.PivotAlias)):
        alias = node.args["alias"]
        name = alias.name if isinstance(alias, exp.Literal) else fold(alias)
        return f"{writer.sql(node.this)} AS {quote(name)}"
    return writer.sql(node)


def _pivot_value(writer: Writer, node: Any) -> str:
    """Snowflake names the column by the value's text, quotes of a string included."""
    if isinstance(node, exp.PivotAny):
        raise unsupported("PIVOT ANY")
    if isinstance(node, (exp.Alias, exp.PivotAlias)):
        return f"{writer.sql(node.this)} AS {writer.define(fold(node.args['alias']))}"
    value = writer.sql(node)
    if isinstance(node, exp.Literal):
        name = text_literal(node.name) if node.is_string else node.name
        return f"{value} AS {writer.define(name)}"
    raise unsupported("PIVOT value that is not a constant")
