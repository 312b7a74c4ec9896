from snowflake.snowpark.context import get_active_session
from snowflake.ml.data.data_connector import DataConnector
import xgboost as xgb

session = get_active_session()
df = session.table("MY_DATASET")
pdf = DataConnector.from_dataframe(df).to_pandas()

X = pdf[["feature1", "feature2"]]
y = pdf["label"]
model = xgb.XGBClassifier().fit(X, y)
