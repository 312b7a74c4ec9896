"""The `snow` CLI, unmodified, with SNOWFLAKE_HOME set to the home: read as its user reads it."""

from __future__ import annotations

import json
import pathlib
import uuid

import pytest

from .conftest import Snow, rows

CSV = ("--format", "csv")


@pytest.fixture
def schema() -> str:
    return f"C{uuid.uuid4().hex[:10].upper()}"


def test_the_connection_of_the_home_is_tested(snow: Snow) -> None:
    (found,) = [json.loads(snow("connection", "test", "--format", "json"))]
    assert found["Status"] == "OK"
    assert (found["User"], found["Role"]) == ("ADMIN", "ACCOUNTADMIN")
    assert (found["Database"], found["Warehouse"]) == ("FIRN", "FIRN_WH")


def test_several_statements_show_several_tables(snow: Snow, schema: str) -> None:
    text = snow(
        "sql", "-q", f"create schema {schema}; create table t (a int, b varchar); "
        "insert into t values (1, 'x;y'), (2, null); select * from t order by a",
    )  # fmt: skip
    assert f"Schema {schema} successfully created." in text
    assert "Table T successfully created." in text
    assert "number of rows inserted" in text
    assert "| 1 | x;y  |" in text and "| 2 | None |" in text


def test_a_file_and_the_input_are_run(snow: Snow, schema: str, tmp_path: pathlib.Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text(
        f"create schema {schema};\n-- a comment; of two parts\nselect 'é' as \"e\";\n"
    )
    found = json.loads(snow("sql", "-f", script, "--format", "json"))
    assert found == [[{"status": f"Schema {schema} successfully created."}], [{"e": "é"}]]
    assert rows(snow("sql", "-i", *CSV, stdin="select 1 as a, 'b,c' as b, null as c\n")) == [
        {"A": "1", "B": "b,c", "C": ""}
    ]


def test_an_error_ends_the_run_and_names_itself(snow: Snow) -> None:
    text = snow("sql", "-q", "select 1; selec 2; select 3", status=1)
    assert "001003 (42000)" in text and "unexpected 'selec'" in text.replace("\n", " ")
    assert "002003 (42S02)" in snow("object", "describe", "table", "nothing", status=1)


def test_objects_of_every_kind_are_listed_and_described(snow: Snow, schema: str) -> None:
    snow(
        "sql", "-q", f"create schema {schema}; create table t (a int not null, b varchar(10)); "
        "create view v as select a from t; create stage st comment = 'files'; "
        f"create user if not exists {schema}_U",
    )  # fmt: skip
    within = ("--in", "schema", schema)
    for kind, name, scope in [
        ("database", "FIRN", ()), ("schema", schema, ("--in", "database", "firn")),
        ("table", "T", within), ("view", "V", within), ("stage", "ST", within),
        ("user", "ADMIN", ()), ("role", "ACCOUNTADMIN", ()), ("warehouse", "FIRN_WH", ()),
    ]:  # fmt: skip
        listed = rows(snow("object", "list", kind, "--like", name, *scope, *CSV))
        assert [row["name"] for row in listed] == [name], kind
        owner = f"{schema}." if scope == within else ""
        described = snow("object", "describe", kind, owner + name, *CSV)
        assert described.count("\n") > 1, kind
        if kind == "table":
            assert [(row["name"], row["type"], row["null?"]) for row in rows(described)] == [
                ("A", "NUMBER(38,0)", "N"), ("B", "VARCHAR(10)", "Y")]  # fmt: skip
        if kind == "user":
            properties = {row["property"]: row["value"] for row in rows(described)}
            assert properties["DEFAULT_ROLE"] == "ACCOUNTADMIN"
    assert "T successfully dropped." in snow("object", "drop", "table", f"{schema}.T")


def test_a_folder_goes_to_a_stage_and_comes_back(
    snow: Snow, schema: str, tmp_path: pathlib.Path
) -> None:
    files = {"a.txt": "hello\n", "b c.txt": "b c\n", "empty.txt": "", "it's.csv": "1\n",
             "sub/d.csv": "x\n"}  # fmt: skip
    for name, text in files.items():
        path = tmp_path / "up" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    snow("sql", "-q", f"create schema {schema}")
    stage = f"@firn.{schema}.files"
    assert "successfully created" in snow("stage", "create", f"{schema}.files")
    assert "already exists" in snow("stage", "create", f"{schema}.files")

    sent = rows(snow("stage", "copy", tmp_path / "up", f"{stage}/r", "--recursive", *CSV))
    assert {row["source"]: row["status"] for row in sent} == dict.fromkeys(files, "UPLOADED")
    listed = rows(snow("stage", "list-files", stage, *CSV))
    assert [row["name"] for row in listed] == [f"files/r/{name}" for name in files]
    got = rows(snow("stage", "copy", f"{stage}/r", tmp_path / "down", "--recursive", *CSV))
    assert {row["status"] for row in got} == {"DOWNLOADED"}
    assert {name: (tmp_path / "down" / name).read_text() for name in files} == files

    assert "removed" in snow("stage", "remove", f"{schema}.files", "r/b c.txt")
    matching = rows(snow("stage", "list-files", stage, "--pattern", ".*[.]csv", *CSV))
    assert [row["name"] for row in matching] == ["files/r/it's.csv", "files/r/sub/d.csv"]


def test_a_file_that_is_there_is_kept_unless_it_may_be_overwritten(
    snow: Snow, schema: str, tmp_path: pathlib.Path
) -> None:
    stage = f"@firn.{schema}.files"
    snow("sql", "-q", f"create schema {schema}; create stage files")
    (tmp_path / "a.txt").write_text("old\n")
    snow("stage", "copy", tmp_path / "a.txt", stage)
    snow("stage", "copy", tmp_path / "a.txt", stage)  # the same content is no conflict
    (tmp_path / "a.txt").write_text("new\n")
    text = snow("stage", "copy", tmp_path / "a.txt", stage, status=1)
    assert "'a.txt' is on the stage already; use OVERWRITE = TRUE" in text
    snow("stage", "copy", tmp_path / "a.txt", stage, "--overwrite")
    snow("stage", "copy", stage, tmp_path / "down")
    assert (tmp_path / "down" / "a.txt").read_text() == "new\n"
