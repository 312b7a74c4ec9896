"""A client's SQL never reaches files, settings, extensions, catalogs or functions of DuckDB.

Every attack must end in an error of Snowflake's kind, and no answer may show what a file or DuckDB's own catalog holds.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from daemon import Daemon
from snowflake.connector.errors import ProgrammingError

SECRET = "OPEN-SESAME-4711"
# What only DuckDB, its lake or its files could have said.
BETRAYALS = (
    SECRET,
    "ducklake",
    ".parquet",
    "PRAGMA",
    "duckdb",
    "Catalog Error",
    "IO Error",
    "/etc/",
)

# {file}: a file of the machine; {lake}: the lake's data folder.
READING_FILES = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM READ_CSV_AUTO('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_json_auto('{file}')",
    "SELECT * FROM read_ndjson_objects('{file}')",
    "SELECT * FROM read_parquet('{lake}/**/*.parquet')",
    "SELECT * FROM parquet_scan('{lake}/**/*.parquet')",
    "SELECT * FROM parquet_metadata('{lake}/**/*.parquet')",
    "SELECT * FROM parquet_schema('{lake}/**/*.parquet')",
    "SELECT * FROM glob('{lake}/**')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM '{file}'",
    'SELECT * FROM "{file}"',
    "SELECT * FROM '{lake}/**/*.parquet'",
    'SELECT * FROM "{lake}/**/*.parquet"',
    "SELECT * FROM TABLE(read_text('{file}'))",
    "SELECT * FROM LATERAL read_text('{file}')",
    "SELECT t.* FROM T, LATERAL read_text('{file}') t",
    "SELECT * FROM T JOIN read_text('{file}') ON TRUE",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT 1 WHERE EXISTS (SELECT * FROM read_text('{file}'))",
    "SELECT 1 ORDER BY (SELECT content FROM read_text('{file}'))",
    "SELECT CASE WHEN (SELECT length(content) FROM read_text('{file}')) > 0 THEN 1 END",
    "WITH a AS (SELECT * FROM read_text('{file}')) SELECT * FROM a",
    "WITH RECURSIVE a AS (SELECT 1 n UNION ALL SELECT n FROM a, read_text('{file}')) SELECT * FROM a",
    "SELECT 1 UNION ALL SELECT content FROM read_text('{file}')",
    "SELECT * FROM (VALUES ((SELECT content FROM read_text('{file}')))) v",
    "SELECT * FROM T QUALIFY (SELECT content FROM read_text('{file}')) IS NULL",
    "SELECT * FROM/**/read_text/**/('{file}')",
    "SELECT * FROM -- x\nread_text -- y\n('{file}')",
    "SELECT * FROM // x\nread_text('{file}')",
    "SELECT * FROM ReAd_TeXt('{file}')",
    "SELECT * FROM \"read_text\"('{file}')",
    "SELECT * FROM read_text($${file}$$)",
    "SELECT * FROM read_text(E'{file}')",
    "SELECT * FROM read_text('{file}' :: VARCHAR)",
    "SELECT * FROM main.read_text('{file}')",
    "SELECT * FROM system.main.read_text('{file}')",
    "SELECT * FROM ｒｅａｄ_ｔｅｘｔ('{file}')",
    "SELECT * FROM read_text\u00a0('{file}')",
    "FROM read_text('{file}')",
    "FROM '{file}' SELECT *",
    "PIVOT read_csv('{file}') ON x",
    "SUMMARIZE '{file}'",
    "DESCRIBE '{file}'",
    "DESCRIBE SELECT * FROM read_text('{file}')",
    "TABLE '{file}'",
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM query_table('{file}')",
    "SELECT * FROM query_table(['T'])",
    "SELECT read_text('{file}')",
    "SELECT ('{file}').read_text()",
    "SELECT getenv('HOME')",
    "SELECT ('HOME').getenv()",
    "SELECT system.main.getenv('HOME')",
    "SELECT * FROM which_secret('{file}', 's3')",
]

DOING = [
    "ATTACH '{file}' AS other",
    "ATTACH DATABASE '{lake}/../catalog.ducklake' AS other",
    "DETACH lake",
    "USE lake",
    "COPY T TO '{file}.out'",
    "COPY (SELECT 1) TO '{file}.out' (FORMAT csv)",
    "COPY T FROM '{file}'",
    "COPY INTO T FROM '{file}'",
    "COPY INTO '{file}.out' FROM T",
    "COPY INTO T FROM 'file://{file}'",
    "COPY INTO T FROM @S/../../../../../../{file}",
    "COPY INTO T FROM '@S/../../../../../..{file}'",
    "COPY INTO T FROM @S FILES = ('../../../../../..{file}')",
    "COPY INTO T FROM @S FILES = ('{file}')",
    "COPY INTO T FROM (SELECT content FROM read_text('{file}'))",
    "COPY INTO T FROM (SELECT getenv($1) FROM @S)",
    "EXPORT DATABASE '{file}.d'",
    "IMPORT DATABASE '{file}.d'",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://127.0.0.1:1'",
    "LOAD httpfs",
    "LOAD '{file}'",
    "UPDATE EXTENSIONS",
    "PRAGMA database_list",
    "PRAGMA table_info('T')",
    "PRAGMA version",
    "PRAGMA enable_external_access",
    "SET GLOBAL memory_limit = '1MB'",
    "SET SESSION threads = 1",
    "RESET threads",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "CALL pragma_version()",
    "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "CALL ducklake_expire_snapshots('lake')",
    "CREATE MACRO m() AS TABLE SELECT * FROM read_text('{file}')",
    "CREATE SECRET s (TYPE s3)",
    "CREATE TYPE t AS ENUM ('a')",
    "CREATE SEQUENCE lake.main.s",
    "PREPARE p AS SELECT * FROM read_text('{file}')",
    "EXECUTE p",
    "DROP TABLE lake.main.T",
    'DROP SCHEMA "lake"."FIRN.PUBLIC" CASCADE',
    "INSERT INTO lake.main.T VALUES (1)",
    'DELETE FROM "__ducklake_metadata_lake".main.ducklake_table',
    'UPDATE "__ducklake_metadata_lake".main.ducklake_table SET table_name = 1',
    "TRUNCATE TABLE duckdb_settings",
    "INSERT INTO T SELECT content FROM read_text('{file}')",
    "INSERT INTO T VALUES ((SELECT content FROM read_text('{file}')))",
    "INSERT INTO T SELECT getenv('HOME')",
    "UPDATE T SET X = (SELECT content FROM read_text('{file}'))",
    "UPDATE T SET X = getenv('HOME')",
    "DELETE FROM T WHERE X = (SELECT content FROM read_text('{file}'))",
    "MERGE INTO T USING (SELECT content FROM read_text('{file}')) s ON TRUE WHEN MATCHED THEN DELETE",
    "CREATE TABLE STOLEN AS SELECT * FROM read_text('{file}')",
    "CREATE TABLE STOLEN AS SELECT getenv('HOME') x",
    "CREATE TABLE STOLEN (X VARCHAR DEFAULT getenv('HOME'))",
    "CREATE TABLE STOLEN (X VARCHAR DEFAULT (SELECT content FROM read_text('{file}')))",
    "CREATE TEMPORARY TABLE STOLEN AS SELECT * FROM '{file}'",
    "SELECT 1; ATTACH '{file}'",
    "SELECT 1) ; COPY T TO '{file}.out'; --",
]

READING_CATALOGS = [
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM duckdb_functions()",
    "SELECT * FROM duckdb_columns()",
    "SELECT * FROM duckdb_memory()",
    "SELECT * FROM duckdb_temporary_files()",
    "SELECT * FROM duckdb_views",
    "SELECT * FROM duckdb_logs",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM pragma_database_list()",
    "SELECT * FROM pragma_table_info('T')",
    "SELECT * FROM pragma_storage_info('T')",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM sqlite_temp_master",
    "SELECT * FROM main.sqlite_master",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM pg_class",
    "SELECT * FROM pg_tables",
    "SELECT * FROM system.information_schema.tables",
    "SELECT * FROM lake.information_schema.tables",
    "SELECT * FROM memory.information_schema.columns",
    "SELECT * FROM temp.information_schema.tables",
    "SELECT * FROM system.main.duckdb_tables",
    "SELECT * FROM main.duckdb_settings",
    "SELECT * FROM memory.main.duckdb_settings",
    'SELECT * FROM "lake"."{schema}"."T"',
    'SELECT * FROM "lake"."FIRN.{schema}"."T"',
    'SELECT * FROM "FIRN.{schema}"."T"',
    'SELECT * FROM "__ducklake_metadata_lake".main.ducklake_table',
    'SELECT * FROM "__ducklake_metadata_lake"."ducklake_data_file"',
    "SELECT * FROM ducklake_table",
    "SELECT * FROM ducklake_snapshots('lake')",
    "SELECT * FROM ducklake_table_info('lake')",
    "SELECT * FROM ducklake_list_files('lake', 'T')",
    "SELECT * FROM ducklake_table_changes('lake', 'FIRN.{schema}', 'T', 0, 1)",
    "SELECT * FROM snapshots('lake')",
    "SELECT * FROM IDENTIFIER('duckdb_settings')",
    "SELECT * FROM IDENTIFIER('read_text(''{file}'')')",
    'SELECT * FROM IDENTIFIER(\'"lake"."FIRN.{schema}"."T"\')',
    "SELECT * FROM IDENTIFIER($sneaky)",
    "SELECT * FROM TABLE($sneaky)",
    "SELECT * FROM $sneaky",
    "SELECT * FROM TABLE('duckdb_settings')",
    'SELECT * FROM "firn:t0"',
    'SELECT * FROM T, "firn:t1"',
    'SELECT * FROM "firn:t0" JOIN T ON TRUE',
    "SELECT * FROM firn_scan('1')",
    "SELECT * FROM firn_scan('guess')",
    "SELECT current_setting('memory_limit')",
    "SELECT current_setting('home_directory')",
    "SELECT current_schemas(true)",
    "SELECT txid_current()",
    "SELECT pg_typeof(1)",
    "SELECT version()",
    "SELECT nextval('lake.main.s')",
    "SELECT write_log('x')",
    "SELECT error('FIRN:390100:08001:' || current_setting('home_directory'))",
    "SELECT T.current_setting('memory_limit') FROM T",
    "SELECT list_transform([1], lambda x: getenv('HOME'))",
    "SELECT list_transform(['HOME'], x -> getenv(x))",
    "SELECT TRANSFORM(['HOME'], x -> getenv(x))",
    "SELECT COLUMNS('.*') FROM duckdb_settings()",
    "SELECT COLUMNS(lambda c: getenv(c) IS NULL) FROM T",
    "SELECT * REPLACE (getenv('HOME') AS X) FROM T",
    "SELECT rowid, filename FROM T",
    "SELECT * FROM T AT (VERSION => 1)",
    "SELECT * FROM T AS OF VERSION 1",
    "SELECT COUNT(*) FILTER (WHERE getenv('HOME') IS NULL) FROM T",
    "SELECT SUM(1) OVER (ORDER BY getenv('HOME')) FROM T",
    "SELECT X FROM T GROUP BY X HAVING getenv('HOME') IS NULL",
    "SELECT X FROM T LIMIT (SELECT COUNT(*) FROM duckdb_settings())",
    "SHOW ALL TABLES",
    "SHOW DATABASES FROM duckdb",
    "DESCRIBE TABLE duckdb_settings",
    "EXPLAIN SELECT * FROM duckdb_settings()",
    "EXPLAIN ANALYZE SELECT * FROM read_text('{file}')",
]
ATTACKS = READING_FILES + DOING + READING_CATALOGS


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A file of the machine that no client may see."""
    file = tmp_path_factory.mktemp("machine") / "secret.csv"
    file.write_text(f"x\n{SECRET}\n")
    return file


