"""UPDATE, DELETE and MERGE."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from .errors import unsupported, wrong_values
from .names import fold
from .tables import name_parts
from .writer import Writer, writes


def _target(writer: Writer, table: exp.Table) -> str:
    for key, value in table.args.items():
        if value and key not in ("this", "db", "catalog", "alias"):
            raise unsupported(f"{key} on the target of a change")
    parts = name_parts(table)
    alias = table.args.get("alias")
    name = fold(alias.this) if alias is not None else parts[-1]
    return f"{writer.table_slot(parts, target=True)} AS {writer.define(name)}"


def _assignments(writer: Writer, nodes: list[Any]) -> str:
    out = []
    for node in nodes:
        if not isinstance(node, exp.EQ) or not isinstance(node.this, exp.Column):
            raise unsupported("UPDATE ALL BY NAME" if isinstance(node, exp.Star) else "assignment")
        name = fold(node.this.this)
        out.append(f"{writer.column(name)} = {writer.assign(name, node.expression)}")
    return ", ".join(out)


@writes(exp.Update, args="this expressions from_ where")
def _update(writer: Writer, node: exp.Update) -> str:
    args = node.args
    out = f"UPDATE {_target(writer, node.this)} SET {_assignments(writer, node.expressions)}"
    source = args.get("from_")
    if source is not None:
        out += f" FROM {_source(writer, source.this)}"
    if args.get("where"):
        out += f" WHERE {writer.sql(args['where'].this)}"
    return out


def _source(writer: Writer, node: Any) -> str:
    text = writer.sql(node)
    needs_name = isinstance(node, exp.Subquery) and not node.args.get("alias")
    return f'{text} AS "FIRN_SOURCE"' if needs_name else text


@writes(exp.Delete, args="this using where")
def _delete(writer: Writer, node: exp.Delete) -> str:
    args = node.args
    out = f"DELETE FROM {_target(writer, node.this)}"
    if args.get("using"):
        out += f" USING {', '.join([_source(writer, u) for u in args['using']])}"
    if args.get("where"):
        out += f" WHERE {writer.sql(args['where'].this)}"
    return out


@writes(exp.Merge, args="this using on whens with_")
def _merge(writer: Writer, node: exp.Merge) -> str:
    args = node.args
    if args.get("with_"):
        raise unsupported("WITH before MERGE")
    out = f"MERGE INTO {_target(writer, node.this)} USING {_source(writer, args['using'])}"
    out += f" ON {writer.sql(args['on'])}"
    for when in args["whens"].expressions:
        out += _when(writer, when)
    return out


def _when(writer: Writer, node: exp.When) -> str:
    args = node.args
    if args.get("source"):
        raise unsupported("WHEN NOT MATCHED BY SOURCE")
    out = f" WHEN {'MATCHED' if args.get('matched') else 'NOT MATCHED'}"
    if args.get("condition"):
        out += f" AND ({writer.sql(args['condition'])})"
    then = args["then"]
    if isinstance(then, exp.Var) and then.name.upper() == "DELETE":
        return out + " THEN DELETE"
    if isinstance(then, exp.Update):
        return out + f" THEN UPDATE SET {_assignments(writer, then.expressions)}"
    if isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
        columns = ""
        values = then.expression.expressions
        places: list[str | int] = list(range(len(values)))
        if isinstance(then.this, exp.Tuple):
            names = [fold(c.this) for c in then.this.expressions]
            columns = f" ({', '.join([writer.column(name) for name in names])})"
            if len(names) != len(values):
                raise wrong_values(len(names), len(values))
            places = list(names)
        texts = [writer.assign(p, v) for p, v in zip(places, values, strict=True)]
        return out + f" THEN INSERT{columns} VALUES ({', '.join(texts)})"
    raise unsupported("MERGE action")
