# An attempt is a line, however long.
# ruff: noqa: E501
"""Attempts of a restricted user to get at what a policy hides: rows, values, or that they are there.

The table SECRETS has a visible row (ID 1, e-mail masked) and hidden ones (ID 2 to 4), whose values
hold a canary. Each attempt runs as MALLORY, who may select; the canary must be in nothing that comes
back, and nothing may tell hidden rows apart. The same attempt as STEWARD, whom the policies let
through, is the control: it must be able to succeed, or it proves nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from daemon import Daemon
from governance_world import World, open_database

CANARY = "zanzibar7"
HIDDEN_NUMBER = 987654


@dataclasses.dataclass
class Stage:
    world: World
    mallory: Any
    steward: Any


@pytest.fixture(scope="module")
def stage(firn_daemon: Daemon) -> Iterator[Stage]:
    world = World(firn_daemon)
    low, high = world.role("MALLORY_ROLE"), world.role("STEWARD_ROLE")
    for role in (low, high):
        open_database(world, role)
        world.run(
            f"GRANT CREATE TABLE, CREATE VIEW ON SCHEMA {world.database}.PUBLIC TO ROLE {role}"
        )
    world.run(
        "CREATE TABLE SECRETS (ID INT, EMAIL VARCHAR, AMOUNT NUMBER(12, 2), WHEN_ DATE, DOC VARIANT, NOTE VARCHAR)",
        f"""INSERT INTO SECRETS SELECT 1, 'visible-{CANARY}@x.org', 10, '2024-01-01', PARSE_JSON('{{"k": 1}}'), 'plain'""",
        f"""INSERT INTO SECRETS SELECT 2, '{CANARY}@x.org', {HIDDEN_NUMBER}, '1999-12-31',
            PARSE_JSON('{{"k": "{CANARY}"}}'), '{CANARY}'""",
        f"INSERT INTO SECRETS SELECT 3, NULL, 0, NULL, NULL, '{CANARY} 3'",
        f"INSERT INTO SECRETS SELECT 4, 'x', -1, '2024-01-01', PARSE_JSON('[1]'), '{CANARY} 4'",
        f"""CREATE ROW ACCESS POLICY ROWS_ AS (I INT) RETURNS BOOLEAN ->
            I = 1 OR IS_ROLE_IN_SESSION('{high}')""",
        f"""CREATE MASKING POLICY TEXT_ AS (V VARCHAR) RETURNS VARCHAR ->
            IFF(IS_ROLE_IN_SESSION('{high}'), V, '***')""",
        "ALTER TABLE SECRETS ADD ROW ACCESS POLICY ROWS_ ON (ID)",
        "ALTER TABLE SECRETS MODIFY COLUMN EMAIL SET MASKING POLICY TEXT_",
        f"GRANT SELECT ON TABLE SECRETS TO ROLE {low}",
        f"GRANT SELECT ON TABLE SECRETS TO ROLE {high}",
    )  # fmt: skip
    yield Stage(
        world,
        world.log_in(world.user("MALLORY", low)),
        world.log_in(world.user("STEW", high)),
    )
    world.close()


def tell(connection: Any, statements: str) -> str:
    """Everything that comes back for the statements, an error included, as one text."""
    import snowflake.connector

    heard = []
    for statement in statements.split(";;"):
        cursor = connection.cursor()
        try:
            heard.append(str(cursor.execute(statement).fetchall()))
        except snowflake.connector.errors.Error as error:
            heard.append(f"{error.errno} {error.msg}")
    return "\n".join(heard)


# Each yields the canary, the hidden number, or the word LEAK for whoever may see the hidden rows.
READS = {
    "plain": "SELECT * FROM SECRETS",
    "named": "SELECT ID, EMAIL, AMOUNT, NOTE FROM SECRETS WHERE ID > 1",
    "alias": "SELECT S.NOTE FROM SECRETS AS S",
    "quoted": 'SELECT "NOTE" FROM "SECRETS"',
    "three parts": "SELECT NOTE FROM {db}.PUBLIC.SECRETS",
    "no schema": "SELECT NOTE FROM {db}..SECRETS",
    "identifier": "SELECT NOTE FROM IDENTIFIER('SECRETS')",
    "identifier of parts": "SELECT NOTE FROM IDENTIFIER('{db}.PUBLIC.SECRETS')",
    "variable": "SET T = 'SECRETS';;SELECT NOTE FROM IDENTIFIER($T)",
    "table()": "SELECT NOTE FROM TABLE('SECRETS')",
    "subquery": "SELECT * FROM (SELECT NOTE, EMAIL FROM SECRETS)",
    "cte": "WITH C AS (SELECT * FROM SECRETS) SELECT * FROM C",
    "cte of the table's name": "WITH SECRETS AS (SELECT * FROM SECRETS) SELECT * FROM SECRETS",
    "recursive cte": """WITH RECURSIVE C (N, NOTE) AS (SELECT 1, 'x' UNION ALL
                        SELECT N + 1, S.NOTE FROM C JOIN SECRETS S ON S.ID = C.N + 1 WHERE N < 4) SELECT * FROM C""",
    "scalar subquery": "SELECT (SELECT MAX(NOTE) FROM SECRETS)",
    "correlated": "SELECT (SELECT S.NOTE FROM SECRETS S WHERE S.ID = X.N) FROM (SELECT 2 AS N) X",
    "exists": "SELECT IFF(EXISTS (SELECT 1 FROM SECRETS WHERE ID = 2), 'LEAK', 'no')",
    "not exists": "SELECT IFF(NOT EXISTS (SELECT 1 FROM SECRETS WHERE ID = 2), 'no', 'LEAK')",
    "in": "SELECT IFF(2 IN (SELECT ID FROM SECRETS), 'LEAK', 'no')",
    "any": "SELECT IFF(2 = ANY (SELECT ID FROM SECRETS), 'LEAK', 'no')",
    "count": "SELECT IFF(COUNT(*) > 1, 'LEAK', 'no') FROM SECRETS",
    "count distinct": "SELECT IFF(COUNT(DISTINCT NOTE) > 1, 'LEAK', 'no') FROM SECRETS",
    "approximate count": "SELECT IFF(APPROX_COUNT_DISTINCT(ID) > 1, 'LEAK', 'no') FROM SECRETS",
    "max": "SELECT MAX(AMOUNT) FROM SECRETS",
    "min date": "SELECT IFF(MIN(WHEN_) < '2000-01-01', 'LEAK', 'no') FROM SECRETS",
    "max of masked": "SELECT MAX(EMAIL) FROM SECRETS",
    "listagg": "SELECT LISTAGG(NOTE, ',') FROM SECRETS",
    "array_agg": "SELECT ARRAY_AGG(NOTE) FROM SECRETS",
    "object_agg": "SELECT OBJECT_AGG(ID::VARCHAR, NOTE::VARIANT) FROM SECRETS",
    "max_by": "SELECT MAX_BY(NOTE, ID) FROM SECRETS",
    "median": "SELECT IFF(MEDIAN(AMOUNT) <> 10, 'LEAK', 'no') FROM SECRETS",
    "mode": "SELECT MODE(NOTE) FROM SECRETS WHERE ID <> 1",
    "group by masked": "SELECT EMAIL, COUNT(*) FROM SECRETS GROUP BY EMAIL",
    "having": "SELECT 'LEAK' FROM SECRETS HAVING COUNT(*) > 1",
    "group by sets": "SELECT NOTE, COUNT(*) FROM SECRETS GROUP BY ROLLUP (NOTE)",
    "distinct": "SELECT DISTINCT NOTE FROM SECRETS",
    "order by hidden": "SELECT NOTE FROM SECRETS ORDER BY AMOUNT DESC LIMIT 1",
    "order by masked": "SELECT EMAIL FROM SECRETS ORDER BY EMAIL DESC",
    "limit offset": "SELECT NOTE FROM SECRETS LIMIT 10 OFFSET 1",
    "top": "SELECT TOP 3 NOTE FROM SECRETS ORDER BY ID DESC",
    "window": "SELECT LEAD(NOTE) OVER (ORDER BY ID) FROM SECRETS",
    "window count": "SELECT IFF(COUNT(*) OVER () > 1, 'LEAK', 'no') FROM SECRETS",
    "window frame": "SELECT MAX(NOTE) OVER (ORDER BY ID ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM SECRETS",
    "qualify": "SELECT NOTE FROM SECRETS QUALIFY ROW_NUMBER() OVER (ORDER BY ID DESC) = 1",
    "join itself": "SELECT B.NOTE FROM SECRETS A JOIN SECRETS B ON A.ID < B.ID",
    "join on masked": "SELECT 'LEAK' FROM SECRETS S JOIN (SELECT '{canary}@x.org' AS E) P ON S.EMAIL = P.E",
    "left join": "SELECT S.NOTE FROM (SELECT 2 AS N) X LEFT JOIN SECRETS S ON S.ID = X.N",
    "right join": "SELECT S.NOTE FROM SECRETS S RIGHT JOIN (SELECT 2 AS N) X ON S.ID = X.N",
    "full join": "SELECT S.NOTE FROM SECRETS S FULL JOIN (SELECT 2 AS N) X ON S.ID = X.N",
    "cross join": "SELECT S.NOTE FROM (SELECT 1) X CROSS JOIN SECRETS S",
    "natural join": "SELECT NOTE FROM SECRETS NATURAL JOIN (SELECT 2 AS ID)",
    "using": "SELECT NOTE FROM SECRETS JOIN (SELECT 2 AS ID) USING (ID)",
    "lateral": "SELECT L.NOTE FROM (SELECT 2 AS N) X, LATERAL (SELECT NOTE FROM SECRETS S WHERE S.ID = X.N) L",
    "union": "SELECT NOTE FROM SECRETS UNION SELECT 'x'",
    "union all": "SELECT 'x' UNION ALL SELECT NOTE FROM SECRETS",
    "intersect": "SELECT 'LEAK' FROM (SELECT ID FROM SECRETS INTERSECT SELECT 2)",
    "except": "SELECT IFF(COUNT(*) = 0, 'LEAK', 'no') FROM (SELECT 2 EXCEPT SELECT ID FROM SECRETS)",
    "values beside": "SELECT S.NOTE FROM SECRETS S, (VALUES (2)) V(N) WHERE S.ID = V.N",
    "like on masked": "SELECT 'LEAK' FROM SECRETS WHERE EMAIL LIKE '%{canary}%'",
    "equality on masked": "SELECT 'LEAK' FROM SECRETS WHERE EMAIL = 'visible-{canary}@x.org'",
    "length of masked": "SELECT 'LEAK' FROM SECRETS WHERE LENGTH(EMAIL) > 3",
    "hash of masked": "SELECT 'LEAK' FROM SECRETS WHERE MD5(EMAIL) = MD5('visible-{canary}@x.org')",
    "case on masked": "SELECT CASE WHEN EMAIL LIKE 'v%' THEN 'LEAK' ELSE 'no' END FROM SECRETS",
    "regexp on masked": "SELECT REGEXP_SUBSTR(EMAIL, '[a-z]+[0-9]') FROM SECRETS",
    "concat of masked": "SELECT 'a' || EMAIL FROM SECRETS",
    "substr of masked": "SELECT SUBSTR(EMAIL, 9, 9) FROM SECRETS",
    "split of masked": "SELECT SPLIT_PART(EMAIL, '-', 2) FROM SECRETS",
    "object of the row": "SELECT OBJECT_CONSTRUCT('a', EMAIL, 'b', NOTE) FROM SECRETS",
    "array of the row": "SELECT ARRAY_CONSTRUCT(EMAIL, NOTE) FROM SECRETS",
    "path": "SELECT DOC:k::VARCHAR FROM SECRETS",
    "typeof": "SELECT IFF(TYPEOF(DOC) = 'ARRAY', 'LEAK', 'no') FROM SECRETS",
    "flatten": "SELECT F.VALUE::VARCHAR FROM SECRETS S, LATERAL FLATTEN(INPUT => S.DOC) F",
    "star exclude": "SELECT * EXCLUDE (ID) FROM SECRETS",
    "star of alias": "SELECT S.* FROM SECRETS S",
    "coalesce": "SELECT COALESCE(NULL, NOTE) FROM SECRETS WHERE ID = 2",
    "view": "CREATE OR REPLACE VIEW MALLORYS{who} AS SELECT * FROM SECRETS;;SELECT * FROM MALLORYS{who}",
    "view of view": "CREATE OR REPLACE VIEW W1{who} AS SELECT * FROM SECRETS;;CREATE OR REPLACE VIEW W2{who} AS SELECT * FROM W1{who};;SELECT * FROM W2{who}",
    "table as": "CREATE OR REPLACE TABLE COPY{who} AS SELECT * FROM SECRETS;;SELECT * FROM COPY{who}",
    "temporary table as": "CREATE OR REPLACE TEMPORARY TABLE TMP{who} AS SELECT * FROM SECRETS;;SELECT * FROM TMP{who}",
    "insert select": "CREATE OR REPLACE TEMPORARY TABLE INS{who} (A VARCHAR);;INSERT INTO INS{who} SELECT NOTE FROM SECRETS;;SELECT * FROM INS{who}",
    "update from": "CREATE OR REPLACE TEMPORARY TABLE UPD{who} AS SELECT 2 AS ID, 'x'::VARCHAR AS NOTE;;UPDATE UPD{who} SET NOTE = S.NOTE FROM SECRETS S WHERE S.ID = UPD{who}.ID;;SELECT * FROM UPD{who}",
    "merge from": "CREATE OR REPLACE TEMPORARY TABLE MRG{who} (ID INT, NOTE VARCHAR);;MERGE INTO MRG{who} M USING SECRETS S ON M.ID = S.ID WHEN NOT MATCHED THEN INSERT (ID, NOTE) VALUES (S.ID, S.NOTE);;SELECT * FROM MRG{who}",
    "delete using": "CREATE OR REPLACE TEMPORARY TABLE DLT{who} AS SELECT 2 AS ID;;DELETE FROM DLT{who} USING SECRETS S WHERE S.ID = DLT{who}.ID;;SELECT IFF(COUNT(*) = 0, 'LEAK', 'no') FROM DLT{who}",
    "result scan": "SELECT NOTE FROM SECRETS;;SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
    "subquery in values": "SELECT * FROM (VALUES ((SELECT MAX(NOTE) FROM SECRETS)))",
    "subquery in limit": "SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 2)) WHERE (SELECT COUNT(*) FROM SECRETS WHERE NOTE = '{canary}') = 1 UNION SELECT 'LEAK' FROM SECRETS WHERE ID = 2",
    "pivot": "SELECT * FROM (SELECT ID, NOTE FROM SECRETS) PIVOT (MAX(NOTE) FOR ID IN (1, 2))",
    "sample": "SELECT NOTE FROM SECRETS SAMPLE (100)",
    "transaction": "BEGIN;;SELECT NOTE FROM SECRETS;;COMMIT",
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_what_is_hidden_is_read_by_no_query(stage: Stage, name: str) -> None:
    def attempt(who: str, connection: Any) -> str:
        statements = READS[name].format(db=stage.world.database, canary=CANARY, who=who)
        return tell(connection, statements)

    allowed = attempt("S", stage.steward)
    assert any(word in allowed for word in (CANARY, str(HIDDEN_NUMBER), "LEAK")), allowed
    stolen = attempt("M", stage.mallory)
    for word in (CANARY, str(HIDDEN_NUMBER), "'LEAK'"):
        assert word not in stolen, stolen


# Expressions that fail on a hidden row or on an unmasked value, and on nothing else.
TRAPS = {
    "division": "1 / (ID - 2)",
    "division by the amount": "1 / (AMOUNT - {number})",
    "modulo": "MOD(1, ID - 2)",
    "cast of text": "TO_NUMBER(DECODE(ID, 1, '1', NOTE))",
    "cast of text with ::": "DECODE(ID, 1, '1', NOTE)::INT",
    "cast to date": "TO_DATE(DECODE(ID, 1, '2024-01-01', NOTE))",
    "cast to timestamp": "TO_TIMESTAMP(DECODE(ID, 1, '2024-01-01', NOTE))",
    "cast to boolean": "TO_BOOLEAN(DECODE(ID, 1, 'true', NOTE))",
    "json": "PARSE_JSON(DECODE(ID, 1, '1', NOTE || '{{'))",
    "overflow": "TO_NUMBER(AMOUNT * 1000000000000, 14, 0)",
    "square root": "SQRT(AMOUNT)",
    "logarithm": "LN(AMOUNT)",
    "factorial": "FACTORIAL(ID * 20 - 19)",
    "scalar subquery of many rows": "(SELECT S.ID FROM SECRETS S WHERE S.ID >= SECRETS.ID)",
    "repeat": "LENGTH(REPEAT('x', (ID - 1) * 1000000000))",
}
PLACES = {
    "select list": "SELECT {trap} FROM SECRETS",
    "where": "SELECT ID FROM SECRETS WHERE {trap} IS NOT NULL",
    "where before the policy's column": "SELECT ID FROM SECRETS WHERE {trap} IS NOT NULL AND ID = 1",
    "where after it": "SELECT ID FROM SECRETS WHERE ID = 1 AND {trap} IS NOT NULL",
    "join": "SELECT SECRETS.ID FROM SECRETS JOIN (SELECT 1 AS N) X ON {trap} IS NOT NULL",
    "group by": "SELECT {trap}, COUNT(*) FROM SECRETS GROUP BY {trap}",
    "order by": "SELECT ID FROM SECRETS ORDER BY {trap}",
    "aggregate": "SELECT MAX({trap}) FROM SECRETS",
    "window": "SELECT MAX({trap}) OVER () FROM SECRETS",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("trap", TRAPS)
def test_no_expression_runs_on_a_hidden_row(stage: Stage, trap: str, place: str) -> None:
    expression = TRAPS[trap].format(number=HIDDEN_NUMBER)
    statement = PLACES[place].format(trap=expression)
    import snowflake.connector

    try:
        rows = stage.mallory.cursor().execute(statement).fetchall()
    except snowflake.connector.errors.ProgrammingError as error:
        message = str(error.msg)
        assert CANARY not in message and str(HIDDEN_NUMBER) not in message
        # What is not supported is refused before it runs, for everybody alike.
        assert "Unsupported" in message or "subquery" in message.lower(), (statement, message)
        return
    assert len(rows) == 1


CATALOGS = [
    "SELECT * FROM INFORMATION_SCHEMA.TABLES",
    "SELECT * FROM INFORMATION_SCHEMA.COLUMNS",
    "SHOW TABLES",
    "SHOW COLUMNS IN TABLE SECRETS",
    "DESCRIBE TABLE SECRETS",
    "SHOW ROW ACCESS POLICIES",
    "SHOW MASKING POLICIES",
    "DESCRIBE ROW ACCESS POLICY ROWS_",
    "DESCRIBE MASKING POLICY TEXT_",
    "SHOW GRANTS ON TABLE SECRETS",
    "EXPLAIN SELECT * FROM SECRETS",
    "SELECT OBJECT_CONSTRUCT(*) FROM SECRETS",
    "SELECT * FROM \"lake\".\"main\".\"SECRETS\"",
    "SELECT * FROM DUCKDB_TABLES()",
    "SELECT * FROM PARQUET_METADATA('x')",
    "SELECT rowid, filename FROM SECRETS",
    "SELECT SYSTEM$GET_SERVICE_LOGS('x', '0', 'y')",
    "SELECT * FROM SECRETS AT (OFFSET => -1)",
    "SELECT * FROM SECRETS BEFORE (STATEMENT => LAST_QUERY_ID())",
    "CREATE TABLE C CLONE SECRETS;;SELECT * FROM C",
    "COPY INTO @~/out FROM SECRETS",
    "COPY INTO @~/out FROM (SELECT * FROM SECRETS)",
    "SUMMARIZE SECRETS",
    "DESCRIBE SECRETS",
    "TABLE SECRETS",
    "FROM SECRETS",
    "SELECT * FROM SECRETS TABLESAMPLE SYSTEM (100)",
    "SELECT HISTOGRAM(NOTE) FROM SECRETS",
    "SELECT STATS(NOTE) FROM SECRETS",
    "SELECT APPROX_TOP_K(NOTE) FROM SECRETS",
    "ALTER TABLE SECRETS DROP ALL ROW ACCESS POLICIES;;SELECT * FROM SECRETS",
    "ALTER TABLE SECRETS MODIFY COLUMN EMAIL UNSET MASKING POLICY;;SELECT * FROM SECRETS",
    "ALTER ROW ACCESS POLICY ROWS_ SET BODY -> TRUE;;SELECT * FROM SECRETS",
    "DROP ROW ACCESS POLICY ROWS_;;SELECT * FROM SECRETS",
    "ALTER TABLE SECRETS RENAME TO MINE;;SELECT * FROM MINE",
    "ALTER TABLE SECRETS ADD COLUMN X VARCHAR DEFAULT NOTE;;SELECT * FROM SECRETS",
    "CREATE OR REPLACE TABLE SECRETS AS SELECT * FROM SECRETS",
    "CREATE OR REPLACE VIEW SECRETS AS SELECT 1 AS X",
    "UPDATE SECRETS SET NOTE = EMAIL WHERE ID = 1;;SELECT * FROM SECRETS",
    "DELETE FROM SECRETS WHERE NOTE LIKE '%z%'",
    "MERGE INTO SECRETS S USING (SELECT 2 AS N) X ON S.ID = X.N WHEN MATCHED THEN DELETE",
    "TRUNCATE TABLE SECRETS",
    "GRANT OWNERSHIP ON TABLE SECRETS TO ROLE PUBLIC",
    "USE ROLE ACCOUNTADMIN;;SELECT * FROM SECRETS",
    "USE SECONDARY ROLES ALL;;SELECT * FROM SECRETS",
    "USE DATABASE FIRN;;SELECT * FROM SECRETS",
    "CREATE TEMPORARY TABLE X AS SELECT 1 AS I;;ALTER SESSION SET QUERY_TAG = 'x';;SELECT * FROM SECRETS",
]  # fmt: skip


@pytest.mark.parametrize("attempt", CATALOGS)
def test_no_other_road_leads_to_what_is_hidden(stage: Stage, attempt: str) -> None:
    stolen = tell(stage.mallory, attempt)
    assert CANARY not in stolen and str(HIDDEN_NUMBER) not in stolen, stolen
    # Nothing was done to the table either.
    left = stage.steward.cursor().execute("SELECT COUNT(*) FROM SECRETS").fetchall()
    assert left == [(4,)]
    stage.mallory.cursor().execute(f"USE SCHEMA {stage.world.database}.PUBLIC")


def test_the_result_of_another_is_nobodys(stage: Stage) -> None:
    cursor = stage.steward.cursor()
    cursor.execute("SELECT * FROM SECRETS")
    stolen = tell(stage.mallory, f"SELECT * FROM TABLE(RESULT_SCAN('{cursor.sfqid}'))")
    assert CANARY not in stolen


def test_logs_and_audit_hold_no_value_of_a_protected_table(stage: Stage) -> None:
    for name in ("cast of text", "cast to date", "division"):
        tell(stage.steward, f"SELECT {TRAPS[name].format(number=0)} FROM SECRETS")
    home = stage.world.daemon.home
    written = [path for path in (home / "logs").rglob("*") if path.is_file()]
    assert written
    for path in [*written, stage.world.daemon.log]:
        assert CANARY not in path.read_text(errors="replace"), path
