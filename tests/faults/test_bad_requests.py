"""What no honest client sends: the daemon answers it, says what is wrong, and goes on."""

from __future__ import annotations

import base64
import gzip
import json
import random
import time
import zlib
from typing import Any

import pytest
import wire
from daemon import Daemon

LOGIN = "/session/v1/login-request"
QUERY = "/queries/v1/query-request"
GET_PATHS = ("/healthz", "/readyz", "/metrics")


def assert_serves(daemon: Daemon) -> None:
    with daemon.connect() as opened:
        assert opened.cursor().execute("SELECT 1").fetchone() == (1,)


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def test_a_body_larger_than_allowed_is_refused_before_it_is_stored(firn_daemon: Daemon) -> None:
    assert wire.raw(firn_daemon, head(LOGIN, f"Content-Length: {2 << 20}")).startswith(b"413")
    assert wire.raw(firn_daemon, head(QUERY, f"Content-Length: {600 << 20}")).startswith(b"413")
    assert wire.raw(firn_daemon, head("/nowhere", "Content-Length: 1")).split(b" ")[0] in (
        b"404",
        b"413",
    )
    assert_serves(firn_daemon)


def test_a_gzip_body_is_bounded_by_what_it_unpacks_to(firn_daemon: Daemon) -> None:
    bomb = gzip.compress(b" " * (64 << 20))
    assert len(bomb) < 1 << 20
    status, _ = wire.request(firn_daemon, "POST", LOGIN, bomb, Content_Encoding="gzip")
    assert status == 413
    assert_serves(firn_daemon)


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b"{}")[:-6], gzip.compress(b"{}")[:10], b"\x1f\x8b", zlib.compress(b"{}"),
     gzip.compress(b"{}")[:-8] + b"\0" * 8, gzip.compress(b"{}") + b"more"],
)  # fmt: skip
def test_broken_gzip_is_a_bad_request(firn_daemon: Daemon, body: bytes) -> None:
    status, _ = wire.request(firn_daemon, "POST", LOGIN, body, Content_Encoding="gzip")
    assert status == 400


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[]", b"null", b"1", b'"x"', b"{}", b'{"data":', b'{"data":[]}', b"\xff\xfe", b"[" * 100_000,
     b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"data":{"LOGIN_NAME":"\\ud800"}}', b'{"data":1e99999}'],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [LOGIN, QUERY, "/session/token-request", "/queries/v1/abort-request"]
)
def test_broken_json_is_answered_with_a_failure(
    firn_daemon: Daemon, path: str, body: bytes
) -> None:
    token = wire.admin_token(firn_daemon)
    status, text = wire.request(
        firn_daemon, "POST", path, body, Authorization=f'Snowflake Token="{token}"'
    )
    assert status in (200, 400)
    if status == 200:
        envelope = json.loads(text)
        assert envelope["success"] is False and envelope["message"], envelope


