"""GRANT, REVOKE and what they change, through the connector."""

from __future__ import annotations

from typing import Any

import pytest
from governance_world import ABSENT, DENIED, World, open_database, refused, run


def test_a_table_that_nobody_granted_does_not_exist(world: World) -> None:
    world.run("CREATE TABLE SECRET AS SELECT 42 AS X")
    stranger = world.log_in(world.user("STRANGER"))
    hidden = refused(stranger, f"SELECT * FROM {world.database}.PUBLIC.SECRET")
    absent = refused(stranger, f"SELECT * FROM {world.database}.PUBLIC.NOTHING")
    assert hidden[0] == absent[0] == ABSENT
    assert hidden[1].replace("SECRET", "NOTHING").split(":", 1)[1] == absent[1].split(":", 1)[1]


def test_select_on_a_table_needs_usage_on_what_holds_it(world: World) -> None:
    role = world.role("ANALYST")
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE T AS SELECT 42 AS X", f"GRANT SELECT ON TABLE T TO ROLE {role}")
    table = f"{world.database}.PUBLIC.T"
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT
    world.run(f"GRANT USAGE ON DATABASE {world.database} TO ROLE {role}")
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT
    world.run(f"GRANT USAGE ON SCHEMA {world.database}.PUBLIC TO ROLE {role}")
    assert run(anna, f"SELECT X FROM {table}") == [(42,)]
    for statement in (
        f"INSERT INTO {table} VALUES (1)",
        f"UPDATE {table} SET X = 1",
        f"DELETE FROM {table}",
        f"TRUNCATE TABLE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} RENAME TO {world.database}.PUBLIC.U",
        f"GRANT SELECT ON TABLE {table} TO ROLE PUBLIC",
        f"CREATE OR REPLACE TABLE {table} (Y INT)",
    ):
        assert refused(anna, statement)[0] in (DENIED, ABSENT), statement
    world.run(f"REVOKE SELECT ON TABLE T FROM ROLE {role}")
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT


@pytest.mark.parametrize(
    ("privilege", "statement"),
    [
        ("INSERT", "INSERT INTO T VALUES (1)"),
        ("DELETE", "DELETE FROM T"),
        ("TRUNCATE", "TRUNCATE TABLE T"),
    ],
)
def test_each_change_of_rows_has_a_privilege_of_its_own(
    world: World, privilege: str, statement: str
) -> None:
    role = world.role("CHANGER")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE T (X INT)", "INSERT INTO T VALUES (1), (2)")
    world.run(f"GRANT REFERENCES ON TABLE T TO ROLE {role}")
    assert refused(anna, statement)[0] == DENIED
    world.run(f"GRANT {privilege} ON TABLE T TO ROLE {role}")
    run(anna, statement)
    assert refused(anna, "SELECT * FROM T")[0] == DENIED


def test_a_change_that_reads_the_table_needs_select_too(world: World) -> None:
    role = world.role("CHANGER")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE T AS SELECT 42 AS SECRET, 0 AS SEEN")
    world.run(f"GRANT UPDATE, DELETE ON TABLE T TO ROLE {role}")
    for statement in (
        "UPDATE T SET SEEN = 1 WHERE SECRET > 40",
        "UPDATE T SET SEEN = SECRET",
        "DELETE FROM T WHERE SECRET > 40",
    ):
        assert refused(anna, statement)[0] == DENIED, statement
    world.run(f"GRANT SELECT ON TABLE T TO ROLE {role}")
    run(anna, "UPDATE T SET SEEN = 1 WHERE SECRET > 40")
    assert run(anna, "SELECT SEEN FROM T") == [(1,)]


def test_a_view_reads_with_the_rights_of_its_owner(world: World) -> None:
    role = world.role("ANALYST")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run(
        "CREATE TABLE T AS SELECT 1 AS A, 42 AS SECRET",
        "CREATE VIEW V AS SELECT A FROM T",
        f"GRANT SELECT ON VIEW V TO ROLE {role}",
    )
    assert run(anna, "SELECT * FROM V") == [(1,)]
    assert refused(anna, "SELECT * FROM T")[0] == ABSENT
    assert refused(anna, "SELECT SECRET FROM V")[0] == 904


