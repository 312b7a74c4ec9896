"""Snowflake's types as DuckDB's, and what a cast to each means.

The storage decision: docs/decisions/data-types.md; the rule for timestamps in queries:
docs/decisions/data-types-in-queries.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DType

from .errors import invalid_value, unsupported
from .writer import Writer, writes

_INTEGERS = frozenset({DType.INT, DType.BIGINT, DType.SMALLINT, DType.TINYINT})
_NUMBERS = frozenset({DType.DECIMAL})
_FLOATS = frozenset({DType.DOUBLE, DType.FLOAT})
_TEXTS = frozenset({DType.VARCHAR, DType.TEXT, DType.NVARCHAR, DType.CHAR, DType.NCHAR})
_NTZ = frozenset({DType.TIMESTAMP, DType.TIMESTAMPNTZ, DType.DATETIME})
_LTZ = frozenset({DType.TIMESTAMPLTZ})
_TZ = frozenset({DType.TIMESTAMPTZ})
_BINARIES = frozenset({DType.BINARY, DType.VARBINARY, DType.BLOB})
_SEMI = frozenset({DType.VARIANT, DType.OBJECT, DType.ARRAY, DType.STRUCT, DType.MAP})

# type name in macros: (cast, try_cast)
_SIMPLE: dict[Any, tuple[str, str]] = {}
for _kinds, _templates in (
    (_INTEGERS, ("firn_int({0})", "firn_try_int({0})")),
    (_FLOATS, ("firn_float({0})", "firn_try_float({0})")),
    ({DType.BOOLEAN}, ("firn_boolean({0})", "firn_try_boolean({0})")),
    ({DType.DATE}, ("firn_date({0})", "firn_try_date({0})")),
    (_LTZ, ("firn_timestamp_ltz({0})", "firn_try_timestamp_ltz({0})")),
    (_TZ, ("firn_timestamp_tz({0})", "firn_try_timestamp_tz({0})")),
    (_BINARIES, ("firn_binary({0})", "firn_try_binary({0})")),
    ({DType.VARIANT}, ("firn_variant({0})", "firn_variant({0})")),
    ({DType.OBJECT}, ("firn_object({0})", "firn_object({0})")),
    ({DType.ARRAY}, ("firn_array({0})", "firn_array({0})")),
):
    for _kind in _kinds:
        _SIMPLE[_kind] = _templates


def _parameters(to: exp.DataType) -> list[int]:
    return [int(p.this.name) for p in to.expressions if isinstance(p, exp.DataTypeParam)]


def write_cast(value: str, to: exp.DataType, tolerant: bool, literal: bool = False) -> str:
    """`value` cast to the type; `tolerant` gives NULL instead of an error (TRY_CAST)."""
    kind = to.this
    numbers = _parameters(to)
    attempt = "TRY_CAST" if tolerant else "CAST"
    prefix = "firn_try_" if tolerant else "firn_"
    if kind in _NUMBERS:
        precision, scale = (numbers + [0, 0])[:2] if numbers else (38, 0)
        if not 1 <= precision <= 38 or scale > precision:
            raise invalid_value(f"invalid number precision: {precision}. Must be between 0 and 38.")
        return f"{attempt}({value} AS DECIMAL({precision}, {scale}))"
    if kind in _TEXTS:
        length = numbers[0] if numbers else 1 if kind in (DType.CHAR, DType.NCHAR) else 0
        text = value if literal else f"firn_text({value})"
        return f"{prefix}fit({text}, {length})" if length else text
    if kind in _NTZ:
        return _ntz(value, numbers, prefix)
    if kind == DType.TIME:
        digits = numbers[0] if numbers else 9
        text = f"{prefix}time({value})"
        return text if digits >= 6 else f"firn_time_scale({text}, {10 ** (6 - digits)})"
    if kind in _SEMI and to.expressions:
        raise unsupported("structured type")
    try:
        return _SIMPLE[kind][tolerant].format(value)
    except KeyError:
        raise unsupported(f"type {to.sql('snowflake')}") from None


def _ntz(value: str, numbers: list[int], prefix: str) -> str:
    if not numbers:
        return f"{prefix}timestamp({value})"
    digits = numbers[0]
    if digits > 9:
        raise invalid_value(f"Invalid fractional seconds precision {digits}.")
    if digits > 6:
        return f"{prefix}timestamp_ns({value}, {10 ** (9 - digits)})"
    return f"{prefix}timestamp_us({value}, {10 ** (6 - digits)})"


def _write(writer: Writer, node: Any, tolerant: bool) -> str:
    inner = node.this
    is_literal = isinstance(inner, (exp.Literal, exp.RawString)) and (
        inner.is_string if isinstance(inner, exp.Literal) else True
    )
    if isinstance(inner, exp.Null):
        return f"CAST(NULL AS {storage_type(node.args['to'])})"
    return write_cast(writer.sql(inner), node.args["to"], tolerant, is_literal)


_STORAGE: list[tuple[Any, Callable[[list[int]], str]]] = [
    (_INTEGERS, lambda n: "BIGINT"),
    (_NUMBERS, lambda n: f"DECIMAL({n[0] if n else 38}, {n[1] if len(n) > 1 else 0})"),
    (_FLOATS, lambda n: "DOUBLE"),
    (_TEXTS, lambda n: "VARCHAR"),
    ({DType.BOOLEAN}, lambda n: "BOOLEAN"),
    ({DType.DATE}, lambda n: "DATE"),
    ({DType.TIME}, lambda n: "TIME"),
    (_NTZ, lambda n: "TIMESTAMP_NS" if n and n[0] > 6 else "TIMESTAMP"),
    (_LTZ, lambda n: "TIMESTAMPTZ"),
    (_TZ, lambda n: "STRUCT(firn_utc TIMESTAMP_NS, firn_offset_min SMALLINT)"),
    (_BINARIES, lambda n: "BLOB"),
    (_SEMI, lambda n: "JSON"),
]


_SIZED: list[tuple[Any, str]] = [
    (_TEXTS, "VARCHAR"),
    (_BINARIES, "BINARY"),
    ({DType.TIME}, "TIME"),
    (_NTZ, "TIMESTAMP_NTZ"),
    (_LTZ, "TIMESTAMP_LTZ"),
    (_TZ, "TIMESTAMP_TZ"),
]


def storage_type(to: exp.DataType) -> str:
    for kinds, make in _STORAGE:
        if to.this in kinds:
            return make(_parameters(to))
    raise unsupported(f"type {to.sql('snowflake')}")


def declared_type(to: exp.DataType) -> str | None:
    """The type as the client should see it, where DuckDB's own says less."""
    kind = to.this
    if kind in _SEMI:
        is_plain = kind in (DType.VARIANT, DType.OBJECT, DType.ARRAY) and not to.expressions
        return str(kind.value).upper() if is_plain else None
    numbers = _parameters(to)
    if kind in (DType.CHAR, DType.NCHAR) and not numbers:
        return "VARCHAR(1)"
    for kinds, name in _SIZED:
        if kind in kinds and numbers:
            return f"{name}({numbers[0]})"
    return None


@writes(exp.Cast, args="this to")
def _cast(writer: Writer, node: exp.Cast) -> str:
    return _write(writer, node, False)


@writes(exp.TryCast, args="this to")
def _try_cast(writer: Writer, node: exp.TryCast) -> str:
    return _write(writer, node, True)