@pytest.mark.parametrize(
    "data",
    [b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
     b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /healthz HTTP/1.1\r\nBad Header\r\n\r\n",
     b"POST " + LOGIN.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
     b"POST " + LOGIN.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
     b"POST " + LOGIN.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (1 << 17) + b"\r\n\r\n",
     b"GET /" + b"a" * (1 << 17) + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_refused(firn_daemon: Daemon, data: bytes) -> None:
    with wire.open_socket(firn_daemon) as opened:
        try:
            opened.sendall(data)
            first = opened.recv(4096)
        except ConnectionError:
            first = b""
        assert first == b"" or first.split(b" ")[1][:1] == b"4", first[:100]
    assert firn_daemon.get("/healthz").status == 200


def test_half_a_request_stands_in_nobodys_way(firn_daemon: Daemon) -> None:
    halves = [wire.open_socket(firn_daemon) for _ in range(100)]
    for number, opened in enumerate(halves):
        opened.sendall(head(QUERY, "Content-Length: 1000")[: None if number % 2 else 40])
    assert_serves(firn_daemon)
    for opened in halves:
        opened.close()
    assert_serves(firn_daemon)


def test_a_thousand_idle_connections_stand_in_nobodys_way(firn_daemon: Daemon) -> None:
    idle = [wire.open_socket(firn_daemon) for _ in range(1000)]
    try:
        begin = time.monotonic()
        assert_serves(firn_daemon)
        assert time.monotonic() - begin < 10
    finally:
        for opened in idle:
            opened.close()


def test_an_unknown_address_or_method_is_answered(firn_daemon: Daemon) -> None:
    assert wire.request(firn_daemon, "GET", "/nowhere")[0] == 404
    assert wire.request(firn_daemon, "GET", LOGIN)[0] == 405
    assert wire.request(firn_daemon, "DELETE", "/firn/stage/x")[0] == 405
    for path in ("/../../etc/passwd", "/firn/stage/../../etc/passwd", "/firn/stage/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                 "/firn/result/../../secrets/admin.token", "//etc/passwd", "/healthz%00"):  # fmt: skip
        status, text = wire.request(firn_daemon, "GET", path)
        assert status in (400, 403, 404), (path, status)
        assert b"root:" not in text and b"firn_pat_" not in text


ODD: list[Any] = [None, True, 0, -1, 1.5, 1e300, "", "x", "\0", "\ud7ff", "'; DROP", [], [1], [[]], {}, {"a": {}},
                  "9" * 400, ["x"] * 50, {"1": {"type": "FIXED", "value": ["x", None]}}, {"type": []}]  # fmt: skip


def mutate(value: Any, random_: random.Random) -> Any:
    """The value with one thing in it, at any depth, replaced, left out or put in."""
    if isinstance(value, dict) and value and random_.random() < 0.8:
        key = random_.choice(list(value))
        out = dict(value)
        choice = random_.random()
        if choice < 0.7:
            out[key] = mutate(out[key], random_)
        elif choice < 0.85:
            del out[key]
        else:
            out[random_.choice(["x", "", "1", "2", "data"])] = random_.choice(ODD)
        return out
    if isinstance(value, list) and value and random_.random() < 0.6:
        out_list = list(value)
        at = random_.randrange(len(out_list))
        out_list[at] = mutate(out_list[at], random_)
        return out_list
    return random_.choice(ODD)


def assert_envelope(status: int, text: bytes, sent: bytes) -> None:
    assert status in (200, 400, 413), (status, text[:200], sent)
    if status == 200:
        envelope = json.loads(text)
        assert set(envelope) >= {"success", "code", "message", "data"}, (envelope, sent)
        if not envelope["success"]:
            assert envelope["message"] and envelope["code"] != "000603", (envelope, sent)


def test_wrong_types_in_a_login_never_break_the_daemon(firn_daemon: Daemon) -> None:
    random_ = random.Random(1)
    whole = wire.login_body(
        "NOBODY", PASSWORD="x", AUTHENTICATOR="SNOWFLAKE", TOKEN="t", CLIENT_ENVIRONMENT="e"
    )
    whole["data"]["SESSION_PARAMETERS"] = {"TIMEZONE": "UTC", "QUERY_TAG": "x", "AUTOCOMMIT": True}
    for round_ in range(200):
        body: Any = whole
        for _ in range(1 + round_ % 3):
            body = mutate(body, random_)
        if isinstance(body, dict) and isinstance(body.get("data"), dict):
            body["data"]["LOGIN_NAME"] = f"NOBODY{round_}"  # the limiter slows one that fails often
        sent = json.dumps(body).encode()
        assert_envelope(*wire.request(firn_daemon, "POST", LOGIN, sent), sent)
    assert_serves(firn_daemon)


def test_wrong_types_in_a_query_never_break_the_daemon(firn_daemon: Daemon) -> None:
    random_ = random.Random(2)
    token = wire.admin_token(firn_daemon)
    whole: dict[str, Any] = {
        "sqlText": "SELECT ?, ? + 1",
        "asyncExec": False,
        "sequenceId": 1,
        "describeOnly": False,
        "bindStage": None,
        "parameters": {"QUERY_TAG": "t", "TIMEZONE": "UTC", "MULTI_STATEMENT_COUNT": "1"},
        "bindings": {"1": {"type": "TEXT", "value": "x"}, "2": {"type": "FIXED", "value": "1"}},
        "queryContextDTO": {"entries": [{"id": 0, "timestamp": 1, "priority": 0, "context": None}]},
    }
    for round_ in range(300):
        body: Any = whole
        for _ in range(1 + round_ % 3):
            body = mutate(body, random_)
        sent = json.dumps(body).encode()
        status, text = wire.request(
            firn_daemon, "POST", f"{QUERY}?requestId={round_}-fuzz", sent,
            Authorization=f'Snowflake Token="{token}"',
        )  # fmt: skip
        assert_envelope(status, text, sent)
    assert_serves(firn_daemon)


def test_random_bytes_in_a_statement_never_break_the_daemon(firn_daemon: Daemon) -> None:
    random_ = random.Random(3)
    token = wire.admin_token(firn_daemon)
    text = "SELECT a.\"x\", 'it''s', $$y$$, -- c\n /* d */ 1e5::NUMBER(3,1) FROM (VALUES (1)) a WHERE x = :1"
    for _ in range(300):
        at = random_.randrange(len(text))
        noise = "".join(
            chr(random_.choice([0, 9, 34, 36, 39, 40, 41, 59, 92, 233, 0x1F600, 65]))
            for _ in range(3)
        )
        answer = wire.run(firn_daemon, token, text[:at] + noise + text[at + random_.randrange(9) :])
        assert answer["success"] or (answer["message"] and answer["code"] != "000603"), answer
    assert_serves(firn_daemon)


@pytest.mark.parametrize(
    "token", ["", "x", '"', "x" * 60_000, "../../secrets", base64.b64encode(b"\0" * 32).decode(), "ver:1-hint:1-x"]
)  # fmt: skip
def test_a_token_that_nobody_was_given_opens_nothing(firn_daemon: Daemon, token: str) -> None:
    status, text = wire.request(
        firn_daemon, "POST", QUERY, b'{"sqlText": "SELECT 1"}', Authorization=f'Snowflake Token="{token}"'
    )  # fmt: skip
    assert status in (200, 431)
    if status == 200:
        assert json.loads(text)["success"] is False
        assert json.loads(text)["code"] in ("390104", "390103", "390111", "390112", "390114")