@pytest.fixture(scope="module")
def prey(firn_daemon: Daemon) -> Iterator[Any]:
    """A session in a schema with a table T (X VARCHAR) of two rows and an empty stage S."""
    with firn_daemon.connect() as opened:
        cursor = opened.cursor()
        cursor.execute("CREATE OR REPLACE SCHEMA ATTACKED")
        cursor.execute("CREATE TABLE T (X VARCHAR)")
        cursor.execute("INSERT INTO T VALUES ('a'), ('b')")
        cursor.execute("CREATE STAGE S")
        cursor.execute("SET sneaky = 'duckdb_settings'")
        yield opened
        assert cursor.execute("SELECT X FROM T ORDER BY X").fetchall() == [("a",), ("b",)]
        assert [row[1] for row in cursor.execute("SHOW TABLES IN SCHEMA ATTACKED")] == ["T"]
        cursor.execute("DROP SCHEMA ATTACKED")


def fill(text: str, secret_file: pathlib.Path, daemon: Daemon) -> str:
    for name, value in {
        "{file}": str(secret_file), "{lake}": str(daemon.home / "lake" / "data"), "{schema}": "ATTACKED",
    }.items():  # fmt: skip
        text = text.replace(name, value)
    return text


def assert_refused(cursor: Any, text: str, given: Any = None) -> None:
    """The statement fails as Snowflake's statements fail, and says nothing that only DuckDB knows."""
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute(text, given)
        pytest.fail(f"{text} was answered: {cursor.fetchall()[:3]}")
    error = caught.value
    assert error.errno and error.sqlstate, f"{text}: {error}"
    assert error.errno != 603, f"{text}: {error}"
    own_words = text + str(given or "") + ("duckdb" if "$sneaky" in text else "")
    for word in BETRAYALS:
        told = str(error.msg).replace(own_words, "")
        assert word.lower() not in told.lower() or word.lower() in own_words.lower(), told


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(
    attack: str, prey: Any, secret_file: pathlib.Path, firn_daemon: Daemon
) -> None:
    assert_refused(prey.cursor(), fill(attack, secret_file, firn_daemon))
    assert not secret_file.with_name("secret.csv.out").exists()


