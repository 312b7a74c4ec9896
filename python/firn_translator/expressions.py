"""Literals, columns, operators and predicates."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from .errors import unsupported
from .names import fold, quote, text_literal
from .writer import Writer, writes


@writes(exp.Literal, args="this is_string")
def _literal(writer: Writer, node: exp.Literal) -> str:
    value: str = node.args["this"]
    return text_literal(value) if node.args["is_string"] else value


@writes(exp.RawString)
def _raw_string(writer: Writer, node: exp.RawString) -> str:
    return text_literal(node.args["this"])


@writes(exp.HexString, args="this is_integer")
def _hex_string(writer: Writer, node: exp.HexString) -> str:
    return f"unhex({text_literal(node.args['this'])})"


@writes(exp.Boolean)
def _boolean(writer: Writer, node: exp.Boolean) -> str:
    return "TRUE" if node.args["this"] else "FALSE"


@writes(exp.Null)
def _null(writer: Writer, node: exp.Null) -> str:
    return "NULL"


@writes(exp.Column, args="this table db catalog")
def _column(writer: Writer, node: exp.Column) -> str:
    inner = node.args["this"]
    table = node.args.get("table")
    prefix = quote(fold(table)) + "." if table else ""
    if isinstance(inner, exp.Star):
        return _star_with(writer, inner, prefix)
    if isinstance(inner, exp.Parameter):
        return _positional(writer, inner, prefix)
    if not isinstance(inner, exp.Identifier):
        raise unsupported(f"column {node.sql('snowflake')}")
    name = fold(inner)
    if writer.held is not None and not table and writer.is_alias(name):
        return writer.hold(writer.column(name))
    return prefix + writer.column(name)


@writes(exp.Identifier, args="this quoted")
def _identifier(writer: Writer, node: exp.Identifier) -> str:
    return writer.column(fold(node))


@writes(exp.Parameter)
def _parameter(writer: Writer, node: exp.Parameter) -> str:
    return _positional(writer, node, "")


def _positional(writer: Writer, node: exp.Parameter, prefix: str) -> str:
    """$1: a column of the FROM clause by its place."""
    place = node.this.name
    if not place.isdigit() or int(place) < 1:
        raise unsupported(f"session variable ${place}")
    names = writer.positional[-1] if writer.positional else None
    if names is not None and int(place) <= len(names):
        return prefix + quote(names[int(place) - 1])
    if prefix:
        raise unsupported("a column of a named table by position")
    return f"#{place}"


@writes(exp.Star, args="except_ rename replace ilike")
def _star(writer: Writer, node: exp.Star) -> str:
    return _star_with(writer, node, "")


def _star_with(writer: Writer, node: exp.Star, prefix: str) -> str:
    out = prefix + "*"
    args = node.args
    if args.get("ilike"):
        if prefix or args.get("except_"):
            raise unsupported("ILIKE on a qualified star")
        out += f" ILIKE {writer.sql(args['ilike'])}"
    if args.get("except_"):
        out += f" EXCLUDE ({writer.join(args['except_'])})"
    if args.get("replace"):
        changes = [
            f"{writer.sql(a.this)} AS {writer.column(fold(a.args['alias']))}"
            for a in args["replace"]
        ]
        out += f" REPLACE ({', '.join(changes)})"
    if args.get("rename"):
        pairs = [
            f"{writer.sql(a.this)} AS {writer.define(fold(a.args['alias']))}"
            for a in args["rename"]
        ]
        out += f" RENAME ({', '.join(pairs)})"
    return out


@writes(exp.Placeholder, args="this")
def _placeholder(writer: Writer, node: exp.Placeholder) -> str:
    name = node.args.get("this")
    if not name:
        writer.bindings += 1
        return "?"
    if not str(name).isdigit():
        raise unsupported(f"binding :{name}")
    writer.bindings = max(writer.bindings, int(name))
    return f"${name}"


@writes(exp.Paren)
def _paren(writer: Writer, node: exp.Paren) -> str:
    return f"({writer.sql(node.this)})"


@writes(exp.Tuple)
def _tuple(writer: Writer, node: exp.Tuple) -> str:
    return f"({writer.join(node.expressions)})"


_OPERATORS: dict[type, str] = {
    exp.And: "AND",
    exp.Or: "OR",
    exp.Mul: "*",
    exp.Is: "IS",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}
_COMPARISONS: dict[type, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_JSON_NODES = (exp.JSONExtract, exp.Bracket)


@writes(*_OPERATORS)
def _operator(writer: Writer, node: Any) -> str:
    left = node.args["this"]
    right = node.args["expression"]
    symbol = _OPERATORS[type(node)]
    kind = type(node)
    if kind not in (exp.And, exp.Or):
        return f"{_operand(writer, left)} {symbol} {_operand(writer, right)}"
    # A long chain leans to the left: walk it without recursion.
    parts = [writer.sql(right)]
    spine = []
    while type(left) is kind:
        spine.append(left)
        left = left.args["this"]
    out = [writer.sql(left)]
    out += [writer.sql(n.args["expression"]) for n in reversed(spine)]
    return f" {symbol} ".join(out + parts)


def _operand(writer: Writer, node: Any) -> str:
    text = writer.sql(node)
    return f"firn_float({text})" if _is_path(node) and isinstance(node.parent, exp.Mul) else text


@writes(exp.Add, exp.Sub)
def _add(writer: Writer, node: Any) -> str:
    symbol = "+" if type(node) is exp.Add else "-"
    left, right = node.args["this"], node.args["expression"]
    chain = []
    while type(left) in (exp.Add, exp.Sub):
        chain.append((("+" if type(left) is exp.Add else "-"), left.args["expression"]))
        left = left.args["this"]
    out = _number(writer, left, True)
    for sign, term in reversed(chain):
        out = _sum(writer, out, sign, term)
    return _sum(writer, out, symbol, right)


def _sum(writer: Writer, left: str, sign: str, term: Any) -> str:
    if isinstance(term, exp.Interval):
        return f"firn_add_interval({left}, {'-' if sign == '-' else ''}{writer.sql(term)})"
    return f"{left} {sign} {_number(writer, term, False)}"


def _number(writer: Writer, node: Any, first: bool) -> str:
    text = writer.sql(node)
    if _is_path(node):
        return f"firn_float({text})"
    if first and text.isdigit() and len(text) < 19:
        return f"CAST({text} AS BIGINT)"
    return text


@writes(exp.Div)
def _div(writer: Writer, node: exp.Div) -> str:
    left = writer.sql(node.this)
    right = writer.sql(node.expression)
    if isinstance(node.this, exp.Null) or isinstance(node.expression, exp.Null):
        return "CAST(NULL AS DOUBLE)"
    return writer.once(left, lambda a: writer.once(right, lambda b: f"firn_div({a}, {b})"))


@writes(exp.Mod)
def _mod(writer: Writer, node: exp.Mod) -> str:
    return f"firn_mod({writer.sql(node.this)}, {writer.sql(node.expression)})"


def _is_path(node: Any) -> bool:
    return isinstance(node, _JSON_NODES)


@writes(*_COMPARISONS)
def _comparison(writer: Writer, node: Any) -> str:
    left, right = node.args["this"], node.args["expression"]
    a, b = writer.sql(left), writer.sql(right)
    if _is_path(left) != _is_path(right):
        # A path is a VARIANT: it compares as what the other side is.
        if _is_path(left):
            a = _as_kind_of(right, a)
        else:
            b = _as_kind_of(left, b)
    return f"{a} {_COMPARISONS[type(node)]} {b}"


def _as_kind_of(other: Any, text: str) -> str:
    if isinstance(other, exp.Neg) or (isinstance(other, exp.Literal) and not other.is_string):
        return f"firn_try_float({text})"
    if isinstance(other, exp.Boolean):
        return f"firn_try_boolean({text})"
    return f"firn_text({text})"


@writes(exp.Not)
def _not(writer: Writer, node: exp.Not) -> str:
    inner = node.this
    if isinstance(inner, exp.Is):
        return f"{writer.sql(inner.this)} IS NOT {writer.sql(inner.expression)}"
    return f"NOT {_grouped(writer, inner)}"


def _grouped(writer: Writer, node: Any) -> str:
    text = writer.sql(node)
    return text if isinstance(node, (exp.Paren, exp.Column, exp.Boolean)) else f"({text})"


@writes(exp.Neg)
def _neg(writer: Writer, node: exp.Neg) -> str:
    text = writer.sql(node.this)
    return f"-{text}" if text.isdigit() else f"-({text})"


@writes(exp.DPipe)
def _concat(writer: Writer, node: exp.DPipe) -> str:
    parts = [node.args["expression"]]
    left = node.args["this"]
    while isinstance(left, exp.DPipe):
        parts.append(left.args["expression"])
        left = left.args["this"]
    parts.append(left)
    return " || ".join([as_text(writer, part) for part in reversed(parts)])


def as_text(writer: Writer, node: Any) -> str:
    text = writer.sql(node)
    if isinstance(node, exp.DPipe) or (isinstance(node, exp.Literal) and node.is_string):
        return text
    return f"firn_text({text})"


@writes(exp.Between, args="this low high")
def _between(writer: Writer, node: exp.Between) -> str:
    value = writer.sql(node.this)
    return f"{value} BETWEEN {writer.sql(node.args['low'])} AND {writer.sql(node.args['high'])}"


@writes(exp.In, args="this expressions query")
def _in(writer: Writer, node: exp.In) -> str:
    value = writer.sql(node.this)
    query = node.args.get("query")
    if query is not None:
        return f"{value} IN {_subselect(writer, query)}"
    if _is_path(node.this) and node.expressions:
        value = _as_kind_of(node.expressions[0], value)
    return f"{value} IN ({writer.join(node.expressions)})"


def _subselect(writer: Writer, query: Any) -> str:
    text = writer.sql(query)
    return text if isinstance(query, exp.Subquery) else f"({text})"


@writes(exp.Exists)
def _exists(writer: Writer, node: exp.Exists) -> str:
    return f"EXISTS {_subselect(writer, node.this)}"


@writes(exp.All, exp.Any)
def _all(writer: Writer, node: Any) -> str:
    if not isinstance(node.this, (exp.Query, exp.Subquery)):
        raise unsupported(type(node).__name__.upper())
    return f"{type(node).__name__.upper()} {_subselect(writer, node.this)}"


@writes(exp.Like, exp.ILike)
def _like(writer: Writer, node: Any) -> str:
    return _match(writer, node, None)


@writes(exp.Escape)
def _escape(writer: Writer, node: exp.Escape) -> str:
    if not isinstance(node.this, (exp.Like, exp.ILike)):
        raise unsupported("ESCAPE")
    return _match(writer, node.this, writer.sql(node.expression))


def _match(writer: Writer, node: Any, escape: str | None) -> str:
    value = as_text(writer, node.this)
    word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
    pattern = node.expression
    tail = f" ESCAPE {escape}" if escape else ""
    if not isinstance(pattern, (exp.All, exp.Any)):
        return f"{value} {word} {writer.sql(pattern)}{tail}"
    inner = pattern.this
    items = inner.expressions if isinstance(inner, exp.Tuple) else [inner.unnest()]
    joint = " OR " if isinstance(pattern, exp.Any) else " AND "
    return "(" + joint.join([f"{value} {word} {writer.sql(i)}{tail}" for i in items]) + ")"


@writes(exp.RegexpLike, args="this expression flag full_match")
def _rlike(writer: Writer, node: exp.RegexpLike) -> str:
    return f"regexp_full_match({as_text(writer, node.this)}, {writer.sql(node.expression)}, 'c')"


@writes(exp.Case, args="this ifs default")
def _case(writer: Writer, node: exp.Case) -> str:
    subject = f" {writer.sql(node.this)}" if node.args.get("this") else ""
    whens = [
        f" WHEN {writer.sql(branch.this)} THEN {writer.sql(branch.args['true'])}"
        for branch in node.args["ifs"]
    ]
    default = node.args.get("default")
    last = f" ELSE {writer.sql(default)}" if default is not None else ""
    return f"CASE{subject}{''.join(whens)}{last} END"


@writes(exp.Collate)
def _collate(writer: Writer, node: exp.Collate) -> str:
    raise unsupported("COLLATE")


@writes(exp.JSONExtract, args="this expression variant_extract")
def _path(writer: Writer, node: exp.JSONExtract) -> str:
    if not node.args.get("variant_extract"):
        raise unsupported("operator ->")
    out = "$"
    for step in node.expression.expressions[1:]:
        if isinstance(step, exp.JSONPathKey):
            out += '."' + str(step.this).replace('"', '\\"') + '"'
        elif isinstance(step, exp.JSONPathSubscript) and str(step.this).isdigit():
            out += f"[{step.this}]"
        else:
            raise unsupported(f"path step {type(step).__name__}")
    return f"firn_path({writer.sql(node.this)}, {text_literal(out)})"


@writes(exp.Bracket)
def _bracket(writer: Writer, node: exp.Bracket) -> str:
    if len(node.expressions) != 1:
        raise unsupported("subscript")
    key = node.expressions[0]
    return f"{_getter(key)}({writer.sql(node.this)}, {writer.sql(key)})"


def _getter(key: Any) -> str:
    if isinstance(key, exp.Literal) and not key.is_string:
        return "firn_get_index"
    if isinstance(key, exp.Literal):
        return "firn_get_key"
    return "firn_get"


@writes(exp.Dot)
def _dot(writer: Writer, node: exp.Dot) -> str:
    inner, key = node.this, node.expression
    if isinstance(inner, (exp.Bracket, exp.JSONExtract)) and isinstance(key, exp.Identifier):
        return f"firn_get_key({writer.sql(inner)}, {text_literal(key.name)})"
    if isinstance(key, exp.Anonymous):
        raise unsupported("user-defined function")
    raise unsupported("'.'")


@writes(exp.Interval, args="this unit")
def _interval(writer: Writer, node: exp.Interval) -> str:
    from .functions.dates import interval_text

    return interval_text(node)


@writes(exp.Array, args="expressions value_constructor")
def _array(writer: Writer, node: exp.Array) -> str:
    return f"json_array({writer.join(node.expressions)})"


@writes(exp.Struct)
def _object(writer: Writer, node: exp.Struct) -> str:
    parts = []
    for pair in node.expressions:
        if not isinstance(pair, exp.PropertyEQ):
            raise unsupported("object of *")
        value = writer.sql(pair.expression)
        parts.append(f"{{'k': {text_literal(pair.this.name)}, 'v': to_json({value})}}")
    return f"firn_object_of([{', '.join(parts)}])"