def test_all_and_future_grants(world: World) -> None:
    role = world.role("ANALYST")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE OLD AS SELECT 1 AS X", "CREATE VIEW OLD_VIEW AS SELECT 1 AS X")
    world.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {world.database}.PUBLIC TO ROLE {role}")
    assert run(anna, "SELECT X FROM OLD") == [(1,)]
    assert refused(anna, "SELECT X FROM OLD_VIEW")[0] == ABSENT
    world.run("CREATE TABLE NEW AS SELECT 2 AS X")
    assert refused(anna, "SELECT X FROM NEW")[0] == ABSENT
    world.run(f"GRANT SELECT ON FUTURE TABLES IN DATABASE {world.database} TO ROLE {role}")
    assert refused(anna, "SELECT X FROM NEW")[0] == ABSENT
    world.run("CREATE TABLE NEWER AS SELECT 3 AS X")
    assert run(anna, "SELECT X FROM NEWER") == [(3,)]
    shown = world.run(f"SHOW FUTURE GRANTS IN DATABASE {world.database}")
    assert [row[1:6] for row in shown] == [
        ("SELECT", "TABLE", f"{world.database}.<TABLE>", "ROLE", role)
    ]
    world.run(f"REVOKE SELECT ON FUTURE TABLES IN DATABASE {world.database} FROM ROLE {role}")
    world.run("CREATE TABLE NEWEST AS SELECT 4 AS X")
    assert refused(anna, "SELECT X FROM NEWEST")[0] == ABSENT


def test_a_replaced_table_keeps_its_grants_only_with_copy_grants(world: World) -> None:
    role = world.role("ANALYST")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE T AS SELECT 1 AS X", f"GRANT SELECT ON TABLE T TO ROLE {role}")
    world.run("CREATE OR REPLACE TABLE T COPY GRANTS AS SELECT 2 AS X")
    assert run(anna, "SELECT X FROM T") == [(2,)]
    world.run("CREATE OR REPLACE TABLE T AS SELECT 3 AS X")
    assert refused(anna, "SELECT X FROM T")[0] == ABSENT
    world.run("DROP TABLE T", "CREATE TABLE T AS SELECT 4 AS X")
    assert refused(anna, "SELECT X FROM T")[0] == ABSENT


def test_the_grant_option_lets_a_role_hand_on_and_revoke_cascades(world: World) -> None:
    first, second = world.role("FIRST"), world.role("SECOND")
    open_database(world, first)
    open_database(world, second)
    anna = world.log_in(world.user("ANNA", first))
    ben = world.log_in(world.user("BEN", second))
    world.run("CREATE TABLE T AS SELECT 1 AS X")
    world.run(f"GRANT SELECT ON TABLE T TO ROLE {first} WITH GRANT OPTION")
    run(anna, f"GRANT SELECT ON TABLE T TO ROLE {second}")
    assert refused(anna, f"GRANT INSERT ON TABLE T TO ROLE {second}")[0] == DENIED
    assert run(ben, "SELECT X FROM T") == [(1,)]
    assert "CASCADE" in refused(world.admin, f"REVOKE SELECT ON TABLE T FROM ROLE {first}")[1]
    world.run(f"REVOKE SELECT ON TABLE T FROM ROLE {first} CASCADE")
    assert refused(ben, "SELECT X FROM T")[0] == ABSENT


def test_in_a_managed_schema_only_the_schemas_owner_grants(world: World) -> None:
    maker, reader = world.role("MAKER"), world.role("READER")
    open_database(world, maker)
    mia = world.log_in(world.user("MIA", maker))
    world.run(
        f"CREATE SCHEMA {world.database}.MANAGED WITH MANAGED ACCESS",
        f"GRANT USAGE, CREATE TABLE ON SCHEMA {world.database}.MANAGED TO ROLE {maker}",
    )
    run(mia, f"CREATE TABLE {world.database}.MANAGED.T AS SELECT 1 AS X")
    grant = f"GRANT SELECT ON TABLE {world.database}.MANAGED.T TO ROLE {reader}"
    assert refused(mia, grant)[0] == DENIED
    world.run(grant)


def test_ownership_moves_with_a_word_about_the_grants(world: World) -> None:
    old, new = world.role("OLD"), world.role("NEW")
    open_database(world, new)
    anna = world.log_in(world.user("ANNA", new))
    world.run("CREATE TABLE T AS SELECT 1 AS X", f"GRANT SELECT ON TABLE T TO ROLE {old}")
    move = f"GRANT OWNERSHIP ON TABLE T TO ROLE {new}"
    assert "CURRENT GRANTS" in refused(world.admin, move)[1]
    world.run(f"{move} REVOKE CURRENT GRANTS")
    assert run(anna, "SELECT X FROM T") == [(1,)]
    run(anna, "DROP TABLE T")


