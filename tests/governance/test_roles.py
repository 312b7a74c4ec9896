"""Roles, their hierarchy, and users, through the connector."""

from __future__ import annotations

from typing import Any

from governance_world import ABSENT, DENIED, PASSWORD, World, open_database, refused, run


def test_a_role_inherits_what_the_roles_granted_to_it_have(world: World) -> None:
    low, high = world.role("LOW"), world.role("HIGH")
    hana = world.log_in(world.user("HANA", high))
    open_database(world, low)
    world.run("CREATE TABLE T AS SELECT 1 AS X", f"GRANT SELECT ON TABLE T TO ROLE {low}")
    assert refused(hana, f"SELECT X FROM {world.database}.PUBLIC.T")[0] == ABSENT
    world.run(f"GRANT ROLE {low} TO ROLE {high}")
    assert run(hana, f"SELECT X FROM {world.database}.PUBLIC.T") == [(1,)]
    assert refused(world.admin, f"GRANT ROLE {high} TO ROLE {low}")[0] == 3032
    run(hana, f"USE ROLE {low}")
    assert run(hana, "SELECT CURRENT_ROLE()") == [(low,)]
    world.run(f"REVOKE ROLE {low} FROM ROLE {high}")
    assert refused(hana, f"SELECT X FROM {world.database}.PUBLIC.T")[0] in (ABSENT, DENIED)
    assert refused(hana, f"USE ROLE {low}")[0] == 3013


def test_secondary_roles_add_what_the_users_other_roles_have(world: World) -> None:
    first, second = world.role("FIRST"), world.role("SECOND")
    user = world.user("ANNA", first)
    world.run(f"GRANT ROLE {second} TO USER {user}")
    open_database(world, second)
    world.run("CREATE TABLE T AS SELECT 1 AS X", f"GRANT SELECT ON TABLE T TO ROLE {second}")
    anna = world.log_in(user)
    table = f"{world.database}.PUBLIC.T"
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT
    run(anna, "USE SECONDARY ROLES ALL")
    assert run(anna, f"SELECT X FROM {table}") == [(1,)]
    assert second in run(anna, "SELECT CURRENT_SECONDARY_ROLES()")[0][0]
    # Making something is the primary role's alone: it will own it.
    world.run(f"GRANT CREATE TABLE ON SCHEMA {world.database}.PUBLIC TO ROLE {second}")
    assert refused(anna, f"CREATE TABLE {world.database}.PUBLIC.MADE (X INT)")[0] == DENIED
    run(anna, "USE SECONDARY ROLES NONE")
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT


def test_a_user_begins_with_all_roles_unless_told_otherwise(world: World) -> None:
    user = world.name("SNOWFLAKES")
    world.run(f"CREATE USER {user} PASSWORD = '{PASSWORD}'")
    opened = world.log_in(user)
    assert '"value":"ALL"' in run(opened, "SELECT CURRENT_SECONDARY_ROLES()")[0][0]
    world.run(f"ALTER USER {user} SET DEFAULT_SECONDARY_ROLES = ()")
    again = world.log_in(user)
    assert '"value":""' in run(again, "SELECT CURRENT_SECONDARY_ROLES()")[0][0]


def test_the_account_administrator_reads_nothing_that_was_not_given(world: World) -> None:
    role = world.role("PRIVATE")
    open_database(world, role)
    mia = world.log_in(world.user("MIA", role))
    world.run(f"GRANT CREATE TABLE ON SCHEMA {world.database}.PUBLIC TO ROLE {role}")
    run(mia, f"CREATE TABLE {world.database}.PUBLIC.HERS AS SELECT 42 AS X")
    assert refused(world.admin, f"SELECT X FROM {world.database}.PUBLIC.HERS")[0] == DENIED


def test_each_system_role_may_what_is_its_own(world: World) -> None:
    user = world.user("OPS", "SYSADMIN")
    world.run(f"GRANT ROLE USERADMIN TO USER {user}", f"GRANT ROLE SECURITYADMIN TO USER {user}")
    ops = world.log_in(user)
    database, role = world.name("MADE"), world.name("MADE_ROLE")
    run(ops, f"CREATE DATABASE {database}", f"DROP DATABASE {database}")
    assert refused(ops, f"CREATE ROLE {role}")[0] == DENIED
    run(ops, "USE ROLE USERADMIN", f"CREATE ROLE {role}")
    assert refused(ops, f"CREATE DATABASE {database}")[0] == DENIED
    assert refused(ops, f"GRANT SELECT ON ALL TABLES IN SCHEMA FIRN.PUBLIC TO ROLE {role}")[0] in (
        ABSENT,
        DENIED,
    )
    run(ops, "USE ROLE SECURITYADMIN", f"GRANT USAGE ON DATABASE FIRN TO ROLE {role}")
    run(ops, "USE ROLE USERADMIN", f"DROP ROLE {role}")


