"""Chunks of a result are fetched by signed addresses: for that chunk of that user's result, while it is kept."""

from __future__ import annotations

import base64
import shutil
import urllib.parse
from typing import Any

import wire
from daemon import Daemon

MANY = "SELECT SEQ4() N, RANDOM() R FROM TABLE(GENERATOR(ROWCOUNT => 300000))"


def chunk_paths(answer: dict[str, Any]) -> list[str]:
    assert answer["success"], answer
    return [urllib.parse.urlsplit(chunk["url"]).path for chunk in answer["data"]["chunks"]]


def test_an_address_gives_its_chunk_and_no_changed_one_gives_anything(firn_daemon: Daemon) -> None:
    paths = chunk_paths(wire.run(firn_daemon, wire.admin_token(firn_daemon), MANY))
    assert paths
    status, chunk = wire.request(firn_daemon, "GET", paths[0])
    assert status == 200 and len(chunk) > 100_000
    prefix, token = paths[0].rsplit("/", 1)
    padded = token + "=" * (-len(token) % 4)
    signed = base64.urlsafe_b64decode(padded)
    digest, text = signed[:32], signed[32:]
    query_id, index, user = text.split(b" ")
    forged = [
        digest + b" ".join([query_id, b"9" + index, user]),
        digest + b" ".join([query_id, index, b"BOB"]),
        b"\0" * 32 + text,
        text,
        b"",
    ]
    for content in forged:
        path = prefix + "/" + base64.urlsafe_b64encode(content).decode().rstrip("=")
        status, answer = wire.request(firn_daemon, "GET", path)
        assert status in (403, 404) and len(answer) < 1000, content
    for at in range(0, len(token), max(1, len(token) // 40)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        if base64.urlsafe_b64decode(changed + "=" * (-len(changed) % 4)) == signed:
            continue
        assert wire.request(firn_daemon, "GET", f"{prefix}/{changed}")[0] == 403


def test_the_address_of_a_result_that_is_gone_says_so(firn_daemon: Daemon) -> None:
    answer = wire.run(firn_daemon, wire.admin_token(firn_daemon), MANY)
    paths = chunk_paths(answer)
    shutil.rmtree(firn_daemon.home / "results" / answer["data"]["queryId"])
    status, text = wire.request(firn_daemon, "GET", paths[0])
    assert status == 404 and b"run the query again" in text