def test_show_grants_tells_on_to_and_of(world: World, dictionaries: Any) -> None:
    role = world.role("ANALYST")
    user = world.user("ANNA", role)
    world.run("CREATE TABLE T (X INT)", f"GRANT SELECT ON TABLE T TO ROLE {role}")
    on = dictionaries(world.admin, "SHOW GRANTS ON TABLE T")
    assert [(row["privilege"], row["grantee_name"], row["granted_by"]) for row in on] == [
        ("OWNERSHIP", "ACCOUNTADMIN", "ACCOUNTADMIN"),
        ("SELECT", role, "ACCOUNTADMIN"),
    ]
    to = dictionaries(world.admin, f"SHOW GRANTS TO ROLE {role}")
    assert [(row["privilege"], row["granted_on"], row["name"]) for row in to] == [
        ("SELECT", "TABLE", f"{world.database}.PUBLIC.T")
    ]
    of = dictionaries(world.admin, f"SHOW GRANTS OF ROLE {role}")
    assert [(row["granted_to"], row["grantee_name"]) for row in of] == [("USER", user)]
    to_user = dictionaries(world.admin, f"SHOW GRANTS TO USER {user}")
    assert [row["role"] for row in to_user] == [role]
    anna = world.log_in(user)
    assert [row["role"] for row in dictionaries(anna, "SHOW GRANTS")] == [role]
    assert refused(anna, "SHOW GRANTS TO ROLE SYSADMIN")[0] == DENIED
    assert refused(anna, f"SHOW GRANTS ON TABLE {world.database}.PUBLIC.T")[0] == ABSENT


def test_a_privilege_that_the_kind_has_not_is_named_with_those_it_has(world: World) -> None:
    world.run("CREATE TABLE T (X INT)")
    number, message = refused(world.admin, "GRANT READ ON TABLE T TO ROLE PUBLIC")
    assert number == 1003
    assert "READ" in message and "SELECT, INSERT" in message


def test_show_lists_only_what_the_role_may_see(world: World) -> None:
    role = world.role("ANALYST")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE TABLE A (X INT)", "CREATE TABLE B (X INT)")
    world.run(f"GRANT SELECT ON TABLE A TO ROLE {role}")
    shown = run(anna, f"SHOW TABLES IN SCHEMA {world.database}.PUBLIC")
    assert [row[1] for row in shown] == ["A"]
    columns = run(anna, f"SELECT TABLE_NAME FROM {world.database}.INFORMATION_SCHEMA.COLUMNS")
    assert {row[0] for row in columns} == {"A"}
    databases = {row[1] for row in run(anna, "SHOW DATABASES")}
    assert databases == {world.database}
    assert refused(anna, f"DESCRIBE TABLE {world.database}.PUBLIC.B")[0] == ABSENT


def test_stages_are_read_and_written_by_privilege(world: World, tmp_path: Any) -> None:
    role = world.role("LOADER")
    open_database(world, role)
    anna = world.log_in(world.user("ANNA", role))
    world.run("CREATE STAGE S")
    path = tmp_path / "a.csv"
    path.write_text("1\n")
    put = f"PUT file://{path} @S"
    assert refused(anna, put)[0] == ABSENT
    world.run(f"GRANT READ ON STAGE S TO ROLE {role}")
    assert run(anna, "LIST @S") == []
    assert refused(anna, put)[0] == DENIED
    world.run(f"GRANT WRITE ON STAGE S TO ROLE {role}")
    run(anna, put)
    assert len(run(anna, "LIST @S")) == 1


def test_a_dropped_schema_goes_with_what_its_dropper_never_saw(world: World) -> None:
    maker = world.role("MAKER")
    open_database(world, maker)
    mia = world.log_in(world.user("MIA", maker))
    other = world.name("OTHER")
    world.run(f"CREATE DATABASE {other}", f"GRANT USAGE ON DATABASE {other} TO ROLE {maker}")
    world.run(f"GRANT CREATE SCHEMA ON DATABASE {other} TO ROLE {maker}")
    run(mia, f"CREATE SCHEMA {other}.HERS", f"CREATE TABLE {other}.HERS.T AS SELECT 1 AS X")
    world.run(f"DROP DATABASE {other}", f"CREATE DATABASE {other}")
    world.run(f"CREATE SCHEMA {other}.HERS", f"CREATE TABLE {other}.HERS.T (Y INT)")
    assert world.run(f"SELECT COUNT(*) FROM {other}.HERS.T") == [(0,)]
