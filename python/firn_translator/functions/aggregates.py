"""Functions over many rows: aggregates and window functions."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import unsupported, wrong_arguments
from ..writer import Writer
from .calls import MANY_ROWS, Aggregate, Call, add, check_count, coerce, over


def _count(writer: Writer, call: Call) -> str:
    if call.order is not None or call.nulls or not call.args:
        raise wrong_arguments(call.name, len(call.args))
    end = over(writer, call)
    first = call.args[0]
    if isinstance(first, exp.Star) and not any(first.args.values()):
        return f"count(*){end}"
    if isinstance(first, exp.Star) or isinstance(first.this, exp.Star):
        raise unsupported("COUNT(table.*)")
    texts = [writer.sql(arg) for arg in call.args]
    word = "DISTINCT " if call.distinct else ""
    if len(texts) == 1:
        return f"count({word}{texts[0]}){end}"
    known = " AND ".join([f"{t} IS NOT NULL" for t in texts])
    return f"count({word}CASE WHEN {known} THEN row({', '.join(texts)}) END){end}"


def _listagg(writer: Writer, call: Call) -> str:
    check_count(call, 1, 2)
    value = coerce(call.args[0], writer.sql(call.args[0]))
    separator = writer.sql(call.args[1]) if len(call.args) == 2 else "''"
    order = writer.sql(call.order) if call.order is not None else ""
    if call.distinct and call.order is not None and len(call.order.expressions) == 1:
        first = call.order.expressions[0]
        if first.this == call.args[0]:  # the order of the values, not of their texts
            plain = writer.sql(first.this)
            way = "DESC" if first.args.get("desc") else "ASC"
            listed = f"list(DISTINCT {plain}) FILTER (WHERE {plain} IS NOT NULL)"
            texts = f"list_transform(list_sort({listed}, '{way}'), lambda e: firn_text(e))"
            return f"coalesce(array_to_string({texts}, {separator}), '')"
    word = "DISTINCT " if call.distinct else ""
    return f"coalesce(string_agg({word}{value}, {separator}{order}){over(writer, call)}, '')"


def _array_agg(writer: Writer, call: Call) -> str:
    check_count(call, 1, 1)
    value = writer.sql(call.args[0])
    order = writer.sql(call.order) if call.order is not None else ""
    word = "DISTINCT " if call.distinct else ""
    listed = f"list({word}{value}{order}) FILTER (WHERE {value} IS NOT NULL){over(writer, call)}"
    return f"to_json(coalesce({listed}, []))"


def _percentile(name: str, wide: bool) -> Any:
    def write(writer: Writer, call: Call) -> str:
        check_count(call, 1, 1)
        if call.order is None or len(call.order.expressions) != 1:
            raise unsupported(f"{call.name} without one WITHIN GROUP column")
        item = call.order.expressions[0]
        share = writer.sql(call.args[0])
        if item.args.get("desc"):
            share = f"(1 - {share})"
        value = writer.sql(item.this)
        value = f"firn_widen({value})" if wide else value
        return f"{name}({value}, {share}){over(writer, call)}"

    return write


_FLOATS = {
    "STDDEV": "stddev_samp", "STDDEV_SAMP": "stddev_samp", "STDDEV_POP": "stddev_pop",
    "VARIANCE": "var_samp", "VAR_SAMP": "var_samp", "VARIANCE_SAMP": "var_samp",
    "VAR_POP": "var_pop", "VARIANCE_POP": "var_pop",
}  # fmt: skip
_PAIRS = {
    "COVAR_SAMP": "covar_samp", "COVAR_POP": "covar_pop", "CORR": "corr",
    "REGR_SLOPE": "regr_slope", "REGR_INTERCEPT": "regr_intercept", "REGR_R2": "regr_r2",
    "REGR_COUNT": "regr_count", "REGR_AVGX": "regr_avgx", "REGR_AVGY": "regr_avgy",
    "REGR_SXX": "regr_sxx", "REGR_SXY": "regr_sxy", "REGR_SYY": "regr_syy",
}  # fmt: skip


def _plain(*templates: str) -> Aggregate:
    return Aggregate(templates)


def _ranking(*templates: str) -> Aggregate:
    return Aggregate(templates, window_only=True)


def _edge(*templates: str) -> Aggregate:
    return Aggregate(templates, window_only=True, whole_partition=True)


add({n: _plain(f"{f}({{d}}firn_float({{0}})){{over}}") for n, f in _FLOATS.items()})
add(
    {
        n: _plain(f"firn_nan_to_null({f}(firn_float({{0}}), firn_float({{1}})){{over}})")
        for n, f in _PAIRS.items()
    }
)
add(
    {
        "COUNT": _count,
        "COUNT_IF": _plain("count(*) FILTER (WHERE {0}){over}"),
        "SUM": _plain("sum({d}{0}){over}"),
        "AVG": _plain("firn_avg(sum({d}{0}){over}, count({d}{0}){over})"),
        "MIN": _plain("min({0}){over}"),
        "MAX": _plain("max({0}){over}"),
        "MEDIAN": _plain("median(firn_widen({0})){over}"),
        "MODE": _plain("mode({0}){over}"),
        "ANY_VALUE": _plain("any_value({0}){over}"),
        "MAX_BY": _plain("arg_max({0}, {1}){over}"),
        "MIN_BY": _plain("arg_min({0}, {1}){over}"),
        "LISTAGG": _listagg,
        "STRING_AGG": _listagg,
        "ARRAY_AGG": _array_agg,
        "ARRAYAGG": _array_agg,
        "ARRAY_UNIQUE_AGG": _plain("to_json(coalesce(list(DISTINCT {0}), []))"),
        "OBJECT_AGG": _plain("json_group_object({0}, {1}){over}"),
        "PERCENTILE_CONT": _percentile("quantile_cont", True),
        "PERCENTILE_DISC": _percentile("quantile_disc", False),
        "APPROX_PERCENTILE": _plain("quantile_cont(firn_float({0}), {1}){over}"),
        "APPROX_COUNT_DISTINCT": _plain("count(DISTINCT {0}){over}"),
        "HLL": _plain("count(DISTINCT {0}){over}"),
        "BOOLAND_AGG": _plain("bool_and(firn_boolean({0})){over}"),
        "BOOLOR_AGG": _plain("bool_or(firn_boolean({0})){over}"),
        "BITAND_AGG": _plain("bit_and(CAST({0} AS BIGINT)){over}"),
        "BITOR_AGG": _plain("bit_or(CAST({0} AS BIGINT)){over}"),
        "BITXOR_AGG": _plain("bit_xor(CAST({0} AS BIGINT)){over}"),
        "SKEW": _plain("skewness(firn_float({0})){over}"),
        "KURTOSIS": _plain("kurtosis(firn_float({0})){over}"),
        "GROUPING": _plain("grouping({*})"),
        "GROUPING_ID": _plain("grouping({*})"),
        "ROW_NUMBER": _ranking("row_number(){over}"),
        "RANK": _ranking("rank(){over}"),
        "DENSE_RANK": _ranking("dense_rank(){over}"),
        "PERCENT_RANK": _ranking("percent_rank(){over}"),
        "CUME_DIST": _ranking("cume_dist(){over}"),
        "NTILE": _ranking("ntile({0}){over}"),
        "LAG": _ranking(
            "lag({0}{nulls}){over}", "lag({0}, {1}{nulls}){over}", "lag({0}, {1}, {2}{nulls}){over}"
        ),
        "LEAD": _ranking(
            "lead({0}{nulls}){over}",
            "lead({0}, {1}{nulls}){over}",
            "lead({0}, {1}, {2}{nulls}){over}",
        ),
        "FIRST_VALUE": _edge("first_value({0}{nulls}){over}"),
        "LAST_VALUE": _edge("last_value({0}{nulls}){over}"),
        "NTH_VALUE": _edge("nth_value({0}, {1}{nulls}){over}"),
        "RATIO_TO_REPORT": _ranking("firn_quotient({0}, nullif(sum({0}){over}, 0))"),
    }
)
MANY_ROWS |= {"COUNT", "LISTAGG", "STRING_AGG", "ARRAY_AGG", "ARRAYAGG"}
MANY_ROWS |= {"PERCENTILE_CONT", "PERCENTILE_DISC"}