@pytest.mark.parametrize("attack", READING_FILES)
def test_a_view_does_not_carry_an_attack(
    attack: str, prey: Any, secret_file: pathlib.Path, firn_daemon: Daemon
) -> None:
    """Whether CREATE VIEW or the query of the view refuses it, nothing is read."""
    cursor = prey.cursor()
    cursor.execute("DROP VIEW IF EXISTS V")
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute(f"CREATE VIEW V AS {fill(attack, secret_file, firn_daemon)}")
        cursor.execute("SELECT * FROM V")
        pytest.fail(f"{attack} was answered: {cursor.fetchall()[:3]}")
    assert caught.value.errno not in (0, 603, None)
    assert SECRET not in str(caught.value)
    cursor.execute("DROP VIEW IF EXISTS V")


def test_a_binding_is_a_value_and_never_sql(prey: Any, secret_file: pathlib.Path) -> None:
    cursor = prey.cursor()
    for value in ("' || getenv('HOME') || '", "x'); ATTACH ':memory:' AS y; --", str(secret_file)):
        assert cursor.execute("SELECT %s", (value,)).fetchone() == (value,)
    assert_refused(cursor, "SELECT * FROM read_text(%s)", (str(secret_file),))
    assert_refused(cursor, "SELECT * FROM IDENTIFIER(%s)", ("duckdb_settings",))
    assert_refused(cursor, "SELECT * FROM IDENTIFIER(%s)", (str(secret_file),))
    assert_refused(cursor, "SELECT getenv(%s)", ("HOME",))


