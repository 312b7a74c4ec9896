"""TO_… functions and their TRY_ forms."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DType

from ..errors import unsupported, wrong_arguments
from ..names import text_literal
from ..types import write_cast
from ..writer import Writer
from .calls import Call, add, check_count, constant_text, refuse_row_options
from .formats import strftime_format


def _datetime(kind: DType, tolerant: bool) -> Any:
    """TO_DATE(x [, format]) and its like: a format must be a constant."""

    def write(writer: Writer, call: Call) -> str:
        check_count(call, 1, 2)
        refuse_row_options(call)
        value = writer.sql(call.args[0])
        if len(call.args) == 2:
            if not (isinstance(call.args[1], exp.Literal) and call.args[1].is_string):
                return _scaled(call, value, kind, tolerant)
            text = constant_text(call, 1)
            if text.upper() != "AUTO":
                parse = "try_strptime" if tolerant else "strptime"
                mapped = text_literal(strftime_format(text, parsing=True))
                value = f"{parse}(firn_text({value}), {mapped})"
                if "%z" in mapped and kind in (DType.TIMESTAMPTZ, DType.TIMESTAMP):
                    raise unsupported("a format with an offset")
        return write_cast(value, exp.DataType(this=kind), tolerant)

    return write


def _scaled(call: Call, value: str, kind: DType, tolerant: bool) -> str:
    """TO_TIMESTAMP(number, scale): the number counts 1/10^scale seconds."""
    scale = call.args[1]
    if kind in (DType.DATE, DType.TIME) or not isinstance(scale, exp.Literal):
        raise unsupported(f"{call.name} with a format that is not a constant")
    digits = int(scale.name)
    if digits > 9:
        raise unsupported(f"scale {digits}")
    source = f"make_timestamp_ns(CAST({value} AS BIGINT) * {10 ** (9 - digits)})"
    if digits <= 6:
        source = f"make_timestamp(CAST({value} AS BIGINT) * {10 ** (6 - digits)})"
    return write_cast(source, exp.DataType(this=kind), tolerant)


def _number(tolerant: bool) -> Any:
    """TO_NUMBER(x [, format] [, precision [, scale]])."""

    def write(writer: Writer, call: Call) -> str:
        check_count(call, 1, 4)
        refuse_row_options(call)
        rest = call.args[1:]
        value = writer.sql(call.args[0])
        if rest and isinstance(rest[0], exp.Literal) and rest[0].is_string:
            pattern = constant_text(call, 1)
            if not re.fullmatch(r"[\$,90]*(\.[90]*)?", pattern):
                raise unsupported(f"number format '{pattern}'")
            value = f"replace(replace(firn_text({value}), ',', ''), '$', '')"
            rest = rest[1:]
        if not all(isinstance(p, exp.Literal) and p.name.isdigit() for p in rest):
            raise unsupported(f"{call.name} with a precision that is not a constant")
        params: list[exp.Expr] = [exp.DataTypeParam(this=p.copy()) for p in rest]
        target = exp.DataType(this=DType.DECIMAL, expressions=params)
        return write_cast(value, target, tolerant)

    return write


def _simple(kind: DType, tolerant: bool) -> Any:
    def write(writer: Writer, call: Call) -> str:
        refuse_row_options(call)
        check_count(call, 1, 1)
        return write_cast(writer.sql(call.args[0]), exp.DataType(this=kind), tolerant)

    return write


def _to_varchar(writer: Writer, call: Call) -> str:
    refuse_row_options(call)
    if not call.args or len(call.args) > 2:
        raise wrong_arguments(call.name, len(call.args))
    value = writer.sql(call.args[0])
    if len(call.args) == 1:
        return f"firn_text({value})"
    text = constant_text(call, 1)
    if text.upper() in ("HEX", "UTF-8", "UTF8", "BASE64"):
        return {
            "HEX": f"hex({value})",
            "BASE64": f"base64({value})",
        }.get(text.upper(), f"decode({value})")
    return f"firn_strftime({value}, {text_literal(strftime_format(text, parsing=False))})"


def _to_binary(writer: Writer, call: Call) -> str:
    refuse_row_options(call)
    check_count(call, 1, 2)
    value = writer.sql(call.args[0])
    kind = constant_text(call, 1).upper() if len(call.args) == 2 else "HEX"
    if kind == "HEX":
        return f"firn_binary({value})"
    if kind in ("UTF-8", "UTF8"):
        return f"encode({value})"
    if kind == "BASE64":
        return f"from_base64({value})"
    raise unsupported(f"binary format {kind}")


_NTZ = ("TIMESTAMP", "TIMESTAMP_NTZ")
for _prefix, _tolerant in (("", False), ("TRY_", True)):
    add(dict.fromkeys((f"{_prefix}TO_DATE",), _datetime(DType.DATE, _tolerant)))
    add({f"{_prefix}TO_TIME": _datetime(DType.TIME, _tolerant)})
    add({f"{_prefix}TO_{n}": _datetime(DType.TIMESTAMP, _tolerant) for n in _NTZ})
    add({f"{_prefix}TO_TIMESTAMP_LTZ": _datetime(DType.TIMESTAMPLTZ, _tolerant)})
    add({f"{_prefix}TO_TIMESTAMP_TZ": _datetime(DType.TIMESTAMPTZ, _tolerant)})
    for _name in ("NUMBER", "DECIMAL", "NUMERIC"):
        add({f"{_prefix}TO_{_name}": _number(_tolerant)})
    add({f"{_prefix}TO_DOUBLE": _simple(DType.DOUBLE, _tolerant)})
add(
    {
        "DATE": _datetime(DType.DATE, False),
        "TIME": _datetime(DType.TIME, False),
        "TO_VARCHAR": _to_varchar,
        "TO_CHAR": _to_varchar,
        "TO_BINARY": _to_binary,
    }
)
