"""Finds a call's entry in the families' tables and writes it.

An entry is a template (or one template for each number of arguments), or a function of
(Writer, Call). In a template {0} is the first argument, {t0} the same turned into text,
{*} all of them, {t*} all turned into text. An Aggregate's template also has {d} (DISTINCT),
{order} and {over}.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from ..errors import unknown_function, unsupported, wrong_arguments
from ..writer import Writer, writes


@dataclass(slots=True)
class Call:
    name: str
    args: list[Any]
    distinct: bool = False
    order: Any = None  #: WITHIN GROUP's order, or None
    window: Any = None  #: the exp.Window, or None
    nulls: str = ""  #: "IGNORE NULLS", "RESPECT NULLS" or nothing
    frame: str = ""  #: the default frame that Snowflake gives this window function


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A template for a function of many rows, which may have OVER, DISTINCT and an order."""

    templates: tuple[str, ...]
    window_only: bool = False
    whole_partition: bool = False  #: the frame when the statement gives none


Entry = str | tuple[str, ...] | Aggregate | Callable[[Writer, Call], str]
_PLACE = re.compile(r"\{(t?)(\d+|\*)\}")
_MARKS = ("{d}", "{order}", "{over}", "{nulls}")
_arity_cache: dict[str, tuple[int, bool]] = {}
TABLE: dict[str, Entry] = {}
MANY_ROWS: set[str] = set()  # aggregates whose entry is a function


def add(entries: dict[str, Any]) -> None:
    TABLE.update(entries)


@writes(exp.Anonymous)
def _anonymous(writer: Writer, node: exp.Anonymous) -> str:
    return write_call(writer, _call_of(node))


@writes(
    exp.Window, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls,
    args="this expression partition_by order spec over",
)  # fmt: skip
def _wrapped(writer: Writer, node: Any) -> str:
    window = order = None
    nulls = ""
    while not isinstance(node, exp.Anonymous):
        if isinstance(node, exp.Window):
            window = node
        elif isinstance(node, exp.WithinGroup):
            order = node.expression
        elif isinstance(node, exp.IgnoreNulls):
            nulls = " IGNORE NULLS"
        elif isinstance(node, exp.RespectNulls):
            nulls = ""
        else:
            raise unsupported("window over this expression")
        node = node.this
    call = _call_of(node)
    call.window, call.order = window, order
    call.nulls = nulls or call.nulls
    return write_call(writer, call)


def _call_of(node: exp.Anonymous) -> Call:
    name = node.this
    if isinstance(name, exp.Identifier):
        raise unknown_function(f'"{name.name}"')
    args = list(node.expressions)
    call = Call(str(name).upper(), args)
    if args and isinstance(args[0], exp.Distinct):
        if args[0].args.get("on"):
            raise unsupported("DISTINCT ON")
        call.distinct = True
        call.args = args[0].expressions + args[1:]
    if call.args and isinstance(call.args[0], exp.IgnoreNulls):
        call.nulls = " IGNORE NULLS"
        call.args[0] = call.args[0].this
    elif call.args and isinstance(call.args[0], exp.RespectNulls):
        call.args[0] = call.args[0].this
    return call


def write_call(writer: Writer, call: Call) -> str:
    entry = TABLE.get(call.name)
    if entry is None:
        if call.name.startswith("SYSTEM$"):
            from .context import system_function

            return system_function(writer, call)
        raise unknown_function(call.name)
    if isinstance(entry, Aggregate):
        return writer.hold(writer.alone(lambda: _write_aggregate(writer, call, entry)))
    if isinstance(entry, str):
        refuse_row_options(call)
        return fill(writer, call, (entry,))
    if isinstance(entry, tuple):
        refuse_row_options(call)
        return fill(writer, call, entry)
    if call.name in MANY_ROWS:
        return writer.hold(writer.alone(lambda: entry(writer, call)))
    return entry(writer, call)


def refuse_row_options(call: Call) -> None:
    if call.window is not None or call.distinct or call.order is not None or call.nulls:
        raise unsupported(f"OVER, DISTINCT, WITHIN GROUP or IGNORE NULLS with {call.name}")


