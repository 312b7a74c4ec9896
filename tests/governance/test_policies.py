"""Row access and masking policies, through the connector."""

from __future__ import annotations

from typing import Any

import pytest
from governance_world import ABSENT, DENIED, World, open_database, refused, run

CANARY = "canary-7f3a"


class Governed:
    """CUSTOMER: rows of two regions, e-mails masked but for STEWARD; ANALYST sees Europe only."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.analyst, self.steward = world.role("ANALYST"), world.role("STEWARD")
        for role in (self.analyst, self.steward):
            open_database(world, role)
        world.run(
            "CREATE TABLE CUSTOMER (ID INT, REGION VARCHAR, EMAIL VARCHAR, SPENT NUMBER(10, 2))",
            f"""INSERT INTO CUSTOMER VALUES (1, 'EU', 'eu-{CANARY}@x.org', 10.5),
                (2, 'EU', NULL, 20), (3, 'US', 'us-{CANARY}@x.org', 42), (4, NULL, 'none@x.org', 7)""",
            f"""CREATE ROW ACCESS POLICY BY_REGION AS (R VARCHAR) RETURNS BOOLEAN ->
                CURRENT_ROLE() IN ('ACCOUNTADMIN', '{self.steward}')
                OR (CURRENT_ROLE() = '{self.analyst}' AND R = 'EU')""",
            f"""CREATE MASKING POLICY HIDE_EMAIL AS (VAL VARCHAR) RETURNS VARCHAR ->
                CASE WHEN CURRENT_ROLE() = '{self.steward}' THEN VAL ELSE '***' END""",
            "ALTER TABLE CUSTOMER ADD ROW ACCESS POLICY BY_REGION ON (REGION)",
            "ALTER TABLE CUSTOMER MODIFY COLUMN EMAIL SET MASKING POLICY HIDE_EMAIL",
        )
        for role in (self.analyst, self.steward):
            world.run(f"GRANT SELECT ON TABLE CUSTOMER TO ROLE {role}")
        self.anna = world.log_in(world.user("ANNA", self.analyst))
        self.stew = world.log_in(world.user("STEW", self.steward))


@pytest.fixture
def governed(world: World) -> Governed:
    return Governed(world)


def test_each_role_sees_its_rows_and_its_columns(governed: Governed) -> None:
    select = "SELECT ID, EMAIL FROM CUSTOMER ORDER BY ID"
    assert run(governed.anna, select) == [(1, "***"), (2, "***")]
    assert run(governed.stew, select) == [
        (1, f"eu-{CANARY}@x.org"),
        (2, None),
        (3, f"us-{CANARY}@x.org"),
        (4, "none@x.org"),
    ]
    assert run(governed.world.admin, select) == [(i, "***") for i in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT COUNT(*), SUM(SPENT), MAX(ID) FROM CUSTOMER", [(2, 30.5, 2)]),
        ("SELECT COUNT(*) FROM CUSTOMER WHERE EMAIL LIKE '%canary%'", [(0,)]),
        ("SELECT DISTINCT EMAIL FROM CUSTOMER", [("***",)]),
        ("SELECT EMAIL, COUNT(*) FROM CUSTOMER GROUP BY EMAIL", [("***", 2)]),
        ("SELECT C.ID FROM CUSTOMER C JOIN CUSTOMER D ON C.EMAIL = D.EMAIL AND C.ID < D.ID", [(1,)]),
        ("WITH W AS (SELECT * FROM CUSTOMER) SELECT COUNT(*) FROM W", [(2,)]),
        ("SELECT (SELECT MAX(ID) FROM CUSTOMER)", [(2,)]),
        ("SELECT COUNT(*) FROM (SELECT 3 AS ID) A WHERE EXISTS (SELECT 1 FROM CUSTOMER C WHERE C.ID = A.ID)", [(0,)]),
        ("SELECT MAX(EMAIL) OVER () FROM CUSTOMER LIMIT 1", [("***",)]),
        ("SELECT ID FROM CUSTOMER UNION SELECT 9 ORDER BY 1", [(1,), (2,), (9,)]),
    ],
)  # fmt: skip
def test_no_form_of_a_query_sees_more(
    governed: Governed, statement: str, expected: list[Any]
) -> None:
    assert [tuple(map(_plain, row)) for row in run(governed.anna, statement)] == expected


def _plain(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value


def test_an_expression_never_runs_on_a_hidden_row(governed: Governed) -> None:
    # Each would fail on a hidden row: its failure would tell that the row is there, or its value.
    for predicate in (
        "1 / (SPENT - 42) < 0",
        "1 / (ID - 3) < 0",
        "CASE WHEN ID = 3 THEN 1 / 0 ELSE 1 END = 1",
        "1 / IFF(REGION = 'US', 0, 1) = 1",
        "TO_NUMBER(REPLACE(REGION, 'EU', '1')) = 1",
        "TO_DATE(DECODE(REGION, 'US', 'no date', '2024-01-01')) = '2024-01-01'",
    ):
        for statement in (
            f"SELECT COUNT(*) FROM CUSTOMER WHERE {predicate}",
            f"SELECT COUNT_IF({predicate}) FROM CUSTOMER",
            f"SELECT COUNT(*) FROM CUSTOMER C JOIN (SELECT 'EU' AS R) E ON C.REGION = E.R AND {predicate}",
            f"SELECT COUNT(*) FROM (SELECT * FROM CUSTOMER ORDER BY ID) WHERE {predicate}",
        ):
            assert run(governed.anna, statement) == [(2,)], statement


def test_what_is_made_of_a_table_holds_what_its_maker_saw(governed: Governed) -> None:
    world = governed.world
    world.run(
        f"GRANT CREATE TABLE, CREATE VIEW ON SCHEMA {world.database}.PUBLIC TO ROLE {governed.analyst}"
    )
    run(governed.anna, "CREATE TABLE COPIED AS SELECT * FROM CUSTOMER")
    assert run(governed.anna, "SELECT ID, EMAIL FROM COPIED ORDER BY ID") == [
        (1, "***"),
        (2, "***"),
    ]
    run(governed.anna, "CREATE TEMPORARY TABLE MINE (ID INT, EMAIL VARCHAR)")
    run(governed.anna, "INSERT INTO MINE SELECT ID, EMAIL FROM CUSTOMER")
    assert run(governed.anna, "SELECT COUNT(*) FROM MINE WHERE EMAIL <> '***'") == [(0,)]


def test_a_view_asks_the_policy_in_the_name_of_who_reads(governed: Governed) -> None:
    world = governed.world
    world.run("CREATE VIEW V AS SELECT ID, EMAIL FROM CUSTOMER")
    world.run(f"GRANT SELECT ON VIEW V TO ROLE {governed.analyst}")
    assert run(governed.anna, "SELECT ID, EMAIL FROM V ORDER BY ID") == [(1, "***"), (2, "***")]
    # INVOKER_ROLE is the view's owner, CURRENT_ROLE who reads.
    world.run(
        "ALTER ROW ACCESS POLICY BY_REGION SET BODY -> INVOKER_ROLE() = 'ACCOUNTADMIN'",
    )
    assert run(governed.anna, "SELECT COUNT(*) FROM V") == [(4,)]
    assert run(governed.anna, "SELECT COUNT(*) FROM CUSTOMER") == [(0,)]


def test_a_view_may_have_policies_of_its_own(governed: Governed) -> None:
    world = governed.world
    world.run(
        "CREATE VIEW V AS SELECT ID, SPENT FROM CUSTOMER",
        f"GRANT SELECT ON VIEW V TO ROLE {governed.analyst}",
        """CREATE MASKING POLICY ROUGH AS (N NUMBER, I NUMBER) RETURNS NUMBER ->
           IFF(I = 1, N, ROUND(N, -1))""",
        "ALTER VIEW V MODIFY COLUMN SPENT SET MASKING POLICY ROUGH USING (SPENT, ID)",
    )
    assert [float(row[0]) for row in run(governed.anna, "SELECT SPENT FROM V ORDER BY ID")] == [
        10.5,
        20,
    ]


def test_a_mapping_table_is_read_with_the_rights_of_the_policys_owner(governed: Governed) -> None:
    world = governed.world
    world.run(
        "CREATE TABLE ALLOWED (ROLE_NAME VARCHAR, REGION VARCHAR)",
        f"INSERT INTO ALLOWED VALUES ('{governed.analyst}', 'US')",
        """ALTER ROW ACCESS POLICY BY_REGION SET BODY -> EXISTS (
             SELECT 1 FROM ALLOWED A WHERE IS_ROLE_IN_SESSION(A.ROLE_NAME) AND A.REGION = R)""",
    )
    assert run(governed.anna, "SELECT ID FROM CUSTOMER") == [(3,)]
    assert refused(governed.anna, f"SELECT * FROM {world.database}.PUBLIC.ALLOWED")[0] == ABSENT
    world.run("INSERT INTO ALLOWED VALUES ('PUBLIC', 'EU')")
    assert run(governed.anna, "SELECT ID FROM CUSTOMER ORDER BY ID") == [(1,), (2,), (3,)]
    world.run("DROP TABLE ALLOWED")
    assert refused(governed.anna, "SELECT ID FROM CUSTOMER")[0] == ABSENT


def test_a_policy_that_reads_its_own_table_is_an_error_and_no_circle(governed: Governed) -> None:
    governed.world.run(
        """ALTER ROW ACCESS POLICY BY_REGION SET BODY ->
           R IN (SELECT REGION FROM CUSTOMER WHERE ID = 1)"""
    )
    assert refused(governed.anna, "SELECT ID FROM CUSTOMER")[0] == 2057


def test_a_change_of_a_protected_table_is_refused(governed: Governed) -> None:
    governed.world.run(f"GRANT UPDATE, DELETE ON TABLE CUSTOMER TO ROLE {governed.analyst}")
    for statement in ("DELETE FROM CUSTOMER WHERE ID = 1", "UPDATE CUSTOMER SET SPENT = 0"):
        assert "policies" in refused(governed.anna, statement)[1]


def test_a_policy_in_use_stays(governed: Governed) -> None:
    world = governed.world
    for statement in (
        "DROP ROW ACCESS POLICY BY_REGION",
        "DROP MASKING POLICY HIDE_EMAIL",
        "CREATE OR REPLACE ROW ACCESS POLICY BY_REGION AS (R VARCHAR) RETURNS BOOLEAN -> TRUE",
    ):
        assert "CUSTOMER" in refused(world.admin, statement)[1]
    world.run(
        "ALTER TABLE CUSTOMER DROP ROW ACCESS POLICY BY_REGION",
        "ALTER TABLE CUSTOMER MODIFY COLUMN EMAIL UNSET MASKING POLICY",
        "DROP ROW ACCESS POLICY BY_REGION",
        "DROP MASKING POLICY HIDE_EMAIL",
    )
    assert run(governed.anna, "SELECT COUNT(*) FROM CUSTOMER") == [(4,)]


def test_renaming_keeps_policies_and_grants(governed: Governed) -> None:
    world = governed.world
    world.run(
        "ALTER TABLE CUSTOMER RENAME TO CLIENT",
        "ALTER TABLE CLIENT RENAME COLUMN REGION TO PLACE",
        "ALTER TABLE CLIENT RENAME COLUMN EMAIL TO ADDRESS",
        "ALTER TABLE CLIENT ADD COLUMN NOTE VARCHAR DEFAULT 'n'",
    )
    seen = [(1, "EU", "***", "n"), (2, "EU", "***", "n")]
    select = "SELECT ID, PLACE, ADDRESS, NOTE FROM CLIENT ORDER BY ID"
    assert run(governed.anna, select) == seen
    assert "PLACE" in refused(world.admin, "ALTER TABLE CLIENT DROP COLUMN PLACE")[1]
    world.run("ALTER TABLE CLIENT DROP COLUMN ADDRESS")
    assert run(governed.anna, "SELECT COUNT(*) FROM CLIENT") == [(2,)]


def test_a_schema_whose_policy_is_used_elsewhere_stays(world: World) -> None:
    database = world.database
    world.run(
        "CREATE TABLE T (X VARCHAR)",
        f"CREATE SCHEMA {database}.GOVERNANCE",
        f"""CREATE MASKING POLICY {database}.GOVERNANCE.P AS (V VARCHAR) RETURNS VARCHAR -> '*'""",
        f"ALTER TABLE {database}.PUBLIC.T MODIFY COLUMN X SET MASKING POLICY {database}.GOVERNANCE.P",
    )
    assert "PUBLIC.T" in refused(world.admin, f"DROP SCHEMA {database}.GOVERNANCE")[1]
    world.run(f"DROP DATABASE {database}", f"CREATE DATABASE {database}")


def test_a_policy_is_set_by_who_owns_the_table_and_may_apply_it(governed: Governed) -> None:
    world = governed.world
    role = world.role("ADMIN_OF_POLICIES")
    open_database(world, role)
    polly = world.log_in(world.user("POLLY", role))
    unset = f"ALTER TABLE {world.database}.PUBLIC.CUSTOMER DROP ALL ROW ACCESS POLICIES"
    assert refused(polly, unset)[0] == ABSENT
    assert refused(governed.anna, unset)[0] == DENIED
    world.run(
        f"GRANT REFERENCES ON TABLE CUSTOMER TO ROLE {role}",
        f"GRANT APPLY ROW ACCESS POLICY ON ACCOUNT TO ROLE {role}",
    )
    run(polly, unset)
    assert refused(polly, "SELECT * FROM CUSTOMER")[0] == DENIED


def test_a_policy_is_checked_when_it_is_made(world: World) -> None:
    for statement in (
        "CREATE ROW ACCESS POLICY P AS (X VARCHAR) RETURNS VARCHAR -> 'a'",
        "CREATE ROW ACCESS POLICY P AS (X VARCHAR) RETURNS BOOLEAN -> X",
        "CREATE MASKING POLICY P AS (X VARCHAR) RETURNS NUMBER -> 1",
        "CREATE MASKING POLICY P AS (X VARCHAR) RETURNS VARCHAR -> NO_SUCH_COLUMN",
        "CREATE MASKING POLICY P AS (X VARCHAR) RETURNS VARCHAR -> NO_SUCH_FUNCTION(X)",
        "CREATE MASKING POLICY P AS (X VARCHAR) RETURNS VARCHAR -> X) OR (1 = 1",
    ):
        refused(world.admin, statement)
    world.run("CREATE TABLE T (N NUMBER)")
    world.run("CREATE MASKING POLICY P AS (X VARCHAR) RETURNS VARCHAR -> '*' COMMENT = 'hides'")
    assert "N" in refused(world.admin, "ALTER TABLE T MODIFY COLUMN N SET MASKING POLICY P")[1]
    (shown,) = world.run("SHOW MASKING POLICIES")  # of the current database
    assert (shown[1], shown[6]) == ("P", "hides")
    (described,) = world.run("DESCRIBE MASKING POLICY P")
    assert described[1:3] == ("(X VARCHAR(16777216))", "VARCHAR(16777216)")
    assert "hides" not in described[3] and "'*'" in described[3]


def test_snowpark_and_the_loader_see_what_the_role_sees(governed: Governed) -> None:
    from snowflake.ml.data.data_connector import DataConnector
    from snowflake.snowpark import Session

    session = Session.builder.configs({"connection": governed.anna}).create()
    frame = session.table("CUSTOMER")
    assert {row["EMAIL"] for row in frame.collect()} == {"***"}
    loaded = DataConnector.from_dataframe(frame).to_pandas()
    assert sorted(loaded["ID"]) == [1, 2]
    assert set(loaded["EMAIL"]) == {"***"}
