"""Strings, regular expressions, hashes."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import unsupported
from ..writer import Writer, writes
from .calls import Call, add, check_count, coerce, constant_text, fill, refuse_row_options


def _regexp_parameters(call: Call, index: int) -> str:
    """Flags as DuckDB's regular expression functions take them."""
    if len(call.args) <= index:
        return "c"
    flags = constant_text(call, index)
    if set(flags) - set("cimse"):
        raise unsupported(f"regular expression parameter '{flags}'")
    return flags.replace("e", "")


def _rlike(writer: Writer, call: Call) -> str:
    check_count(call, 2, 3)
    refuse_row_options(call)
    flags = _regexp_parameters(call, 2)
    value = coerce(call.args[0], writer.sql(call.args[0]))
    return f"regexp_full_match({value}, {writer.sql(call.args[1])}, '{flags or 'c'}')"


def _regexp_replace(writer: Writer, call: Call) -> str:
    """REGEXP_REPLACE(text, pattern [, replacement [, position [, occurrence [, flags]]]])."""
    check_count(call, 2, 6)
    refuse_row_options(call)
    if len(call.args) > 3 and not _is_number(call.args[3], "1"):
        raise unsupported("REGEXP_REPLACE from a position")
    once = len(call.args) > 4 and _is_number(call.args[4], "1")
    if len(call.args) > 4 and not once and not _is_number(call.args[4], "0"):
        raise unsupported("REGEXP_REPLACE of one occurrence")
    flags = _regexp_parameters(call, 5) + ("" if once else "g")
    texts = [writer.sql(arg) for arg in call.args[:3]]
    replacement = texts[2] if len(texts) > 2 else "''"
    value = coerce(call.args[0], texts[0])
    return f"regexp_replace({value}, {texts[1]}, {replacement}, '{flags}')"


def _regexp_substr(writer: Writer, call: Call) -> str:
    """REGEXP_SUBSTR(text, pattern [, position [, occurrence [, flags [, group]]]])."""
    check_count(call, 2, 6)
    refuse_row_options(call)
    flags = _regexp_parameters(call, 4)
    group = "0"
    if len(call.args) > 5:
        group = writer.sql(call.args[5])
    elif len(call.args) > 4 and "e" in constant_text(call, 4):
        group = "1"
    texts = [writer.sql(arg) for arg in call.args[:4]]
    value = coerce(call.args[0], texts[0])
    if len(texts) > 2 and texts[2] != "1":
        value = f"substr({value}, {texts[2]})"
    occurrence = texts[3] if len(texts) > 3 else "1"
    return f"regexp_extract_all({value}, {texts[1]}, {group}, '{flags or 'c'}')[{occurrence}]"


def _regexp_count(writer: Writer, call: Call) -> str:
    check_count(call, 2, 4)
    refuse_row_options(call)
    flags = _regexp_parameters(call, 3)
    texts = [writer.sql(arg) for arg in call.args[:3]]
    value = coerce(call.args[0], texts[0])
    if len(texts) > 2 and texts[2] != "1":
        value = f"substr({value}, {texts[2]})"
    return f"len(regexp_extract_all({value}, {texts[1]}, 0, '{flags or 'c'}'))"


def _is_number(node: Any, text: str) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name == text


def _like(word: str) -> Any:
    def write(writer: Writer, call: Call) -> str:
        tail = " ESCAPE {2}" if len(call.args) == 3 else ""
        refuse_row_options(call)
        return fill(writer, call, ("({t0} " + word + " {1}" + tail + ")",))

    return write


def _sha2(writer: Writer, call: Call) -> str:
    check_count(call, 1, 2)
    if len(call.args) == 2 and not _is_number(call.args[1], "256"):
        raise unsupported("SHA2 with a length other than 256")
    return fill(writer, Call(call.name, call.args[:1]), ("sha256({t0})",))


@writes(exp.StrPosition, args="this substr position")
def _position(writer: Writer, node: exp.StrPosition) -> str:
    args = [node.args["substr"], node.this]
    if node.args.get("position"):
        args.append(node.args["position"])
    return fill(writer, Call("POSITION", args), _CHARINDEX)


