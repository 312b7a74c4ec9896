"""Queries as Snowpark's DataFrame emits them, against values worked out by hand."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import snowflake.snowpark.functions as F
import snowflake.snowpark.types as T
from daemon import Daemon
from snowflake.snowpark import GroupingSets, Row, Session, Window
from snowflake.snowpark.exceptions import SnowparkSQLException

D = decimal.Decimal
col, lit = F.col, F.lit
EMPLOYEES = [
    "(1, 'Ann', 'eng', 100.50, '2020-01-15', NULL)",
    "(2, 'Bob', 'eng', 80, '2020-02-20', 1)",
    "(3, 'Cid', 'ops', 70.25, '2021-03-03', 1)",
    "(4, 'Dee', 'ops', NULL, '2019-12-31', 3)",
    "(5, 'Eve', NULL, 50, NULL, 1)",
]
SALES = "('n', 'q1', 10), ('n', 'q2', 20), ('s', 'q1', 5), ('s', 'q2', 7), ('n', 'q1', 1)"


@pytest.fixture(scope="module")
def session(firn_daemon: Daemon) -> Iterator[Any]:
    made = Session.builder.configs({"connection": firn_daemon.connect(paramstyle="qmark")}).create()
    for statement in (
        f"CREATE SCHEMA Q{uuid.uuid4().hex[:8].upper()}",
        "CREATE TABLE emp (id INT NOT NULL, name VARCHAR(10), dept VARCHAR(5), "
        "salary NUMBER(10,2), hired DATE, boss INT)",
        f"INSERT INTO emp VALUES {', '.join(EMPLOYEES)}",
        "CREATE TABLE sales (region VARCHAR, q VARCHAR, amount INT)",
        f"INSERT INTO sales VALUES {SALES}",
    ):
        made.sql(statement).collect()
    yield made
    made.close()


@pytest.fixture
def emp(session: Any) -> Any:
    return session.table("emp")


@pytest.fixture
def sales(session: Any) -> Any:
    return session.table("sales")


def _ids(df: Any) -> list[Any]:
    return [row[0] for row in df.select("id").sort("id").collect()]


def _one(session: Any, *columns: Any) -> tuple[Any, ...]:
    (row,) = session.create_dataframe([[1]], schema=["one"]).select(*columns).collect()
    return tuple(row)


def test_the_schema_has_lengths_precision_and_what_may_be_null(session: Any, emp: Any) -> None:
    expected = [
        ("ID", T.LongType(), False),
        ("NAME", T.StringType(10), True),
        ("DEPT", T.StringType(5), True),
        ("SALARY", T.DecimalType(10, 2), True),
        ("HIRED", T.DateType(), True),
        ("BOSS", T.LongType(), True),
    ]

    def fields(df: Any) -> list[tuple[Any, ...]]:
        return [(f.name, f.datatype, f.nullable) for f in df.schema.fields]

    assert fields(emp) == expected
    assert fields(emp.filter(col("id") > 1).sort("id").limit(2)) == expected
    assert fields(emp.cache_result()) == expected
    emp.create_or_replace_view("ev")
    assert fields(session.table("ev")) == expected
    assert fields(emp.select(col("name").alias("n"), lit("abc").alias("l"))) == [
        ("N", T.StringType(10), True),
        ("L", T.StringType(3), False),
    ]


def test_a_table_saved_with_a_schema_keeps_it(session: Any) -> None:
    schema = T.StructType(
        [T.StructField("x", T.LongType(), False), T.StructField("y", T.StringType(5))]
    )
    made = session.create_dataframe([(1, "a"), (2, None)], schema=schema)
    made.write.save_as_table("kept", mode="overwrite")
    found = {r[0]: (r[1], r[3]) for r in session.sql("DESCRIBE TABLE kept").collect()}
    assert found == {"X": ("NUMBER(38,0)", "N"), "Y": ("VARCHAR(5)", "Y")}
    with pytest.raises(SnowparkSQLException, match="too long"):
        session.sql("INSERT INTO kept VALUES (3, 'sixsix')").collect()


def test_select_filter_and_new_columns(emp: Any) -> None:
    assert _ids(emp.filter((col("id") > 1) & (col("id") < 3) | (col("id") == 5))) == [2, 5]
    assert _ids(emp.filter(col("salary").between(60, 90))) == [2, 3]
    assert _ids(emp.filter(col("name").in_("Ann", "Bob"))) == [1, 2]
    assert _ids(emp.filter(~col("dept").is_null() & col("name").like("%e%"))) == [4]
    assert _ids(emp.filter("boss IS NULL OR salary < 60")) == [1, 5]
    bosses = emp.select("boss").filter(col("boss").is_not_null())
    assert _ids(emp.filter(col("id").in_(bosses))) == [1, 3]
    made = emp.with_column("name", F.upper("name")).with_columns(
        ["x", "y"], [lit(1), col("id") * 2 - 3]
    )
    assert made.columns == ["ID", "DEPT", "SALARY", "HIRED", "BOSS", "NAME", "X", "Y"]
    assert made.sort("id").select("name", "y").first() == Row(NAME="ANN", Y=-1)
    twice = emp.select((col("id") * 2).alias("d")).select((col("d") + 1).alias("e"))
    assert [r[0] for r in twice.filter(col("e") > 5).sort("e").collect()] == [7, 9, 11]
    assert emp.select_expr("id + 1 AS z", "upper(name) AS u").sort("z").first() == Row(2, "ANN")
    assert emp.select("id", "name").to_df("a", "b").sort("a").first() == Row(A=1, B="Ann")


def test_names_are_changed_and_columns_dropped(emp: Any) -> None:
    assert emp.rename(col("name"), "nm").columns[1] == "NM"
    assert emp.with_column_renamed("dept", "d").columns[2] == "D"
    assert emp.rename({"id": "i", "boss": "b"}).columns == [
        "I",
        "NAME",
        "DEPT",
        "SALARY",
        "HIRED",
        "B",
    ]
    assert emp.drop("boss", "hired").columns == ["ID", "NAME", "DEPT", "SALARY"]
    assert emp.select("*", lit(1).alias("t")).columns[-1] == "T"


def test_every_kind_of_join(session: Any, emp: Any, sales: Any) -> None:
    other = emp.select(col("id").alias("i2"), col("name").alias("n2"))
    on = col("boss") == col("i2")
    counts = {how: emp.join(other, on, how).count() for how in ("inner", "left", "right", "full")}
    assert counts == {"inner": 4, "left": 5, "right": 7, "full": 8}
    assert _ids(emp.join(other, on, "leftsemi")) == [2, 3, 4, 5]
    assert _ids(emp.join(other, on, "leftanti")) == [1]
    assert emp.cross_join(sales).count() == 25
    pairs = emp.alias("a").join(emp.alias("b"), F.col("a", "boss") == F.col("b", "id"))
    found = pairs.select(F.col("a", "name").alias("x"), F.col("b", "name").alias("y")).sort("x")
    assert [tuple(r) for r in found.collect()] == [
        ("Bob", "Ann"), ("Cid", "Ann"), ("Dee", "Cid"), ("Eve", "Ann"),
    ]  # fmt: skip
    using = emp.join(emp.select("id", col("name").alias("again")), "id")
    assert using.columns == ["ID", "NAME", "DEPT", "SALARY", "HIRED", "BOSS", "AGAIN"]
    assert using.filter(col("name") == col("again")).count() == 5
    twin = copy.copy(emp)
    both = emp.join(twin, emp["boss"] == twin["id"], lsuffix="_l", rsuffix="_r")
    assert both.select("name_l", "name_r").sort("name_l").first() == Row("Bob", "Ann")
    times = session.create_dataframe([[1], [4]], schema=["k"])
    nearest = emp.join(times, how="asof", match_condition=emp["id"] >= times["k"])
    assert [r[0] for r in nearest.sort("id").select("k").collect()] == [1, 1, 1, 4, 4]


def test_groups_and_aggregates(emp: Any) -> None:
    found = (
        emp.group_by("dept")
        .agg(
            F.count("*").alias("n"),
            F.sum("salary").alias("s"),
            F.avg("salary").alias("a"),
            F.min("hired").alias("first"),
            F.max("name").alias("last"),
            F.count_distinct("boss").alias("bosses"),
            F.listagg("name", "+").within_group(col("name").desc()).alias("names"),
            F.median("salary").alias("m"),
        )
        .sort("dept")
        .collect()
    )
    assert [tuple(row) for row in found] == [
        (None, 1, D("50.00"), D("50"), None, "Eve", 1, "Eve", D("50")),
        ("eng", 2, D("180.50"), D("90.25"), dt.date(2020, 1, 15), "Bob", 1, "Bob+Ann", D("90.25")),
        ("ops", 2, D("70.25"), D("70.25"), dt.date(2019, 12, 31), "Dee", 2, "Dee+Cid", D("70.25")),
    ]
    assert emp.agg({"salary": "avg", "id": "max"}).collect() == [Row(D("75.1875"), 5)]
    assert emp.agg(F.stddev("id"), F.variance("id")).collect()[0][1] == pytest.approx(2.5)
    counts = emp.filter(col("id") > 1).group_by("dept").count().sort("dept").collect()
    assert [tuple(row) for row in counts] == [(None, 1), ("eng", 1), ("ops", 2)]
    assert json.loads(emp.agg(F.array_agg("id")).collect()[0][0]) == [1, 2, 3, 4, 5]
    assert emp.count() == 5


def test_rollup_cube_and_grouping_sets(sales: Any) -> None:
    found = sales.rollup("region", "q").agg(F.sum("amount").alias("s")).sort("region", "q")
    assert [tuple(row) for row in found.collect()] == [
        (None, None, 43), ("n", None, 31), ("n", "q1", 11), ("n", "q2", 20), ("s", None, 12),
        ("s", "q1", 5), ("s", "q2", 7),
    ]  # fmt: skip
    cube = sales.cube("region", "q").agg(F.sum("amount").alias("s"))
    assert sorted(r[2] for r in cube.collect()) == [5, 7, 11, 12, 16, 20, 27, 31, 43]
    sets = sales.group_by_grouping_sets(GroupingSets([col("region")], [col("q")]))
    assert sorted(r[2] for r in sets.agg(F.sum("amount")).collect()) == [12, 16, 27, 31]


def test_pivot_and_back(sales: Any) -> None:
    wide = sales.pivot("q", ["q1", "q2"]).sum("amount").sort("region")
    assert [tuple(row) for row in wide.collect()] == [("n", 11, 20), ("s", 5, 7)]
    assert wide.columns == ["REGION", "\"'q1'\"", "\"'q2'\""]
    grouped = sales.group_by("region").pivot("q", ["q1"]).agg(F.max("amount")).sort("region")
    assert [tuple(row) for row in grouped.collect()] == [("n", 10), ("s", 5)]
    named = wide.select(col("region"), col("'q1'").alias("a"), col("'q2'").alias("b"))
    long = named.unpivot("v", "k", ["a", "b"]).sort("region", "k").select("region", "k", "v")
    assert [tuple(row) for row in long.collect()] == [
        ("n", "A", 11), ("n", "B", 20), ("s", "A", 5), ("s", "B", 7),
    ]  # fmt: skip


def test_windows(emp: Any) -> None:
    by_pay = Window.partition_by("dept").order_by(col("salary").desc_nulls_last())
    running = by_pay.rows_between(Window.UNBOUNDED_PRECEDING, Window.CURRENT_ROW)
    found = emp.select(
        "id",
        F.rank().over(by_pay),
        F.lag("salary").over(by_pay),
        F.lead("id", 1, 0).over(by_pay),
        F.sum("salary").over(running),
        F.first_value("name").over(by_pay),
        F.last_value("name").over(by_pay),
        F.ntile(lit(2)).over(by_pay),
        F.cume_dist().over(by_pay),
    ).sort("id")
    assert [tuple(row) for row in found.collect()] == [
        (1, 1, None, 2, D("100.50"), "Ann", "Bob", 1, 0.5),
        (2, 2, D("100.50"), 0, D("180.50"), "Ann", "Bob", 2, 1.0),
        (3, 1, None, 4, D("70.25"), "Cid", "Dee", 1, 0.5),
        (4, 2, D("70.25"), 0, D("70.25"), "Cid", "Dee", 2, 1.0),
        (5, 1, None, 0, D("50.00"), "Eve", "Eve", 1, 1.0),
    ]
    near = Window.order_by("id").range_between(-1, 1)
    sums = emp.select("id", F.sum("id").over(near)).sort("id").collect()
    assert [row[1] for row in sums] == [3, 6, 9, 12, 9]
    top = emp.with_column("r", F.row_number().over(by_pay)).filter(col("r") == 1)
    assert _ids(top) == [1, 3, 5]
    share = F.round(col("amount") / F.sum("amount").over(Window.partition_by("region")), 2)
    assert emp.session.table("sales").select(share).count() == 5


def test_set_operations(emp: Any) -> None:
    ids, bosses = emp.select("id"), emp.select("boss")

    def values(df: Any) -> list[Any]:
        return sorted((row[0] for row in df.collect()), key=lambda v: (v is None, v))

    assert values(ids.union(bosses)) == [1, 2, 3, 4, 5, None]
    assert values(ids.union_all(bosses)) == [1, 1, 1, 1, 2, 3, 3, 4, 5, None]
    assert values(ids.intersect(bosses)) == [1, 3]
    assert values(ids.except_(bosses)) == [2, 4, 5]
    named = emp.select("id", "name").union_all_by_name(emp.select("name", "id"))
    assert (named.count(), named.filter(col("id") == 1).select("name").distinct().count()) == (
        10,
        1,
    )
    missing = emp.select("id", "name").union_by_name(emp.select("id"), allow_missing_columns=True)
    assert missing.filter(col("name").is_null()).count() == 5


def test_order_limit_and_distinct(emp: Any, sales: Any) -> None:
    def ids(df: Any) -> list[Any]:
        return [row[0] for row in df.select("id").collect()]

    by_pay = emp.sort(col("dept").asc_nulls_last(), col("salary").desc_nulls_first())
    assert ids(by_pay) == [1, 2, 4, 3, 5]
    assert ids(emp.sort(col("dept").asc_nulls_last(), col("salary").desc())) == [1, 2, 3, 4, 5]
    assert ids(emp.sort(col("dept").asc_nulls_first(), col("id").desc())) == [5, 2, 1, 4, 3]
    assert ids(emp.sort("salary").limit(2)) == [4, 5]  # NULL first, as Snowpark asks for
    assert ids(emp.sort("id").limit(2, offset=1)) == [2, 3]
    assert [r[0] for r in emp.sort(col("id").desc()).take(2)] == [5, 4]
    assert emp.select("dept").distinct().count() == 3
    assert (
        emp.drop_duplicates("dept").count(),
        sales.drop_duplicates(["region", "q"]).count(),
    ) == (
        3,
        4,
    )


def test_samples_and_splits(session: Any, emp: Any) -> None:
    assert (emp.sample(frac=1.0).count(), emp.sample(n=2).count()) == (5, 2)
    assert emp.sample_by("dept", {"eng": 1.0}).count() == 2
    parts = session.range(200).random_split([0.5, 0.5], seed=7)
    ids = sorted(row[0] for part in parts for row in part.collect())
    assert ids == list(range(200))


def test_missing_values(emp: Any) -> None:
    assert _ids(emp.dropna()) == [2, 3]
    assert _ids(emp.na.drop(subset=["salary"])) == [1, 2, 3, 5]
    assert _ids(emp.dropna(thresh=5)) == [1, 2, 3, 4]
    filled = emp.fillna({"dept": "none", "boss": 0}).sort("id").select("dept", "boss")
    assert [tuple(row) for row in filled.collect()] == [
        ("eng", 0), ("eng", 1), ("ops", 1), ("ops", 3), ("none", 1),
    ]  # fmt: skip
    replaced = emp.na.replace({"eng": "x"}, subset=["dept"]).sort("id").select("dept")
    assert [row[0] for row in replaced.collect()] == ["x", "x", "ops", "ops", None]


def test_conditions_and_casts(session: Any, emp: Any) -> None:
    grade = F.when(col("salary") > 90, "hi").when(col("salary") > 60, "mid").otherwise("lo")
    found = emp.select("id", grade, F.iff(col("boss").is_null(), 1, 0)).sort("id").collect()
    assert [row[1] for row in found] == ["hi", "mid", "mid", "lo", "lo"]
    assert [row[2] for row in found] == [1, 0, 0, 0, 0]
    (row,) = (
        emp.filter(col("id") == 1)
        .select(
            col("salary").cast(T.IntegerType()),
            col("salary").cast("string"),
            col("id").cast(T.DecimalType(10, 3)),
            col("hired").cast(T.TimestampType()),
            col("id").cast(T.BooleanType()),
            F.try_cast(col("name"), "int"),
            F.coalesce(col("boss"), lit(7)),
            F.equal_null(col("boss"), lit(None)),
        )
        .collect()
    )
    assert tuple(row) == (
        101, "100.50", D("1.000"), dt.datetime(2020, 1, 15), True, None, 7, True,
    )  # fmt: skip


def test_functions_of_text(session: Any, emp: Any) -> None:
    ann = emp.filter(col("id") == 1)
    expected = {
        "ANN": F.upper("name"),
        "ann": F.lower("name"),
        3: F.length("name"),
        "nn": F.substring("name", 2, 2),
        "Ann-eng": F.concat(col("name"), lit("-"), col("dept")),
        "Ann,eng": F.concat_ws(lit(","), col("name"), col("dept")),
        "a b": F.trim(lit("  a b ")),
        "ANNe": F.replace(lit("Anne"), lit("nn"), lit("NN")),
        "**Ann": F.lpad("name", 5, lit("*")),
        "Ann**": F.rpad("name", 5, lit("*")),
        "Ax": F.regexp_replace("name", "n+", "x"),
        "Ab Cd": F.initcap(lit("ab cd")),
        "nnA": F.reverse("name"),
        "Amm": F.translate("name", lit("n"), lit("m")),
        2: F.charindex(lit("n"), col("name")),
        "AnnAnn": F.repeat("name", 2),
        "A": F.left("name", 1),
        "n": F.right("name", 1),
        "eng!": F.concat(col("dept"), lit("!")),
    }
    row = ann.select(*expected.values()).collect()[0]
    assert list(row) == list(expected)
    flags = ann.select(
        col("name").like("A%"),
        col("name").rlike("A.*"),
        F.contains("name", lit("x")),
        F.startswith("name", lit("A")),
        F.endswith("name", lit("x")),
    ).collect()[0]
    assert list(flags) == [True, True, False, True, False]
    assert json.loads(ann.select(F.split("name", lit("n"))).collect()[0][0]) == ["A", "", ""]


def test_functions_of_dates(session: Any, emp: Any) -> None:
    hired = emp.filter(col("id") == 1)
    day = dt.date
    expected = [
        (F.year("hired"), 2020),
        (F.month("hired"), 1),
        (F.dayofmonth("hired"), 15),
        (F.dayofweek("hired"), 3),
        (F.quarter("hired"), 1),
        (F.weekofyear("hired"), 3),
        (F.dateadd("day", lit(20), "hired"), day(2020, 2, 4)),
        (F.dateadd("month", lit(1), "hired"), day(2020, 2, 15)),
        (F.datediff("month", "hired", lit(day(2021, 1, 1))), 12),
        (F.datediff("day", "hired", lit(day(2020, 2, 1))), 17),
        (F.date_trunc("month", "hired"), day(2020, 1, 1)),
        (F.last_day("hired"), day(2020, 1, 31)),
        (F.add_months("hired", 1), day(2020, 2, 15)),
        (F.next_day("hired", lit("Mon")), day(2020, 1, 20)),
        (F.to_char("hired", "YYYY/MM/DD"), "2020/01/15"),
        (F.dayname("hired"), "Wed"),
        (F.monthname("hired"), "Jan"),
        (F.months_between(lit(day(2020, 3, 15)), "hired"), D("2.000000")),
        (F.to_date(lit("2020-02-03")), day(2020, 2, 3)),
        (F.to_timestamp(lit("2020-02-03 04:05:06")), dt.datetime(2020, 2, 3, 4, 5, 6)),
        (F.to_time(lit("01:02:03")), dt.time(1, 2, 3)),
        (F.date_part("epoch_second", lit(dt.datetime(1970, 1, 2))), 86400),
    ]
    row = hired.select(*[expression for expression, _ in expected]).collect()[0]
    assert list(row) == [value for _, value in expected]


def test_functions_of_numbers(session: Any) -> None:
    found = _one(
        session,
        F.abs(lit(-1)), F.ceil(lit(1.2)), F.floor(lit(1.8)), F.round(lit(D("1.256")), 2),
        F.sqrt(lit(4)), F.pow(lit(2), 3), F.exp(lit(0)), F.log(lit(10), lit(100)),
        F.greatest(lit(1), lit(3)), F.least(lit(1), lit(3)), F.sign(lit(-3)),
        lit(7) / lit(2), lit(7) % lit(4), F.zeroifnull(lit(None)), F.bitshiftleft(lit(3), lit(2)),
    )  # fmt: skip
    assert found == (1, 2, 1, D("1.26"), 2.0, 8.0, 1.0, 2.0, 3, 1, -1, D("3.5"), 3, 0, 12)


def test_semi_structured_values(session: Any) -> None:
    v = session.sql('SELECT PARSE_JSON(\'{"a": [1, 2, 3], "b": {"c": "x"}}\') AS v')
    (row,) = v.select(
        col("v")["a"][0].cast("int"),
        col("v")["b"]["c"].cast("string"),
        F.array_size(col("v")["a"]),
        F.typeof(col("v")["a"]),
        F.as_integer(col("v")["a"][1]),
        F.is_array(col("v")["a"]),
        F.array_to_string(col("v")["a"], lit("-")),
        F.array_contains(F.to_variant(lit(2)), col("v")["a"]),
        F.get_path(col("v"), lit("b.c")).cast("string"),
    ).collect()
    assert tuple(row) == (1, "x", 3, "ARRAY", 2, True, "1-2-3", True, "x")
    (made,) = v.select(
        F.to_json("v"), F.object_keys("v"), F.object_construct(lit("k"), lit(1)),
        F.array_construct(lit(1), lit("a")), F.parse_json(lit("[1]")),
    ).collect()  # fmt: skip
    assert [json.loads(text) for text in made] == [
        {"a": [1, 2, 3], "b": {"c": "x"}}, ["a", "b"], {"k": 1}, [1, "a"], [1],
    ]  # fmt: skip
    flat = v.join_table_function("flatten", col("v")["a"]).select("value", "index").sort("index")
    assert [(json.loads(r[0]), r[1]) for r in flat.collect()] == [(1, 0), (2, 1), (3, 2)]
    assert v.flatten(col("v")["a"]).count() == 3
    lists = session.create_dataframe([[1, [10, 20]]], schema=["a", "b"])
    exploded = lists.select("a", F.explode("b").alias("e"))
    assert sorted(int(row[1]) for row in exploded.collect()) == [10, 20]


def test_table_functions(session: Any) -> None:
    numbers = session.generator(F.seq4().alias("i"), F.uniform(1, 9, F.random()), rowcount=50)
    found = numbers.to_df("i", "u").agg(
        F.count("*"), F.min("i"), F.max("i"), F.sum(F.iff(col("u").between(1, 9), 1, 0))
    )
    assert found.collect() == [Row(50, 0, 49, 50)]
    split = session.table_function("split_to_table", lit("a,b"), lit(","))
    assert [tuple(r) for r in split.select("value", "index").sort("index").collect()] == [
        ("a", 1), ("b", 2),
    ]  # fmt: skip
    assert [row[0] for row in session.range(1, 10, 3).collect()] == [1, 4, 7]


def test_statistics(emp: Any) -> None:
    found = {row[0]: row[1:] for row in emp.describe("id", "salary").collect()}
    assert found["count"] == (5.0, 4.0)
    assert (found["mean"], found["min"], found["max"]) == (
        (3.0, 75.1875), (1.0, 50.0), (5.0, 100.5),
    )  # fmt: skip
    assert emp.stat.corr("id", "boss") == pytest.approx(15**-0.5)
    assert emp.stat.cov("id", "boss") == pytest.approx(1 / 3)


def test_rows_leave_in_every_way(emp: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(row["ID"] for row in emp.to_local_iterator()) == [1, 2, 3, 4, 5]
    assert sum(len(batch) for batch in emp.to_pandas_batches()) == 5
    frame = emp.sort("id").to_pandas()
    assert frame["NAME"].tolist() == ["Ann", "Bob", "Cid", "Dee", "Eve"]
    assert frame["SALARY"].tolist()[:3] == [100.5, 80.0, 70.25]
    emp.sort("id").show(2)
    shown = capsys.readouterr().out
    assert '"SALARY"' in shown and "100.50" in shown and "Cid" not in shown
    emp.explain()
    assert "can't be explained" in capsys.readouterr().out


def test_cached_results_and_views(session: Any, emp: Any) -> None:
    cached = emp.filter(col("id") > 2).cache_result()
    assert _ids(cached) == [3, 4, 5]
    emp.filter(col("id") > 3).create_or_replace_view("late")
    assert _ids(session.table("late")) == [4, 5]
    emp.filter(col("id") > 4).create_or_replace_temp_view("later")
    assert _ids(session.table("later")) == [5]


def test_tables_are_changed_by_methods(session: Any, emp: Any) -> None:
    emp.write.save_as_table("changed", mode="overwrite")
    table = session.table("changed")
    assert table.update({"salary": 1}, col("id") == 1).rows_updated == 1
    assert table.delete(col("id") == 2).rows_deleted == 1
    source = session.create_dataframe([(3, "Z"), (9, "N")], schema=["i", "n"])
    merged = table.merge(
        source,
        col("id") == col("i"),
        [
            F.when_matched().update({"name": col("n")}),
            F.when_not_matched().insert({"id": col("i"), "name": col("n")}),
        ],
    )
    assert (merged.rows_inserted, merged.rows_updated, merged.rows_deleted) == (1, 1, 0)
    found = table.sort("id").select("id", "name").collect()
    assert [tuple(r) for r in found] == [(1, "Ann"), (3, "Z"), (4, "Dee"), (5, "Eve"), (9, "N")]
    emp.write.insert_into("changed")
    assert table.count() == 10
    table.drop_table()
    with pytest.raises(SnowparkSQLException, match="does not exist"):
        session.table("changed").collect()


@pytest.mark.parametrize("name", ["pivot of any value", "procedure"])
def test_what_is_not_there_says_so(session: Any, sales: Any, name: str) -> None:
    with pytest.raises(SnowparkSQLException, match="Unsupported feature"):
        if name == "procedure":
            session.sql("CALL nothing()").collect()
        else:
            sales.pivot("q").sum("amount").collect()
