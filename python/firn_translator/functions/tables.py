"""Table functions: RESULT_SCAN, GENERATOR, FLATTEN, SPLIT_TO_TABLE."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import unknown_function, unsupported, wrong_arguments
from ..names import text_literal
from ..writer import Writer
from .calls import Call, constant_text
from .context import query_place

_FLATTEN_COLUMNS = ("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS")


def write_table_function(writer: Writer, node: Any) -> str:
    """A source for FROM, without an alias."""
    if isinstance(node, exp.Window):
        raise unsupported("a partitioned table function")
    if not isinstance(node, exp.Anonymous):
        raise unsupported("a source in FROM")
    name = str(node.this).upper()
    if name == "TABLE":
        if len(node.expressions) != 1:
            raise wrong_arguments("TABLE", len(node.expressions))
        inner = node.expressions[0]
        if isinstance(inner, exp.Literal) and inner.is_string:
            from ..names import split_name

            return writer.table_slot(split_name(inner.name))
        if not isinstance(inner, exp.Anonymous):
            raise unsupported("TABLE of an expression")
        node, name = inner, str(inner.this).upper()
    handler = _TABLE_FUNCTIONS.get(name)
    if handler is None:
        raise unknown_function(name)
    positional = [a for a in node.expressions if not isinstance(a, exp.Kwarg)]
    named = {
        a.this.name.upper(): a.expression for a in node.expressions if isinstance(a, exp.Kwarg)
    }
    text: str = handler(writer, Call(name, positional), named)
    return text


def _result_scan(writer: Writer, call: Call, named: dict[str, Any]) -> str:
    if len(call.args) != 1 or named:
        raise wrong_arguments(call.name, len(call.args))
    node = call.args[0]
    if isinstance(node, exp.Anonymous) and str(node.this).upper() == "LAST_QUERY_ID":
        place = query_place(Call("LAST_QUERY_ID", list(node.expressions)))
    else:
        place = constant_text(call, 0)
    writer.result_scans.append(place)
    return f'"firn:r{len(writer.result_scans) - 1}"'


def _generator(writer: Writer, call: Call, named: dict[str, Any]) -> str:
    rows = named.pop("ROWCOUNT", None) or (call.args[0] if call.args else None)
    if rows is None or named:
        raise unsupported("GENERATOR without ROWCOUNT")
    return f'(SELECT NULL AS "GENERATOR" FROM range(CAST({writer.sql(rows)} AS BIGINT)))'


def _flag(node: Any) -> bool:
    if node is None:
        return False
    if not isinstance(node, exp.Boolean):
        raise unsupported("FLATTEN with an option that is not a constant")
    return bool(node.args["this"])


def _flatten(writer: Writer, call: Call, named: dict[str, Any]) -> str:
    source = named.pop("INPUT", None) or (call.args[0] if len(call.args) == 1 else None)
    if source is None:
        raise wrong_arguments("FLATTEN", len(call.args))
    path = named.pop("PATH", None)
    outer = _flag(named.pop("OUTER", None))
    if _flag(named.pop("RECURSIVE", None)):
        raise unsupported("FLATTEN with RECURSIVE")
    mode = named.pop("MODE", None)
    kind = mode.name.upper() if mode is not None else "BOTH"
    if named or kind not in ("BOTH", "ARRAY", "OBJECT"):
        raise unsupported("FLATTEN with these options")
    value = writer.sql(source)
    prefix = ""
    if path is not None and path.name:
        prefix = path.name
        value = f"firn_path({value}, {text_literal('$.' + prefix)})"
    for column in _FLATTEN_COLUMNS:
        writer.define(column)
    items = f"firn_flatten({value}, '{kind}', {text_literal(prefix)})"
    if outer:
        items = f"firn_or_one_row({items})"
    return (
        'LATERAL (SELECT 1 AS "SEQ", e."KEY", e."PATH", e."INDEX", e."VALUE", e."THIS" '
        f"FROM (SELECT unnest({items}) AS e))"
    )


def _split_to_table(writer: Writer, call: Call, named: dict[str, Any]) -> str:
    if len(call.args) != 2 or named:
        raise wrong_arguments(call.name, len(call.args))
    for column in ("SEQ", "INDEX", "VALUE"):
        writer.define(column)
    text, separator = writer.sql(call.args[0]), writer.sql(call.args[1])
    parts = f"string_split(firn_text({text}), {separator})"
    return (
        f'LATERAL (SELECT 1 AS "SEQ", unnest(range(1, len({parts}) + 1)) AS "INDEX", '
        f'unnest({parts}) AS "VALUE")'
    )


_TABLE_FUNCTIONS: dict[str, Any] = {
    "RESULT_SCAN": _result_scan,
    "GENERATOR": _generator,
    "FLATTEN": _flatten,
    "SPLIT_TO_TABLE": _split_to_table,
}
