"""Functions that tell about the session: the engine's caller fills their slots in."""

from __future__ import annotations

from sqlglot import exp

from ..errors import unsupported
from ..writer import Writer
from .calls import Call, add, check_count, refuse_row_options

NAMES = (
    "CURRENT_USER CURRENT_ROLE CURRENT_DATABASE CURRENT_SCHEMA CURRENT_SCHEMAS CURRENT_WAREHOUSE "
    "CURRENT_ACCOUNT CURRENT_ACCOUNT_NAME CURRENT_ORGANIZATION_NAME CURRENT_REGION "
    "CURRENT_SESSION CURRENT_VERSION CURRENT_CLIENT CURRENT_STATEMENT CURRENT_TRANSACTION "
    "CURRENT_AVAILABLE_ROLES CURRENT_SECONDARY_ROLES CURRENT_ROLE_TYPE CURRENT_IP_ADDRESS "
    "INVOKER_ROLE"
)


def _context(writer: Writer, call: Call) -> str:
    check_count(call, 0, 0)
    refuse_row_options(call)
    return writer.context(call.name)


def query_place(call: Call) -> str:
    """LAST:-1 for LAST_QUERY_ID(), LAST:n for LAST_QUERY_ID(n)."""
    check_count(call, 0, 1)
    if not call.args:
        return "LAST:-1"
    node = call.args[0]
    sign = -1 if isinstance(node, exp.Neg) else 1
    inner = node.this if isinstance(node, exp.Neg) else node
    if not (isinstance(inner, exp.Literal) and inner.name.isdigit()):
        raise unsupported("LAST_QUERY_ID of an expression")
    return f"LAST:{sign * int(inner.name)}"


def _last_query_id(writer: Writer, call: Call) -> str:
    place = query_place(call)
    name = "LAST_QUERY_ID" if place == "LAST:-1" else f"LAST_QUERY_ID({place[5:]})"
    return writer.context(name)


def system_function(writer: Writer, call: Call) -> str:
    refuse_row_options(call)
    texts = []
    for arg in call.args:
        if not isinstance(arg, (exp.Literal, exp.Boolean, exp.Null)):
            raise unsupported(f"{call.name} with arguments that are not constants")
        texts.append(writer.sql(arg))
    return writer.context(f"{call.name}({', '.join(texts)})")


def _is_role_in_session(writer: Writer, call: Call) -> str:
    """Of a name or of a column, as mapping tables have it."""
    check_count(call, 1, 1)
    refuse_row_options(call)
    role = writer.sql(call.args[0])
    return f"list_contains({writer.context('ACTIVE_ROLES')}, CAST({role} AS VARCHAR))"


add(dict.fromkeys(NAMES.split(), _context))
add({"LAST_QUERY_ID": _last_query_id, "IS_ROLE_IN_SESSION": _is_role_in_session})