def test_nobody_climbs_to_the_account_administrator(world: World) -> None:
    user = world.user("EVE", "SECURITYADMIN")
    eve = world.log_in(user)
    twin = world.name("TWIN")
    for statement in (
        f"GRANT ROLE ACCOUNTADMIN TO USER {user}",
        "GRANT ROLE ACCOUNTADMIN TO ROLE SECURITYADMIN",
        "ALTER USER ADMIN SET PASSWORD = 'Mine-now-123'",
        "ALTER USER ADMIN ADD PROGRAMMATIC ACCESS TOKEN MINE",
        "DROP USER ADMIN",
        "GRANT OWNERSHIP ON ROLE ACCOUNTADMIN TO ROLE SECURITYADMIN",
        "DROP ROLE ACCOUNTADMIN",
        "REVOKE ROLE ACCOUNTADMIN FROM USER ADMIN",
    ):
        assert refused(eve, statement)[0] in (DENIED, ABSENT, 1007), statement
    # A default role is a wish, not a grant.
    run(eve, f"CREATE USER {twin} PASSWORD = '{PASSWORD}' DEFAULT_ROLE = ACCOUNTADMIN")
    assert run(world.log_in(twin), "SELECT CURRENT_ROLE()") == [("PUBLIC",)]


def test_a_dropped_role_leaves_its_objects_to_who_dropped_it(world: World) -> None:
    role = world.role("MAKER")
    open_database(world, role)
    mia = world.log_in(world.user("MIA", role))
    world.run(f"GRANT CREATE TABLE ON SCHEMA {world.database}.PUBLIC TO ROLE {role}")
    run(mia, f"CREATE TABLE {world.database}.PUBLIC.T AS SELECT 1 AS X")
    world.run(f"DROP ROLE {role}")
    assert world.run(f"SELECT X FROM {world.database}.PUBLIC.T") == [(1,)]
    assert refused(mia, f"SELECT X FROM {world.database}.PUBLIC.T")[0] in (ABSENT, DENIED)
    assert world.run(f"SHOW ROLES LIKE '{role}'") == []


def test_database_roles_hold_privileges_for_the_roles_they_are_granted_to(world: World) -> None:
    role = world.role("ANALYST")
    anna = world.log_in(world.user("ANNA", role))
    readers = f"{world.database}.READERS"
    world.run(
        "CREATE TABLE T AS SELECT 1 AS X",
        f"CREATE DATABASE ROLE {readers}",
        f"GRANT USAGE ON DATABASE {world.database} TO DATABASE ROLE {readers}",
        f"GRANT USAGE ON SCHEMA {world.database}.PUBLIC TO DATABASE ROLE {readers}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {world.database}.PUBLIC TO DATABASE ROLE {readers}",
    )
    table = f"{world.database}.PUBLIC.T"
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT
    world.run(f"GRANT DATABASE ROLE {readers} TO ROLE {role}")
    assert run(anna, f"SELECT X FROM {table}") == [(1,)]
    assert refused(world.admin, f"GRANT DATABASE ROLE {readers} TO USER ADMIN")[0] == 1007
    shown = world.run(f"SHOW DATABASE ROLES IN DATABASE {world.database}")
    assert [row[1] for row in shown] == ["READERS"]
    world.run(f"DROP DATABASE ROLE {readers}")
    assert refused(anna, f"SELECT X FROM {table}")[0] == ABSENT


def test_a_user_sees_itself_and_those_of_its_role(world: World, dictionaries: Any) -> None:
    user = world.user("ANNA")
    anna = world.log_in(user)
    assert [row["name"] for row in dictionaries(anna, "SHOW USERS")] == [user]
    hidden = refused(anna, "ALTER USER ADMIN SET COMMENT = 'x'")
    absent = refused(anna, "ALTER USER NOBODY SET COMMENT = 'x'")
    assert hidden[0] == absent[0] == ABSENT
    run(anna, f"ALTER USER SET PASSWORD = '{PASSWORD}2'")
    assert refused(anna, f"ALTER USER {user} SET TYPE = SERVICE")[0] == DENIED
    assert refused(anna, f"ALTER USER {user} SET DISABLED = TRUE")[0] == DENIED


def test_users_have_their_properties_in_any_order(world: World, dictionaries: Any) -> None:
    user = world.name("ROBOT")
    world.run(
        f"CREATE USER {user} TYPE = SERVICE COMMENT = 'of the pipeline' EMAIL = 'r@example.org'"
        " DEFAULT_WAREHOUSE = FIRN_WH DEFAULT_NAMESPACE = FIRN.PUBLIC DEFAULT_ROLE = 'SYSADMIN'"
    )
    (shown,) = [row for row in dictionaries(world.admin, "SHOW USERS") if row["name"] == user]
    assert (shown["type"], shown["comment"], shown["email"]) == (
        "SERVICE",
        "of the pipeline",
        "r@example.org",
    )
    assert (shown["default_namespace"], shown["default_role"]) == ("FIRN.PUBLIC", "SYSADMIN")
    twin = world.name("TWIN")
    assert refused(world.admin, f"CREATE USER {twin} PASSWORD = 'short'")[0] == 3002
    assert twin not in {row["name"] for row in dictionaries(world.admin, "SHOW USERS")}


def test_everyone_may_use_the_first_warehouse(world: World) -> None:
    anna = world.log_in(world.user("ANNA"))
    run(anna, "USE WAREHOUSE FIRN_WH")
    assert run(anna, "SELECT CURRENT_WAREHOUSE()") == [("FIRN_WH",)]
