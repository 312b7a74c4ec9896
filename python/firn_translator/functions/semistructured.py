"""VARIANT, OBJECT and ARRAY, which are JSON in DuckDB."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import unsupported, wrong_arguments
from ..names import text_literal
from ..writer import Writer
from .calls import Call, add, check_count, constant_text, refuse_row_options


def _object(keep_nulls: bool) -> Any:
    def write(writer: Writer, call: Call) -> str:
        refuse_row_options(call)
        if len(call.args) % 2:
            if len(call.args) == 1 and isinstance(call.args[0], exp.Star):
                raise unsupported(f"{call.name}(*)")
            raise wrong_arguments(call.name, len(call.args))
        pairs = []
        for key, value in zip(call.args[::2], call.args[1::2], strict=True):
            text = writer.sql(key)
            pairs.append(f"{{'k': CAST({text} AS VARCHAR), 'v': to_json({writer.sql(value)})}}")
        name = "firn_object_keep" if keep_nulls else "firn_object_of"
        return f"{name}([{', '.join(pairs)}])" if pairs else "CAST('{}' AS JSON)"

    return write


def _get_path(writer: Writer, call: Call) -> str:
    refuse_row_options(call)
    check_count(call, 2, 2)
    path = constant_text(call, 1)
    step = path if path.startswith("[") else "." + path
    return f"firn_path({writer.sql(call.args[0])}, {text_literal('$' + step)})"


def _get(writer: Writer, call: Call) -> str:
    refuse_row_options(call)
    check_count(call, 2, 2)
    key = call.args[1]
    name = "firn_get"
    if isinstance(key, exp.Literal):
        name = "firn_get_key" if key.is_string else "firn_get_index"
    return f"{name}({writer.sql(call.args[0])}, {writer.sql(key)})"


_WHOLE = "('BIGINT', 'UBIGINT', 'HUGEINT')"
_NUMBERS = "('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"

add(
    {
        "PARSE_JSON": "firn_parse_json({0})",
        "TRY_PARSE_JSON": "firn_try_parse_json({0})",
        "CHECK_JSON": "CASE WHEN json_valid({0}) THEN NULL ELSE 'invalid JSON' END",
        "TO_JSON": "CAST({0} AS VARCHAR)",
        "TO_VARIANT": "firn_variant({0})",
        "TO_OBJECT": "firn_object({0})",
        "TO_ARRAY": "firn_array({0})",
        "GET": _get,
        "GET_PATH": _get_path,
        "OBJECT_CONSTRUCT": _object(False),
        "OBJECT_CONSTRUCT_KEEP_NULL": _object(True),
        "OBJECT_KEYS": "to_json(json_keys({0}))",
        "ARRAY_CONSTRUCT": ("CAST('[]' AS JSON)", "json_array({*})"),
        "ARRAY_SIZE": "firn_array_size({0})",
        "ARRAY_CONTAINS": "list_contains(firn_elements({1}), to_json({0}))",
        "ARRAY_POSITION": "(list_position(firn_elements({1}), to_json({0})) - 1)",
        "ARRAY_APPEND": "to_json(list_append(firn_elements({0}), to_json({1})))",
        "ARRAY_PREPEND": "to_json(list_prepend(to_json({1}), firn_elements({0})))",
        "ARRAY_CAT": "to_json(list_concat(firn_elements({0}), firn_elements({1})))",
        "ARRAY_DISTINCT": "to_json(list_distinct(firn_elements({0})))",
        "ARRAY_SLICE": "firn_array_slice({0}, {1}, {2})",
        "ARRAY_TO_STRING": "firn_array_to_string({0}, {1})",
        "TYPEOF": "firn_typeof({0})",
        "IS_ARRAY": "(json_type({0}) = 'ARRAY')",
        "IS_OBJECT": "(json_type({0}) = 'OBJECT')",
        "IS_VARCHAR": "(json_type({0}) = 'VARCHAR')",
        "IS_BOOLEAN": "(json_type({0}) = 'BOOLEAN')",
        "IS_CHAR": "(json_type({0}) = 'VARCHAR')",
        "IS_INTEGER": f"(json_type({{0}}) IN {_WHOLE})",
        "IS_DECIMAL": f"(json_type({{0}}) IN {_NUMBERS})",
        "IS_DOUBLE": f"(json_type({{0}}) IN {_NUMBERS})",
        "IS_REAL": f"(json_type({{0}}) IN {_NUMBERS})",
        "AS_BOOLEAN": "CASE WHEN json_type({0}) = 'BOOLEAN' THEN CAST({0} AS BOOLEAN) END",
        "AS_INTEGER": f"CASE WHEN json_type({{0}}) IN {_WHOLE} THEN CAST({{0}} AS BIGINT) END",
        "AS_DOUBLE": f"CASE WHEN json_type({{0}}) IN {_NUMBERS} THEN CAST({{0}} AS DOUBLE) END",
        "AS_REAL": f"CASE WHEN json_type({{0}}) IN {_NUMBERS} THEN CAST({{0}} AS DOUBLE) END",
        "ARRAYS_OVERLAP": "list_has_any(firn_elements({0}), firn_elements({1}))",
        "ARRAY_COMPACT": "to_json(list_filter(firn_elements({0}), lambda e: json_type(e) <> 'NULL'))",
        "AS_CHAR": "CASE WHEN json_type({0}) = 'VARCHAR' THEN firn_text({0}) END",
        "AS_VARCHAR": "CASE WHEN json_type({0}) = 'VARCHAR' THEN firn_text({0}) END",
        "AS_ARRAY": "CASE WHEN json_type({0}) = 'ARRAY' THEN {0} END",
        "AS_OBJECT": "CASE WHEN json_type({0}) = 'OBJECT' THEN {0} END",
    }
)
