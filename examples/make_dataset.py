"""Makes MY_DATASET from FLIGHTS by examples/my_dataset.sql and says how many rows it has."""

from __future__ import annotations

import pathlib


def main() -> None:
    from snowflake.snowpark.context import get_active_session

    session = get_active_session()
    session.sql((pathlib.Path(__file__).parent / "my_dataset.sql").read_text()).collect()
    counts = session.sql(
        "SELECT (SELECT COUNT(*) FROM MY_DATASET) AS ROWS_IN, "
        "(SELECT COUNT(*) FROM FLIGHTS WHERE ARR_DELAY IS NULL) AS ROWS_OUT"
    ).collect()[0]
    print(
        f"{counts[0]:,} rows; {counts[1]:,} flights without an arrival delay (cancelled, diverted) are left out"
    )


if __name__ == "__main__":
    main()
