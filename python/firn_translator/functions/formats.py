"""Snowflake's date and time formats as strftime's."""

from __future__ import annotations

import re

from ..errors import unsupported

_ELEMENTS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "DY": "%a",
    "HH24": "%H", "HH12": "%I", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p",
    "FF3": "%g", "FF6": "%f", "FF9": "%n", "FF": "%n", "TZHTZM": "%z", "TZH:TZM": "%z", "TZH": "%z",
}  # fmt: skip
_PIECE = re.compile(
    r'"([^"]*)"|(YYYY|YY|MMMM|MON|MM|DD|DY|HH24|HH12|MI|SS|AM|PM|FF\d?|TZH:?TZM|TZH)|(.)',
    re.IGNORECASE | re.DOTALL,
)


def strftime_format(text: str, parsing: bool) -> str:
    out = []
    for quoted, element, plain in _PIECE.findall(text):
        if element:
            mapped = _ELEMENTS.get(element.upper())
            if mapped is None or (mapped == "%z" and not parsing):
                raise unsupported(f"format element {element}")
            # A parser takes as many digits as there are.
            out.append("%f" if parsing and mapped in ("%g", "%n") else mapped)
        else:
            if plain.isalnum():
                raise unsupported(f"format '{text}'")
            out.append((quoted or plain).replace("%", "%%"))
    return "".join(out)
