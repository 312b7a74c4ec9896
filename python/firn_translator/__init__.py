"""Translates one Snowflake statement into DuckDB's SQL with slots for tables and context."""