_CHARINDEX = ("instr({t1}, {t0})", "firn_charindex({t0}, {t1}, {2})")
_SUBSTR = ("firn_substr({t0}, {1})", "firn_substr_count({t0}, {1}, {2})")


def _concat_ws(writer: Writer, call: Call) -> str:
    """NULL when any argument is; `||` does that, and DuckDB's own skips them."""
    check_count(call, 2, 10_000)
    separator, *parts = [coerce(arg, writer.sql(arg)) for arg in call.args]
    if len(parts) == 1:
        return f"({parts[0]} || left({separator}, 0))"
    return writer.once(separator, lambda sep: f"({f' || {sep} || '.join(parts)})")


add(
    {
        "UPPER": "upper({t0})",
        "LOWER": "lower({t0})",
        "INITCAP": "firn_initcap({t0})",
        "LENGTH": "firn_length({0})",
        "LEN": "firn_length({0})",
        "CHAR_LENGTH": "length({t0})",
        "CHARACTER_LENGTH": "length({t0})",
        "OCTET_LENGTH": "strlen({t0})",
        "CONCAT": "firn_concat([{t*}])",
        "CONCAT_WS": _concat_ws,
        "UNICODE": "unicode({t0})",
        "RTRIMMED_LENGTH": "length(rtrim({t0}, ' '))",
        "SUBSTR": _SUBSTR,
        "SUBSTRING": _SUBSTR,
        "LEFT": "left({t0}, greatest({1}, 0))",
        "RIGHT": "right({t0}, greatest({1}, 0))",
        "LPAD": ("lpad({t0}, {1}, ' ')", "lpad({t0}, {1}, {t2})"),
        "RPAD": ("rpad({t0}, {1}, ' ')", "rpad({t0}, {1}, {t2})"),
        "TRIM": ("trim({t0}, ' ')", "trim({t0}, {t1})"),
        "LTRIM": ("ltrim({t0}, ' ')", "ltrim({t0}, {t1})"),
        "RTRIM": ("rtrim({t0}, ' ')", "rtrim({t0}, {t1})"),
        "REPLACE": ("replace({t0}, {t1}, '')", "replace({t0}, {t1}, {t2})"),
        "TRANSLATE": "translate({t0}, {t1}, {t2})",
        "REVERSE": "reverse({t0})",
        "REPEAT": "repeat({t0}, {1})",
        "SPACE": "repeat(' ', {0})",
        "ASCII": "ascii({t0})",
        "CHR": "chr(CAST({0} AS INTEGER))",
        "CHAR": "chr(CAST({0} AS INTEGER))",
        "INSERT": "(left({t0}, {1} - 1) || {t3} || substr({t0}, {1} + {2}))",
        "SPLIT_PART": "firn_split_part({t0}, {t1}, {2})",
        "SPLIT": "to_json(string_split({t0}, {t1}))",
        "CHARINDEX": _CHARINDEX,
        "POSITION": _CHARINDEX,
        "CONTAINS": "contains({t0}, {t1})",
        "STARTSWITH": "starts_with({t0}, {t1})",
        "ENDSWITH": "ends_with({t0}, {t1})",
        "LIKE": _like("LIKE"),
        "ILIKE": _like("ILIKE"),
        "RLIKE": _rlike,
        "REGEXP_LIKE": _rlike,
        "REGEXP_REPLACE": _regexp_replace,
        "REGEXP_SUBSTR": _regexp_substr,
        "REGEXP_COUNT": _regexp_count,
        "EDITDISTANCE": "levenshtein({t0}, {t1})",
        "MD5": "md5({t0})",
        "MD5_HEX": "md5({t0})",
        "SHA1": "sha1({t0})",
        "SHA1_HEX": "sha1({t0})",
        "SHA2": _sha2,
        "SHA2_HEX": _sha2,
        "HASH": "firn_hash(hash({*}))",
        "BASE64_ENCODE": "base64(encode({t0}))",
        "BASE64_DECODE_STRING": "decode(from_base64({t0}))",
        "HEX_ENCODE": "hex({t0})",
        "HEX_DECODE_STRING": "decode(unhex({t0}))",
        "UUID_STRING": "CAST(uuid() AS VARCHAR)",
        "COLLATE": lambda writer, call: _refuse_collate(),
    }
)


def _refuse_collate() -> str:
    raise unsupported("COLLATE")
