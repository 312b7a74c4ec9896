"""What the answer says about a statement: slots, names, bindings, refusals."""

from __future__ import annotations

import pytest

from firn_translator.errors import TranslationError
from firn_translator.translate import translate


def test_each_mention_of_a_table_gets_a_slot_and_an_alias() -> None:
    answer = translate('SELECT t.a, FIRN.PUBLIC.T.b FROM firn.public.t, "x" z')
    assert answer["tables"] == [
        {"name": ["FIRN", "PUBLIC", "T"], "target": False},
        {"name": ["x"], "target": False},
    ]
    assert answer["sql"] == 'SELECT "T"."A", "T"."B" FROM "firn:t0" AS "T", "firn:t1" AS "Z"'


def test_a_cte_is_no_table() -> None:
    assert translate("WITH c AS (SELECT 1 a) SELECT a FROM c")["tables"] == []


def test_result_scans_contexts_and_bindings_are_listed() -> None:
    answer = translate("SELECT CURRENT_USER(), ?, ? FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-2)))")
    assert answer["result_scans"] == ["LAST:-2"]
    assert answer["contexts"] == ["CURRENT_USER"]
    assert answer["bindings"] == 2


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("select count(*) from t", "COUNT(*)"),
        ("select a+1 from t", "A+1"),
        ('select "a" + 1 from t', '"a" + 1'),
        ("select distinct (select max(b) from u) from t", "(SELECT MAX(B) FROM U)"),
        ("select 'x'::varchar", "'X'::VARCHAR"),
    ],
)
def test_an_expression_without_alias_is_named_by_its_text(statement: str, name: str) -> None:
    assert name in translate(statement)["defined_names"]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("SELECT FOO(1)", 2140),
        ("SELECT MODEL(m)!predict(x) FROM t", 2),
        ("SELECT (1", 1003),
        ("selekt 1", 1003),
        ("SELECT 'abc", 1003),
        ("", 900),
        ("DROP TABLE t", 2),
        ("SELECT 1; SELECT 2", 2),
        ("SELECT read_csv('x')", 2140),
        ("SELECT * FROM read_csv('x')", 2140),
        ("SELECT * FROM t PIVOT (SUM(a) FOR s IN (ANY))", 2),
        ("SELECT SUM(x) FILTER (WHERE y) FROM t", 2),
    ],
)
def test_what_is_not_mapped_is_refused(statement: str, number: int) -> None:
    with pytest.raises(TranslationError) as caught:
        translate(statement)
    assert caught.value.number == number


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE t SET a = 1 FROM u WHERE t.a = u.a", "update"),
        ("DELETE FROM t USING u WHERE t.a = u.a", "delete"),
        ("MERGE INTO t USING (SELECT 1 id) s ON t.a = s.id WHEN MATCHED THEN DELETE", "merge"),
    ],
)
def test_a_change_names_its_target(statement: str, kind: str) -> None:
    answer = translate(statement)
    assert (answer["kind"], answer["tables"][0]["target"]) == (kind, True)


def test_the_answer_says_where_each_column_comes_from() -> None:
    answer = translate("SELECT x.*, b AS c, 'ab' d, count(*), abs(1) FROM t x, u")
    assert answer["outputs"] == [
        {
            "from": [["X", "table", 0, False, [], []], ["U", "table", 1, False, [], []]],
            "out": [
                ["*", "X", []],
                ["column", "C", "", "B", False],
                ["type", "D", "VARCHAR(2)", False],
                ["type", "", "NUMBER(18,0)", False],
                ["?", ""],
            ],
        }
    ]


def test_inner_queries_come_before_what_reads_them() -> None:
    answer = translate(
        "WITH c AS (SELECT a FROM t) SELECT * FROM c LEFT JOIN (SELECT a FROM u) v USING (a)"
    )
    inner, outer = answer["outputs"][1:3], answer["outputs"][-1]
    assert [scope["from"][0][0] for scope in inner] == ["T", "U"]
    assert outer["from"] == [
        ["C", "scope", 1, False, [], []],
        ["V", "scope", 2, True, [], ["A"]],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t PIVOT (sum(a) FOR b IN (1, 2))",
        "SELECT * RENAME (a AS b) FROM t",
        "SELECT * FROM t NATURAL JOIN u",
    ],
)
def test_what_is_not_followed_says_nothing_of_its_columns(text: str) -> None:
    scope = translate(text)["outputs"][-1]
    assert scope["out"] is None or scope["from"] == [["", "none", 0, True, [], []]]
