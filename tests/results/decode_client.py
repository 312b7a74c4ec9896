"""Decodes Arrow streams with the installed Snowflake connector's own decoder, 4.x or 5.x.

Reads lines ["OUT.pickle", "PART.arrow", ...] from stdin and answers each with a line. Writes
{"rows": [...], "table": {name: [...]}, "types": {name: type}}: rows as fetchall gives them, and the
table as fetch_arrow_all does. Runs in a client environment, not in the tests' own.
"""

import datetime as dt
import json
import pickle
import sys
import time
from pathlib import Path

import pyarrow as pa

try:
    from snowflake.connector.arrow_context import ArrowConverterContext
    from snowflake.connector.nanoarrow_arrow_iterator import (
        PyArrowRowIterator,
        PyArrowTableIterator,
    )

    CONTEXT = ArrowConverterContext({"TIMEZONE": "Europe/Berlin"})

    def rows_of(data: bytes, context: ArrowConverterContext) -> list[tuple]:
        return list(PyArrowRowIterator(None, data, context, False, False, False, True))

    def tables_of(data: bytes, context: ArrowConverterContext) -> list[pa.Table]:
        return list(PyArrowTableIterator(None, data, context, False, False, False, True, False))

except ImportError:
    from snowflake.connector._internal.arrow_context import ArrowConverterContext
    from snowflake.connector._internal.arrow_stream_iterator import (
        ArrowStreamIterator,
        ArrowStreamTableIterator,
    )

    CONTEXT = ArrowConverterContext("Europe/Berlin")

    def export(data: bytes):
        from pyarrow.cffi import ffi

        stream = ffi.new("struct ArrowArrayStream*")
        address = int(ffi.cast("uintptr_t", stream))
        pa.ipc.open_stream(data)._export_to_c(address)
        return stream, address

    def rows_of(data: bytes, context: ArrowConverterContext) -> list[tuple]:
        keep, address = export(data)
        rows = list(ArrowStreamIterator(address, context, False, False))
        del keep
        return rows

    def tables_of(data: bytes, context: ArrowConverterContext) -> list[pa.Table]:
        keep, address = export(data)
        batches = list(ArrowStreamTableIterator(address, context, False, False))
        del keep
        return [pa.Table.from_batches(batches)] if batches else []


def plain(value):
    """Without the zone classes that the tests' environment lacks."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=dt.timezone(value.utcoffset()))
    return value


def values_of(column: pa.ChunkedArray) -> list:
    return (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()


def decode(out: str, parts: list[str]) -> float:
    data = [Path(part).read_bytes() for part in parts]
    begin = time.process_time()
    tables = [table for part in data for table in tables_of(part, CONTEXT)]
    took = time.process_time() - begin
    table = pa.concat_tables(tables) if tables else None
    rows: list[tuple] = []
    if table is None or table.num_rows < 100_000:
        rows = [tuple(map(plain, row)) for part in data for row in rows_of(part, CONTEXT)]
    result = {
        "rows": rows,
        "table": {name: values_of(table[name]) for name in table.column_names} if rows else {},
        "types": {} if table is None else {f.name: str(f.type) for f in table.schema},
    }
    Path(out).write_bytes(pickle.dumps(result))
    return took


def main() -> None:
    for line in sys.stdin:
        out, *parts = json.loads(line)
        try:
            print(f"{decode(out, parts):.3f} s of CPU for the table", flush=True)
        except Exception as error:  # the test shows it
            print(f"failed: {error!r}", flush=True)


if __name__ == "__main__":
    main()
