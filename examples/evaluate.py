"""Trains quickstart.py's model on four fifths of MY_DATASET and says how good it is on the last fifth."""

from __future__ import annotations

import time

import numpy as np
import xgboost as xgb
from sklearn.metrics import accuracy_score, roc_auc_score
from snowflake.ml.data.data_connector import DataConnector
from snowflake.snowpark.context import get_active_session

SEED = 2013


def main() -> None:
    session = get_active_session()
    started = time.monotonic()
    rows = DataConnector.from_dataframe(session.table("MY_DATASET")).to_pandas()
    read_s = time.monotonic() - started

    # The order of a table is nobody's promise: sorted first, the same fifth is held out each time.
    rows = rows.sort_values(list(rows.columns), ignore_index=True)
    order = np.random.default_rng(SEED).permutation(len(rows))
    held_out, kept = rows.iloc[order[: len(rows) // 5]], rows.iloc[order[len(rows) // 5 :]]
    features = ["feature1", "feature2"]

    started = time.monotonic()
    model = xgb.XGBClassifier().fit(kept[features], kept["label"])
    fit_s = time.monotonic() - started
    chance = model.predict_proba(held_out[features])[:, 1]
    accuracy = accuracy_score(held_out["label"], chance > 0.5)
    auc = roc_auc_score(held_out["label"], chance)
    majority = max(held_out["label"].mean(), 1 - held_out["label"].mean())
    usual = f"always the usual answer: {majority:.3f}"
    print(f"{len(rows):,} rows read in {read_s:.1f} s, {len(kept):,} trained on in {fit_s:.1f} s")
    print(
        f"held-out fifth, {len(held_out):,} rows: accuracy {accuracy:.3f} ({usual}), AUC {auc:.3f}"
    )


if __name__ == "__main__":
    main()
