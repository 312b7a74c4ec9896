"""Dates and times."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from ..errors import TranslationError, unsupported
from ..writer import Writer, writes
from .calls import Call, add, check_count, refuse_row_options

_UNITS: dict[str, str] = {}
for _canonical, _names in {
    "year": "year y yy yyy yyyy yr years yrs",
    "quarter": "quarter q qtr qtrs quarters",
    "month": "month mm mon mons months",
    "week": "week w wk weekofyear woy wy weeks",
    "day": "day d dd days dayofmonth",
    "hour": "hour h hh hr hours hrs",
    "minute": "minute m mi min minutes mins",
    "second": "second s sec seconds secs",
    "millisecond": "millisecond ms msec milliseconds",
    "microsecond": "microsecond us usec microseconds",
    "nanosecond": "nanosecond ns nsec nanosec nsecond nanoseconds nanosecs nseconds",
}.items():
    for _name in _names.split():
        _UNITS[_name] = _canonical

_FIELDS: dict[str, str] = {
    **{name: unit for name, unit in _UNITS.items() if unit not in ("millisecond", "microsecond")},
    "dayofweek": "dow", "weekday": "dow", "dow": "dow", "dw": "dow",
    "dayofweekiso": "isodow", "weekdayiso": "isodow", "dow_iso": "isodow", "dw_iso": "isodow",
    "dayofweek_iso": "isodow", "weekday_iso": "isodow",
    "dayofyear": "doy", "yearday": "doy", "doy": "doy", "dy": "doy",
    "weekiso": "week", "week_iso": "week", "weekofyeariso": "week", "weekofyear_iso": "week",
    "yearofweek": "isoyear", "yearofweekiso": "isoyear",
    "epoch_second": "epoch", "epoch": "epoch", "epoch_seconds": "epoch",
    "epoch_millisecond": "epoch_ms", "epoch_milliseconds": "epoch_ms",
    "epoch_microsecond": "epoch_us", "epoch_microseconds": "epoch_us",
    "epoch_nanosecond": "epoch_ns", "epoch_nanoseconds": "epoch_ns",
}  # fmt: skip
_INTERVALS = {
    "year": "to_months(12 * {0})",
    "quarter": "to_months(3 * {0})",
    "month": "to_months({0})",
    "week": "to_days(7 * {0})",
    "day": "to_days({0})",
    "hour": "to_hours({0})",
    "minute": "to_minutes({0})",
    "second": "to_seconds({0})",
    "millisecond": "to_milliseconds({0})",
    "microsecond": "to_microseconds({0})",
}
_CALENDAR = ("year", "quarter", "month", "week", "day")


def part_name(node: Any) -> str:
    """The word of a date part, written as a name or as a string."""
    if isinstance(node, exp.Column) and not node.args.get("table"):
        return str(node.name).lower()
    if isinstance(node, (exp.Literal, exp.Var)):
        return str(node.name).lower()
    raise unsupported("a date part that is not a constant")


def _unit(node: Any) -> str:
    word = part_name(node)
    try:
        return _UNITS[word]
    except KeyError:
        raise TranslationError(
            1007, "22023", f"SQL compilation error:\n'{word}' is not a valid date/time component."
        ) from None


def moment(writer: Writer, node: Any) -> str:
    """A date or time; a constant string is read as a timestamp."""
    text = writer.sql(node)
    if isinstance(node, exp.Literal) and node.is_string:
        return f"firn_timestamp({text})"
    return text


def _dateadd(writer: Writer, call: Call) -> str:
    check_count(call, 3, 3)
    refuse_row_options(call)
    unit = _unit(call.args[0])
    amount = f"CAST({writer.sql(call.args[1])} AS BIGINT)"
    value = moment(writer, call.args[2])
    if unit == "nanosecond":
        return f"firn_add_ns({value}, {amount})"
    if unit in ("year", "quarter", "month", "week", "day"):
        amount = f"CAST({amount} AS INTEGER)"
    name = "firn_add_days" if unit in _CALENDAR else "firn_add_time"
    return f"{name}({value}, {_INTERVALS[unit].format(amount)})"


def _datediff(writer: Writer, call: Call) -> str:
    check_count(call, 3, 3)
    refuse_row_options(call)
    unit = _unit(call.args[0])
    start, end = moment(writer, call.args[1]), moment(writer, call.args[2])
    if unit == "nanosecond":
        return f"(firn_epoch_ns({end}) - firn_epoch_ns({start}))"
    return f"date_diff('{unit}', firn_local({start}), firn_local({end}))"


def _months_between(writer: Writer, call: Call) -> str:
    check_count(call, 2, 2)
    return f"firn_months_between({moment(writer, call.args[0])}, {moment(writer, call.args[1])})"


def date_trunc(writer: Writer, call: Call) -> str:
    check_count(call, 2, 2)
    refuse_row_options(call)
    first, second = call.args
    # DATE_TRUNC(x, 'month') is allowed too.
    if isinstance(second, exp.Literal) and second.name.lower() in _UNITS:
        first, second = second, first
    unit = _unit(first)
    if unit == "nanosecond":
        return moment(writer, second)
    name = "firn_trunc_days" if unit in _CALENDAR else "firn_trunc_time"
    return f"{name}('{unit}', {moment(writer, second)})"


def _field(writer: Writer, part: Any, value: Any) -> str:
    word = part_name(part)
    field = _FIELDS.get(word)
    if field is None:
        raise unsupported(f"date part {word}")
    text = moment(writer, value)
    if field == "epoch":
        return f"CAST(floor(epoch(firn_instant({text}))) AS BIGINT)"
    if field == "epoch_ns":
        return f"firn_epoch_ns({text})"
    if field in ("epoch_ms", "epoch_us"):
        return f"{field}(firn_instant({text}))"
    if field == "nanosecond":
        return f"(firn_epoch_ns({text}) % 1000000000)"
    return f"date_part('{field}', firn_local({text}))"


def _date_part(writer: Writer, call: Call) -> str:
    check_count(call, 2, 2)
    refuse_row_options(call)
    return _field(writer, call.args[0], call.args[1])


@writes(exp.Extract)
def _extract(writer: Writer, node: exp.Extract) -> str:
    return _field(writer, node.this, node.expression)


def _part_function(part: str) -> Any:
    def write(writer: Writer, call: Call) -> str:
        check_count(call, 1, 1)
        refuse_row_options(call)
        return _field(writer, exp.Var(this=part), call.args[0])

    return write


def _last_day(writer: Writer, call: Call) -> str:
    check_count(call, 1, 2)
    value = moment(writer, call.args[0])
    unit = _unit(call.args[1]) if len(call.args) == 2 else "month"
    if unit not in ("year", "quarter", "month", "week"):
        raise unsupported(f"LAST_DAY of a {unit}")
    if unit == "month":
        return f"last_day(firn_local({value}))"
    months = {"year": "to_months(12)", "quarter": "to_months(3)", "week": "to_days(7)"}[unit]
    return f"CAST(date_trunc('{unit}', firn_local({value})) + {months} - to_days(1) AS DATE)"


def _named(template: str) -> Any:
    def write(writer: Writer, call: Call) -> str:
        check_count(call, 1, 1)
        refuse_row_options(call)
        return template.format(moment(writer, call.args[0]))

    return write


def _next_day(forward: bool) -> Any:
    days = {"su": 0, "mo": 1, "tu": 2, "we": 3, "th": 4, "fr": 5, "sa": 6}

    def write(writer: Writer, call: Call) -> str:
        check_count(call, 2, 2)
        word = part_name(call.args[1])[:2]
        if word not in days:
            raise unsupported("a day of the week that is not a constant")
        name = "firn_next_day" if forward else "firn_previous_day"
        return f"{name}(firn_date({writer.sql(call.args[0])}), {days[word]})"

    return write


_INTERVAL_PART = re.compile(r"\s*([+-]?\d+)\s*([a-z]+)\s*(?:,|$)", re.IGNORECASE)


def interval_text(node: exp.Interval) -> str:
    unit = node.args.get("unit")
    if not isinstance(node.this, exp.Literal):
        raise unsupported("INTERVAL of an expression")
    text = node.this.name + (f" {unit.name}" if unit is not None else "")
    parts: list[str] = []
    at = 0
    while at < len(text):
        match = _INTERVAL_PART.match(text, at)
        if not match:
            raise unsupported(f"INTERVAL '{text}'")
        name = _unit(exp.Var(this=match.group(2).lower()))
        if name == "nanosecond":
            raise unsupported("INTERVAL in nanoseconds")
        parts.append(_INTERVALS[name].format(int(match.group(1))))
        at = match.end()
    return "(" + " + ".join(parts) + ")"


_NOW = ("now()", "firn_now({0})")
_PARTS_OF = (
    "YEAR QUARTER MONTH WEEK WEEKISO WEEKOFYEAR DAY DAYOFMONTH DAYOFWEEK DAYOFWEEKISO DAYOFYEAR "
    "HOUR MINUTE SECOND YEAROFWEEK YEAROFWEEKISO"
)
_ADD = ("DATEADD", "TIMEADD", "TIMESTAMPADD")
_DIFF = ("DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF")

add({name: _part_function(name.lower()) for name in _PARTS_OF.split()})
add(dict.fromkeys(_ADD, _dateadd))
add(dict.fromkeys(_DIFF, _datediff))
add(
    {
        "CURRENT_TIMESTAMP": _NOW,
        "LOCALTIMESTAMP": _NOW,
        "SYSTIMESTAMP": _NOW,
        "GETDATE": "now()",
        "SYSDATE": "(now() AT TIME ZONE 'UTC')",
        "CURRENT_DATE": "current_date()",
        "CURRENT_TIME": ("current_localtime()", "firn_current_time({0})"),
        "LOCALTIME": "current_localtime()",
        "DATE_TRUNC": date_trunc,
        "DATE_PART": _date_part,
        "MONTHS_BETWEEN": _months_between,
        "ADD_MONTHS": "firn_add_months({0}, CAST({1} AS INTEGER))",
        "LAST_DAY": _last_day,
        "NEXT_DAY": _next_day(True),
        "PREVIOUS_DAY": _next_day(False),
        "DAYNAME": _named("left(dayname(firn_local({0})), 3)"),
        "MONTHNAME": _named("left(monthname(firn_local({0})), 3)"),
        "DATE_FROM_PARTS": "firn_date_from_parts({0}, {1}, {2})",
        "DATEFROMPARTS": "firn_date_from_parts({0}, {1}, {2})",
        "TIME_FROM_PARTS": (
            "firn_time_from_parts({0}, {1}, {2}, 0)",
            "firn_time_from_parts({0}, {1}, {2}, {3})",
        ),
        **dict.fromkeys(
            ("TIMESTAMP_FROM_PARTS", "TIMESTAMP_NTZ_FROM_PARTS", "TIMESTAMPFROMPARTS"),
            (
                "firn_timestamp_from_parts({0}, {1}, {2}, {3}, {4}, {5}, 0)",
                "firn_timestamp_from_parts({0}, {1}, {2}, {3}, {4}, {5}, {6})",
            ),
        ),
        "CONVERT_TIMEZONE": (
            "firn_convert_timezone({0}, firn_timestamp_ltz({1}))",
            "firn_convert_timezone_ntz({0}, {1}, firn_timestamp({2}))",
        ),
    }
)