def _write_aggregate(writer: Writer, call: Call, entry: Aggregate) -> str:
    template = pick(call, entry.templates)
    if call.order is not None and "{order}" not in template:
        raise unsupported(f"WITHIN GROUP with {call.name}")
    if call.distinct and "{d}" not in template:
        raise unsupported(f"DISTINCT with {call.name}")
    if call.nulls and "{nulls}" not in template:
        raise unsupported(f"IGNORE NULLS with {call.name}")
    if call.window is None and entry.window_only:
        raise unsupported(f"{call.name} without OVER")
    if entry.whole_partition:
        call.frame = " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    out = fill(writer, call, (template,))
    order = writer.sql(call.order) if call.order is not None else ""
    return (
        out.replace("{d}", "DISTINCT " if call.distinct else "")
        .replace("{order}", order)
        .replace("{nulls}", call.nulls)
        .replace("{over}", over(writer, call))
    )


def _arity(template: str) -> tuple[int, bool]:
    known = _arity_cache.get(template)
    if known is None:
        places = [m.group(2) for m in _PLACE.finditer(template)]
        highest = max((int(p) + 1 for p in places if p != "*"), default=0)
        known = (highest, "*" in places)
        _arity_cache[template] = known
    return known


def pick(call: Call, templates: tuple[str, ...]) -> str:
    count = len(call.args)
    for template in templates:
        needed, variadic = _arity(template)
        if count == needed or (variadic and count >= max(needed, 1)):
            return template
    raise wrong_arguments(call.name, count)


def fill(writer: Writer, call: Call, templates: tuple[str, ...]) -> str:
    template = pick(call, templates)
    texts = [writer.sql(arg) for arg in call.args]

    def place(match: re.Match[str]) -> str:
        as_text, which = match.groups()
        chosen = range(len(texts)) if which == "*" else range(int(which), int(which) + 1)
        return ", ".join([coerce(call.args[i], texts[i]) if as_text else texts[i] for i in chosen])

    return _PLACE.sub(place, template)


def coerce(node: Any, text: str) -> str:
    if isinstance(node, exp.RawString) or (isinstance(node, exp.Literal) and node.is_string):
        return text
    return f"firn_text({text})"


def over(writer: Writer, call: Call) -> str:
    """The OVER clause of the call, or nothing."""
    window = call.window
    if window is None:
        return ""
    args = window.args
    if str(args.get("over") or "OVER").upper() != "OVER":
        raise unsupported(str(args["over"]))
    parts = []
    writer.inside_over += 1
    if args.get("partition_by"):
        parts.append(f"PARTITION BY {writer.join(args['partition_by'])}")
    order = args.get("order")
    if order is not None:
        parts.append(writer.sql(order).strip())
    spec = args.get("spec")
    if spec is not None:
        parts.append(_frame(writer, spec))
    elif call.frame:
        parts.append(call.frame.strip())
    writer.inside_over -= 1
    return f" OVER ({' '.join(parts)})"


def _frame(writer: Writer, spec: exp.WindowSpec) -> str:
    args = spec.args
    if args.get("exclude"):
        raise unsupported("EXCLUDE in a window frame")

    def bound(value: Any, side: Any) -> str:
        text = value.upper() if isinstance(value, str) else writer.sql(value)
        return f"{text} {str(side).upper()}" if side else text

    start = bound(args["start"], args.get("start_side"))
    end = args.get("end")
    if end is None:
        return f"{str(args['kind']).upper()} {start}"
    return f"{str(args['kind']).upper()} BETWEEN {start} AND {bound(end, args.get('end_side'))}"


def constant_text(call: Call, index: int) -> str:
    """The text of an argument that must be a constant string."""
    node = call.args[index]
    if isinstance(node, (exp.Literal, exp.RawString)) and (
        isinstance(node, exp.RawString) or node.is_string
    ):
        return str(node.args["this"])
    raise unsupported(f"{call.name} with an argument that is not a constant")


def check_count(call: Call, low: int, high: int) -> None:
    if not low <= len(call.args) <= high:
        raise wrong_arguments(call.name, len(call.args))
