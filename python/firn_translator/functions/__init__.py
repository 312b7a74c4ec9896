"""Snowflake's functions: one table for each family, from the name to how DuckDB says it."""
