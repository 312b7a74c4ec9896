"""Many busy sessions: `_load.py HOST PORT SESSIONS SECONDS`, the login as JSON on stdin.

A process of its own. Each session speaks the clients' protocol over one connection that it keeps:
a login, then statement, think time, statement … Think times are drawn evenly from 0.25 to 0.75 s
with a fixed seed, so that 50 sessions ask for about 100 statements a second and this process needs
little of the machine. In turns a session asks SELECT with a number that differs each time, and
reads and aggregates a table of ten rows. It prints {"statements", "failed"} at the end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: object, token: str
) -> dict[str, object]:
    """One request and its answer, which is JSON."""
    text = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Accept: application/snowflake\r\nContent-Length: {len(text)}\r\n"
    )
    if token:
        head += f'Authorization: Snowflake Token="{token}"\r\n'
    writer.write(head.encode() + b"\r\n" + text)
    await writer.drain()
    length = 0
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answer: dict[str, object] = json.loads(await reader.readexactly(length))
    return answer


async def session(
    host: str, port: int, login: dict[str, str], number: int, until: float, count: dict[str, int]
) -> None:
    """Logs in and asks until the time is over."""
    draw = random.Random(number)
    reader, writer = await asyncio.open_connection(host, port)
    data: dict[str, object] = {
        "CLIENT_APP_ID": "PythonConnector",
        "CLIENT_APP_VERSION": "4.8.1",
        "ACCOUNT_NAME": "bench",
        "LOGIN_NAME": login["user"],
        "PASSWORD": login.get("password", ""),
        "SESSION_PARAMETERS": {},
    }
    if "token" in login:
        data |= {"TOKEN": login["token"], "AUTHENTICATOR": login["authenticator"].upper()}
    path = f"/session/v1/login-request?request_id={uuid.uuid4()}&databaseName=BENCH&schemaName=B"
    answer = await post(reader, writer, path, {"data": data}, "")
    given = answer["data"]
    assert isinstance(given, dict) and answer["success"], answer
    asked = 0
    while time.monotonic() < until:
        await asyncio.sleep(draw.uniform(0.25, 0.75))
        asked += 1
        text = (
            f"SELECT {number * 100_000 + asked} + 1"
            if asked % 2
            else ("SELECT G, COUNT(*), MAX(X) FROM BENCH.B.SMALL WHERE X > 2 GROUP BY G ORDER BY G")
        )
        path = f"/queries/v1/query-request?requestId={uuid.uuid4()}"
        body = {"sqlText": text, "asyncExec": False, "sequenceId": asked, "parameters": {}}
        answer = await post(reader, writer, path, body, given["token"])
        count["statements" if answer.get("success") else "failed"] += 1
    writer.close()


async def main(host: str, port: int, sessions: int, seconds: float) -> None:
    login = json.load(sys.stdin)
    count = {"statements": 0, "failed": 0}
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(session(host, port, login, number, until, count) for number in range(sessions))
    )
    print(json.dumps(count))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
