"""Values of every type, as clients send them and as the connectors give them back."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Sequence
from typing import Any

COLUMNS = (
    "n NUMBER(38,0), d NUMBER(38,10), f FLOAT, s VARCHAR(20), b BOOLEAN, dt DATE, tm TIME(6), "
    "ntz TIMESTAMP_NTZ, ltz TIMESTAMP_LTZ(6), tz TIMESTAMP_TZ, v VARIANT, bin BINARY"
)
VALUES = (
    "99999999999999999999999999999999999999, -1234567890123456789012345678.0123456789, -0.5e-300, "
    "'é☃''\\\\', TRUE, '2020-02-29'::DATE, '23:59:59.123456'::TIME, "
    "'2020-01-02 03:04:05.123456789'::TIMESTAMP_NTZ(9), "
    "'2020-06-01 00:00:00.5 +00:00'::TIMESTAMP_TZ::TIMESTAMP_LTZ, "
    "'2020-01-02 03:04:05.000001 +05:30'::TIMESTAMP_TZ, "
    "PARSE_JSON('{\"a\": [1, null, \"x\"]}'), TO_BINARY('00FF10')"
)
EXPECTED = (
    99999999999999999999999999999999999999,
    decimal.Decimal("-1234567890123456789012345678.0123456789"),
    -0.5e-300,
    "é☃'\\",
    True,
    dt.date(2020, 2, 29),
    dt.time(23, 59, 59, 123456),
    dt.datetime(2020, 1, 2, 3, 4, 5, 123456),
    dt.datetime(2020, 6, 1, 0, 0, 0, 500000, tzinfo=dt.UTC),
    dt.datetime(2020, 1, 2, 3, 4, 5, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
    {"a": [1, None, "x"]},
    bytearray(b"\x00\xff\x10"),
)


def readable(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row of a client's, with the VARIANT's text parsed: equal to EXPECTED."""
    return (*row[:10], json.loads(row[10]), row[11])


BULK_COLUMNS = (
    "i INT, s VARCHAR, f FLOAT, d NUMBER(20,2), b BOOLEAN, dt DATE, tm TIME, ts TIMESTAMP_NTZ, "
    "bin BINARY, l TIMESTAMP_LTZ"
)


def bulk_rows(count: int) -> list[tuple[Any, ...]]:
    """Rows for executemany; the session's time zone has to be UTC."""
    start = dt.datetime(2020, 1, 1)
    return [
        (
            i,
            None if i % 3 == 0 else f"row {i}, \"quoted\"\n'and' \\",
            i / 7,
            decimal.Decimal(i) / 4,
            i % 2 == 0,
            (start + dt.timedelta(days=i)).date(),
            (start + dt.timedelta(seconds=i)).time(),
            start + dt.timedelta(hours=i, microseconds=i),
            bytes([i % 256, 0]),
            (start + dt.timedelta(hours=i)).replace(tzinfo=dt.UTC),
        )
        for i in range(count)
    ]
