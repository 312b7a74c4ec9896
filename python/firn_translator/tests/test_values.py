"""The values that Snowflake documents, for expressions."""

from __future__ import annotations

import duckdb
import pytest

from .conftest import Run

CASES = [
    ("1/3", "0.333333"),
    ("7/2", "3.500000"),
    ("-7/3", "-2.333333"),
    ("2/3", "0.666667"),
    ("1.5::float/2", "0.75"),
    ("DIV0(1,0)", "0.000000"),
    ("7 % 3", "1"),
    ("MOD(-7, 3)", "-1"),
    ("2147483647 + 1", "2147483648"),
    ("ROUND(-2.5)", "-3"),
    ("ROUND(2.345, 2)", "2.35"),
    ("TRUNC(1.57, 1)", "1.5"),
    ("2.5::float::int", "3"),
    ("-2.5::float::int", "-3"),
    ("'12'::number", "12"),
    ("TO_NUMBER('12.345', 10, 2)", "12.35"),
    ("TRY_TO_NUMBER('x')", None),
    ("TRY_CAST('x' AS INT)", None),
    ("TRY_CAST('1' AS INT)", "1"),
    ("1.0::float::varchar", "1"),
    ("true::varchar", "true"),
    ("'yes'::boolean", "true"),
    ("'a' || NULL", None),
    ("'a' || 1", "a1"),
    ("CONCAT('a', NULL)", None),
    ("CONCAT('a', 'b', 'c')", "abc"),
    ("CONCAT_WS('-', 'a', 'b', 'c')", "a-b-c"),
    ("CONCAT_WS('-', 'a')", "a"),
    ("CONCAT_WS('-', 'a', NULL)", None),
    ("CONCAT_WS(NULL, 'a')", None),
    ("UNICODE('a')", "97"),
    ("RTRIMMED_LENGTH('ab  ')", "2"),
    ("BITSHIFTLEFT(3, 2)", "12"),
    ("BITSHIFTRIGHT(12, 2)", "3"),
    ("AS_INTEGER(PARSE_JSON('7'))", "7"),
    ("AS_INTEGER(PARSE_JSON('7.5'))", None),
    ("AS_DOUBLE(PARSE_JSON('7'))", "7.0"),
    ("AS_CHAR(PARSE_JSON('\"a\"'))", "a"),
    ("AS_BOOLEAN(PARSE_JSON('true'))", "true"),
    ("IS_INTEGER(PARSE_JSON('7'))", "true"),
    ("IS_DECIMAL(PARSE_JSON('7.5'))", "true"),
    ("IS_DOUBLE(PARSE_JSON('\"7\"'))", "false"),
    ("ARRAYS_OVERLAP(ARRAY_CONSTRUCT(1, 2), ARRAY_CONSTRUCT(2, 3))", "true"),
    ("ARRAY_COMPACT(PARSE_JSON('[1,null,2]'))", "[1,2]"),
    ("GREATEST(1, NULL)", None),
    ("GREATEST(1, 3, 2)", "3"),
    ("LEAST(1, 3)", "1"),
    ("IFF(1 > 0, 'y', 'n')", "y"),
    ("NVL(NULL, 5)", "5"),
    ("ZEROIFNULL(NULL)", "0"),
    ("NULLIFZERO(0)", None),
    ("EQUAL_NULL(NULL, NULL)", "true"),
    ("DECODE(NULL, 1, 'a', NULL, 'b')", "b"),
    ("SUBSTR('hello', 0, 3)", "hel"),
    ("SUBSTR('hello', -3, 2)", "ll"),
    ("SUBSTR('hello', 2, -1)", ""),
    ("LEFT('hello', 2)", "he"),
    ("SPLIT_PART('a-b-c', '-', -1)", "c"),
    ("SPLIT_PART('a-b-c', '-', 0)", "a"),
    ("CHARINDEX('l', 'hello')", "3"),
    ("POSITION('l', 'hello', 4)", "4"),
    ("POSITION('z' IN 'hello')", "0"),
    ("LPAD('7', 3, '0')", "007"),
    ("TRIM('  a ')", "a"),
    ("LENGTH('Joyeux Noël')", "11"),
    ("INITCAP('hello wORLD')", "Hello World"),
    ("CONTAINS('abc', 'b')", "true"),
    ("ENDSWITH('abc', 'bc')", "true"),
    ("'abc' ILIKE 'A%'", "true"),
    ("'abc' LIKE ANY ('x', 'a%')", "true"),
    ("'abc' RLIKE 'b'", "false"),
    ("'abc' RLIKE '.b.'", "true"),
    ("REGEXP_REPLACE('a1b2', '[0-9]', '#')", "a#b#"),
    ("REGEXP_SUBSTR('a1b22', '[0-9]+', 1, 2)", "22"),
    ("REGEXP_COUNT('a1b22', '[0-9]+')", "2"),
    ("MD5('a')", "0cc175b9c0f1b6a831c399e269772661"),
    ("DATEADD(day, 1, '2024-01-31'::date)", "2024-02-01"),
    ("DATEADD(month, 1, '2024-01-31'::date)", "2024-02-29"),
    ("DATEADD(hour, 1, '2024-01-31'::date)", "2024-01-31 01:00:00"),
    ("DATEDIFF(year, '2023-12-31'::date, '2024-01-01'::date)", "1"),
    ("DATEDIFF('month', '2024-01-31'::date, '2024-02-01'::date)", "1"),
    ("DATEDIFF(hour, '2024-01-01 00:59:00'::timestamp, '2024-01-01 01:00:00'::timestamp)", "1"),
    ("DATE_TRUNC('month', '2024-02-29'::date)", "2024-02-01"),
    ("DATE_TRUNC('hour', '2024-02-29 10:11:12'::timestamp)", "2024-02-29 10:00:00"),
    ("EXTRACT(year FROM '2024-02-29'::date)", "2024"),
    ("DATE_PART(epoch_second, '1970-01-02'::timestamp)", "86400"),
    ("DAYOFWEEK('2024-03-03'::date)", "0"),
    ("LAST_DAY('2024-02-01'::date)", "2024-02-29"),
    ("NEXT_DAY('2024-01-01'::date, 'fr')", "2024-01-05"),
    ("'01/02/2024'::date", "2024-01-02"),
    ("TO_DATE('2024.01.05', 'YYYY.MM.DD')", "2024-01-05"),
    ("TO_VARCHAR('2024-01-05'::date, 'DD/MM/YYYY')", "05/01/2024"),
    ("'2024-01-01 10:00:00 +0200'::timestamp_ntz", "2024-01-01 10:00:00"),
    ("'2024-01-01 10:00:00.123456789'::timestamp_ntz(9)", "2024-01-01 10:00:00.123456789"),
    ("'2024-01-01 10:00:00.1239'::timestamp_ntz(3)", "2024-01-01 10:00:00.123"),
    ("'2024-01-01 10:00:00 +0200'::timestamp_tz::varchar", "2024-01-01 10:00:00.000 +0200"),
    ("'2024-01-01 23:30:00 -0500'::timestamp_tz::date", "2024-01-01"),
    ("'9999-12-31'::timestamp", "9999-12-31 00:00:00"),
    ("PARSE_JSON('{\"a\":[1,2]}'):a[1]::int", "2"),
    ("PARSE_JSON('{\"a\":\"x\"}'):a = 'x'", "true"),
    ('PARSE_JSON(\'{"a":"x"}\'):a::varchar', "x"),
    ("OBJECT_CONSTRUCT('b', 1, 'a', NULL)", '{"b":1}'),
    ("{'b': 1, 'a': NULL}", '{"b":1}'),
    ("1/2/3", "0.166666666667"),
    ("ARRAY_SIZE(ARRAY_CONSTRUCT(1, 2))", "2"),
    ("TYPEOF(PARSE_JSON('1'))", "INTEGER"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[c[0] for c in CASES])
def test_an_expression_has_snowflakes_value(run: Run, expression: str, expected: str) -> None:
    assert run(f"SELECT {expression}") == [(expected,)]


QUERIES = [
    ("SELECT $1, $2 FROM VALUES (1,'a'),(2,'b')", [("1", "a"), ("2", "b")]),
    ("SELECT b FROM (VALUES (1,'x')) v(a,b)", [("x",)]),
    ("SELECT s FROM t ORDER BY s", [("x",), ("y",), (None,)]),
    ("SELECT s FROM t ORDER BY s DESC", [(None,), ("y",), ("x",)]),
    ("SELECT AVG(a), AVG(d), SUM(d) FROM t", [("2.000000", "1.87500000", "3.75")]),
    ("SELECT COUNT(DISTINCT a, s), COUNT_IF(a > 1) FROM t", [("2", "2")]),
    ("SELECT MEDIAN(a) FROM t WHERE a < 3", [("1.500",)]),
    ("SELECT LISTAGG(s, ',') WITHIN GROUP (ORDER BY s DESC) FROM t", [("y,x",)]),
    ("SELECT ARRAY_AGG(s) WITHIN GROUP (ORDER BY s) FROM t", [('["x","y"]',)]),
    ("SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a DESC) = 1", [("3",)]),
    ("SELECT LAST_VALUE(a) OVER (ORDER BY a) FROM t LIMIT 1", [("3",)]),
    ("SELECT t.a, u.b FROM t JOIN u ON t.a = u.a", [("1", "one")]),
    ("SELECT a FROM db.public.t MINUS SELECT a FROM u ORDER BY 1", [("2",), ("3",)]),
    ("WITH c AS (SELECT a FROM t) SELECT COUNT(*) FROM c", [("3",)]),
    ("SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 5))", [("5",)]),
    ("SELECT f.value::int FROM j, LATERAL FLATTEN(input => v:a.b) f WHERE f.index = 0", [("10",)]),
    ("SELECT v:n + 1 FROM j", [("6.0",)]),
    (
        "SELECT * FROM (SELECT a, s FROM t WHERE a < 3) PIVOT (MAX(a) FOR s IN ('x', 'y'))",
        [("1", "2")],
    ),
    ("SELECT * FROM (SELECT 1 AS p, 2 AS q) UNPIVOT (v FOR n IN (p, q))", [("P", "1"), ("Q", "2")]),
    ("SELECT d / a FROM t WHERE a = 2", [("1.12500000",)]),
    # an alias, a generated number: their types are not known where a macro is chosen
    ("SELECT a + 1 AS n, n::VARCHAR || 'x' FROM t WHERE a = 2", [("3", "3x")]),
    ("SELECT s || 'z' AS k FROM t WHERE k ILIKE 'X%'", [("xz",)]),
    ("SELECT s::VARCHAR || '!' AS s FROM t WHERE s = 'x'", [("x!",)]),
    ("SELECT SEQ4()::VARCHAR FROM TABLE(GENERATOR(ROWCOUNT => 2))", [("0",), ("1",)]),
    # what Snowpark's create_dataframe, range, filter and group_by send
    (
        'SELECT "A", "B" FROM ( SELECT $1 AS "A", $2 AS "B" FROM VALUES (1 :: INT, \'x\' :: STRING)'
        ") LIMIT 10",
        [("1", "x")],
    ),
    (
        "SELECT ( ROW_NUMBER()  OVER ( ORDER BY  SEQ8() ) -  1 ) * (2) + (10) AS id FROM "
        "( TABLE (GENERATOR(ROWCOUNT => 3)))",
        [("10",), ("12",), ("14",)],
    ),
    (
        'SELECT "S", count("A") AS "COUNT(A)" FROM ( SELECT * FROM T) WHERE ("A" > 1) GROUP BY "S" '
        'ORDER BY "S" ASC NULLS FIRST',
        [(None, "1"), ("y", "1")],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), QUERIES, ids=[q[0][:60] for q in QUERIES])
def test_a_query_has_snowflakes_rows(run: Run, statement: str, expected: list[object]) -> None:
    assert run(statement) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1/0", "FIRN:100051:22012:Division by zero"),
        ("CAST('abcdef' AS VARCHAR(3))", "too long"),
        ("'nope'::date", "is not recognized"),
        ("'2024-01-01 00:00:00.1234567'::timestamp", "finer than a microsecond"),
        ("'1500-01-01'::timestamp_ntz(9)", ""),
        ("PARSE_JSON('{')", "Error parsing JSON"),
    ],
)
def test_a_bad_value_is_an_error(run: Run, expression: str, message: str) -> None:
    with pytest.raises(duckdb.Error, match=message):
        run(f"SELECT {expression}")


def test_concat_ws_takes_columns(run: Run) -> None:
    assert run("SELECT CONCAT_WS(',', s, a) FROM t ORDER BY a") == [("x,1",), ("y,2",), (None,)]


def test_listagg_of_distinct_values_may_be_ordered_by_them(run: Run) -> None:
    numbers = "VALUES (9), (10), (9) v(x)"
    text = f"SELECT LISTAGG(DISTINCT x, '-') WITHIN GROUP (ORDER BY x DESC) FROM {numbers}"
    assert run(text) == [("10-9",)]
    text = "SELECT LISTAGG(DISTINCT s, '-') WITHIN GROUP (ORDER BY s) FROM t"
    assert run(text) == [("x-y",)]


def test_the_shape_of_a_distribution(run: Run) -> None:
    assert run("SELECT SKEW(a), KURTOSIS(a) IS NULL FROM t") == [("0.0", "true")]
