"""Arithmetic, rounding, random numbers, bits."""

from __future__ import annotations

from sqlglot import exp

from ..errors import unsupported
from ..writer import Writer
from .calls import Call, add, check_count, fill, refuse_row_options


def _round(writer: Writer, call: Call) -> str:
    if len(call.args) == 3:
        raise unsupported("ROUND with a rounding mode")
    return fill(writer, call, ("round({0})", "round({0}, {1})"))


def _trunc(writer: Writer, call: Call) -> str:
    check_count(call, 1, 2)
    if len(call.args) == 2 and (
        isinstance(call.args[1], exp.Column)
        or (isinstance(call.args[1], exp.Literal) and call.args[1].is_string)
    ):
        from .dates import date_trunc

        return date_trunc(writer, Call("DATE_TRUNC", [call.args[1], call.args[0]]))
    return fill(writer, call, ("trunc({0})", "trunc({0}, {1})"))


def _sequence(writer: Writer, call: Call) -> str:
    check_count(call, 0, 1)
    if writer.inside_over:
        return "1"
    return writer.hold("(row_number() OVER () - 1)")


def _uniform(writer: Writer, call: Call) -> str:
    check_count(call, 3, 3)
    bounds = [node.this if isinstance(node, exp.Neg) else node for node in call.args[:2]]
    if not all(isinstance(b, exp.Literal) and not b.is_string for b in bounds):
        raise unsupported("UNIFORM with bounds that are not constants")
    whole = all(b.name.isdigit() for b in bounds)
    name = "firn_uniform_int" if whole else "firn_uniform_float"
    return fill(writer, call, (name + "({0}, {1}, {2})",))


def _random(writer: Writer, call: Call) -> str:
    check_count(call, 0, 1)
    refuse_row_options(call)
    return "firn_random()"


_FLOAT_FUNCTIONS = (
    "SIN COS TAN COT ASIN ACOS ATAN SINH COSH TANH ASINH ACOSH ATANH "
    "EXP LN SQRT CBRT DEGREES RADIANS"
)
_SINGLE: dict[str, str] = {
    name: f"{name.lower()}(firn_float({{0}}))" for name in _FLOAT_FUNCTIONS.split()
}

add(_SINGLE)
add(
    {
        "ABS": "abs({0})",
        "SIGN": "CAST(sign({0}) AS BIGINT)",
        "CEIL": "ceil({0})",
        "FLOOR": "floor({0})",
        "ROUND": _round,
        "TRUNC": _trunc,
        "TRUNCATE": _trunc,
        "MOD": "firn_mod({0}, {1})",
        "POWER": "pow(firn_float({0}), firn_float({1}))",
        "POW": "pow(firn_float({0}), firn_float({1}))",
        "SQUARE": "pow(firn_float({0}), 2)",
        "LOG": "log(firn_float({0}), firn_float({1}))",
        "ATAN2": "atan2(firn_float({0}), firn_float({1}))",
        "PI": "pi()",
        "FACTORIAL": "factorial(CAST({0} AS INTEGER))",
        "DIV0": "firn_div0({0}, {1})",
        "DIV0NULL": "firn_div0({0}, coalesce({1}, 0))",
        "BITSHIFTLEFT": "(CAST({0} AS BIGINT) << CAST({1} AS BIGINT))",
        "BITSHIFTRIGHT": "(CAST({0} AS BIGINT) >> CAST({1} AS BIGINT))",
        "BITAND": "(CAST({0} AS BIGINT) & CAST({1} AS BIGINT))",
        "BITOR": "(CAST({0} AS BIGINT) | CAST({1} AS BIGINT))",
        "BITXOR": "xor(CAST({0} AS BIGINT), CAST({1} AS BIGINT))",
        "BITNOT": "(~ CAST({0} AS BIGINT))",
        "RANDOM": _random,
        "UNIFORM": _uniform,
        "NORMAL": "firn_normal({0}, {1}, {2})",
        "SEQ1": _sequence,
        "SEQ2": _sequence,
        "SEQ4": _sequence,
        "SEQ8": _sequence,
    }
)
