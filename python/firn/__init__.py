"""Firn's own Python: what starts a user's code; the API is Snowflake's."""