def test_a_name_is_a_name_and_never_sql(prey: Any) -> None:
    cursor = prey.cursor()
    odd = '"x"" FROM duckdb_settings() --"'
    cursor.execute(f"CREATE TABLE {odd} ({odd} INT)")
    cursor.execute(f"INSERT INTO {odd} VALUES (1)")
    assert cursor.execute(f"SELECT {odd} FROM {odd}").fetchall() == [(1,)]
    assert cursor.execute(f"SELECT 2 AS {odd}").fetchall() == [(2,)]
    cursor.execute(f"DROP TABLE {odd}")


def test_a_session_variable_is_a_value_and_never_sql(prey: Any) -> None:
    cursor = prey.cursor()
    cursor.execute("SET quoted = $$' || getenv('HOME') || '$$")
    assert cursor.execute("SELECT $quoted").fetchone() == ("' || getenv('HOME') || '",)


def test_a_session_variable_is_no_setting_of_duckdb(prey: Any) -> None:
    cursor = prey.cursor()
    cursor.execute("SET enable_external_access = TRUE")
    assert str(cursor.execute("SELECT $enable_external_access").fetchone()[0]).lower() == "true"
    assert_refused(cursor, "SELECT * FROM read_text('/etc/hostname')")


def test_an_option_of_copy_is_a_value_and_never_sql(prey: Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a', filename=true, x='b\n")
    cursor = prey.cursor()
    cursor.execute(f"PUT file://{file} @S/option AUTO_COMPRESS=FALSE")
    cursor.execute("CREATE TABLE TWO (A VARCHAR, B VARCHAR)")
    try:
        # A delimiter is one value of at most 4 bytes: the rest of it is never read as options.
        with pytest.raises(ProgrammingError, match="delimiter"):
            cursor.execute(
                "COPY INTO TWO FROM @S/option FILE_FORMAT = "
                "(TYPE = CSV FIELD_DELIMITER = ''', filename=true, x=''')"
            )
    finally:
        cursor.execute("DROP TABLE TWO")
    cursor.execute("REMOVE @S/option")


@pytest.mark.parametrize("hidden", ["ROWID", "FILENAME", "SNAPSHOT_ID", "FILE_ROW_NUMBER"])
def test_a_hidden_column_of_the_target_of_a_change_cannot_be_named(prey: Any, hidden: str) -> None:
    cursor = prey.cursor()
    source = f"(SELECT 'a' AS X, 'theirs' AS {hidden})"
    for change in (
        f"UPDATE T SET X = {hidden}::VARCHAR",
        f"UPDATE T SET X = T.{hidden}::VARCHAR FROM {source} S WHERE S.X = T.X",
        f"UPDATE T SET X = {hidden}::VARCHAR FROM {source} S WHERE S.X = T.X",
        f"UPDATE T SET {hidden} = 1",
        f"DELETE FROM T USING {source} S WHERE T.{hidden} IS NULL",
        f"MERGE INTO T USING {source} S ON T.{hidden} IS NULL WHEN MATCHED THEN DELETE",
        f"DELETE FROM T WHERE EXISTS (SELECT {hidden} FROM {source} S WHERE {hidden} IS NULL)",
    ):
        assert_refused(cursor, change)
    cursor.execute(f"UPDATE T SET X = S.{hidden} FROM {source} S WHERE S.X = T.X")
    cursor.execute("UPDATE T SET X = 'a' WHERE X = 'theirs'")
    assert cursor.rowcount == 1


def test_a_table_named_like_a_file_or_a_catalog_of_duckdb_is_just_a_table(prey: Any) -> None:
    cursor = prey.cursor()
    for name in ('"secret.csv"', "DUCKDB_SETTINGS", "SQLITE_MASTER", '"read_text"'):
        cursor.execute(f"CREATE TABLE {name} (N INT)")
        cursor.execute(f"INSERT INTO {name} VALUES (7)")
        assert cursor.execute(f"SELECT * FROM {name}").fetchall() == [(7,)]
        cursor.execute(f"DROP TABLE {name}")
