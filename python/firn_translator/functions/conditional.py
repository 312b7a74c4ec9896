"""Functions that choose between their arguments."""

from __future__ import annotations

from ..errors import wrong_arguments
from ..writer import Writer
from .calls import Call, add, refuse_row_options


def _decode(writer: Writer, call: Call) -> str:
    """DECODE treats NULL as equal to NULL."""
    refuse_row_options(call)
    if len(call.args) < 3:
        raise wrong_arguments(call.name, len(call.args))
    texts = [writer.sql(arg) for arg in call.args]
    subject, rest = texts[0], texts[1:]
    out = ["CASE"]
    while len(rest) > 1:
        out.append(f" WHEN {subject} IS NOT DISTINCT FROM {rest[0]} THEN {rest[1]}")
        rest = rest[2:]
    if rest:
        out.append(f" ELSE {rest[0]}")
    return "".join(out) + " END"


def _all_known(name: str) -> str:
    """GREATEST and LEAST are NULL as soon as one argument is."""
    return f"firn_{name}([{{*}}])"


add(
    {
        "IFF": "CASE WHEN {0} THEN {1} ELSE {2} END",
        "IF": "CASE WHEN {0} THEN {1} ELSE {2} END",
        "NVL": "coalesce({0}, {1})",
        "IFNULL": "coalesce({0}, {1})",
        "NVL2": "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END",
        "COALESCE": "coalesce({*})",
        "NULLIF": "nullif({0}, {1})",
        "ZEROIFNULL": "coalesce({0}, 0)",
        "NULLIFZERO": "nullif({0}, 0)",
        "EQUAL_NULL": "({0} IS NOT DISTINCT FROM {1})",
        "IS_NULL_VALUE": "(json_type({0}) = 'NULL')",
        "GREATEST": _all_known("greatest"),
        "LEAST": _all_known("least"),
        "GREATEST_IGNORE_NULLS": "greatest({*})",
        "LEAST_IGNORE_NULLS": "least({*})",
        "BOOLAND": "(firn_boolean({0}) AND firn_boolean({1}))",
        "BOOLOR": "(firn_boolean({0}) OR firn_boolean({1}))",
        "BOOLNOT": "(NOT firn_boolean({0}))",
        "BOOLXOR": "(firn_boolean({0}) <> firn_boolean({1}))",
        "DECODE": _decode,
        "TO_BOOLEAN": "firn_boolean({0})",
        "TRY_TO_BOOLEAN": "firn_try_boolean({0})",
    }
)
