"""Requests to the daemon below any client: what a broken or hostile one would send."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.parse
import uuid
from typing import Any

from daemon import Daemon

LIMIT_S = 30
REFUSED = (390100, "Incorrect username or password was specified.")


def address(daemon: Daemon) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(daemon.url)
    assert parts.hostname and parts.port
    return parts.hostname, parts.port


def open_socket(daemon: Daemon) -> socket.socket:
    return socket.create_connection(address(daemon), timeout=LIMIT_S)


def request(
    daemon: Daemon, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    """The status and the body of one request over a connection of its own."""
    connection = http.client.HTTPConnection(*address(daemon), timeout=LIMIT_S)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def raw(daemon: Daemon, data: bytes) -> bytes:
    """Everything that comes back for these bytes until the daemon closes or the answer is whole."""
    with open_socket(daemon) as opened:
        opened.sendall(data)
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        return str(answer.status).encode() + b" " + answer.read()


def post(daemon: Daemon, path: str, body: Any, token: str = "") -> dict[str, Any]:
    """A JSON call; the envelope of the answer."""
    headers = {"Content_Type": "application/json"}
    if token:
        headers["Authorization"] = f'Snowflake Token="{token}"'
    status, text = request(daemon, "POST", path, json.dumps(body).encode(), **headers)
    assert status == 200, f"{path}: {status} {text[:300]!r}"
    envelope = json.loads(text)
    assert isinstance(envelope, dict)
    return envelope


def login_body(user: str = "ADMIN", **fields: str) -> dict[str, Any]:
    return {"data": {"ACCOUNT_NAME": "firn", "LOGIN_NAME": user, "CLIENT_APP_ID": "PythonConnector",
                     "CLIENT_APP_VERSION": "4.8.1", "SESSION_PARAMETERS": {}, **fields}}  # fmt: skip


def log_in(daemon: Daemon, user: str = "ADMIN", **fields: str) -> dict[str, Any]:
    return post(daemon, "/session/v1/login-request?databaseName=FIRN&schemaName=PUBLIC",
                login_body(user, **fields))  # fmt: skip


def admin_secret(daemon: Daemon) -> str:
    return (daemon.home / "secrets" / "admin.token").read_text().strip()


def admin_token(daemon: Daemon) -> str:
    """The token of a new session of ADMIN's."""
    answer = log_in(daemon, AUTHENTICATOR="PROGRAMMATIC_ACCESS_TOKEN", TOKEN=admin_secret(daemon))
    assert answer["success"], answer
    return str(answer["data"]["token"])


def run(daemon: Daemon, token: str, text: str, **fields: Any) -> dict[str, Any]:
    """One statement; the envelope of its answer."""
    return post(daemon, f"/queries/v1/query-request?requestId={uuid.uuid4()}",
                {"sqlText": text, "sequenceId": 1, **fields}, token)  # fmt: skip


def metric(daemon: Daemon, name: str) -> float:
    for line in daemon.get("/metrics").read().decode().splitlines():
        if line.startswith(name + " "):
            return float(line.split()[1])
    raise AssertionError(f"there is no metric {name}")
