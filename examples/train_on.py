"""Trains XGBoost on a table of yours: python -m firn.run examples/train_on.py TABLE LABEL

The numeric columns are the features. A label of text or of few whole numbers is classified, any other one regressed.
"""

from __future__ import annotations

import sys

import pandas as pd
import xgboost as xgb
from snowflake.ml.data.data_connector import DataConnector
from snowflake.snowpark.context import get_active_session

MOST_CLASSES = 20


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    table, wanted = sys.argv[1:]
    rows = DataConnector.from_dataframe(get_active_session().table(table)).to_pandas()
    names = {str(name).upper(): name for name in rows.columns}
    if wanted.upper() not in names:
        raise SystemExit(
            f"{table} has no column {wanted}; it has {', '.join(map(str, rows.columns))}."
        )
    label = names[wanted.upper()]
    rows = rows.dropna(subset=[label]).sample(frac=1, random_state=0, ignore_index=True)
    features = rows.drop(columns=[label]).select_dtypes("number").astype("float64")
    if features.empty or len(rows) < 10:
        raise SystemExit(
            f"{table} needs at least ten rows with {wanted} and one other column of numbers."
        )
    answer = rows[label]
    classify = not pd.api.types.is_numeric_dtype(answer) or answer.nunique() <= MOST_CLASSES
    if classify:
        answer = pd.Series(pd.factorize(answer)[0])
    cut = len(rows) // 5
    model = (xgb.XGBClassifier if classify else xgb.XGBRegressor)().fit(
        features[cut:], answer[cut:]
    )
    score = model.score(features[:cut], answer[:cut])
    print(f"{len(rows):,} rows, features {', '.join(map(str, features.columns))}")
    print(f"{'accuracy' if classify else 'R²'} on a held-out fifth: {score:.3f}")


if __name__ == "__main__":
    main()
