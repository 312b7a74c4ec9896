-- One row for each flight that arrived: how late it left, how far it went, and whether it came more
-- than 15 minutes late. Flights without an arrival delay (cancelled or diverted) are left out.
CREATE OR REPLACE TABLE MY_DATASET AS
SELECT
  DEP_DELAY AS "feature1",
  DISTANCE AS "feature2",
  CAST(ARR_DELAY > 15 AS INTEGER) AS "label"
FROM FLIGHTS
WHERE ARR_DELAY IS NOT NULL
