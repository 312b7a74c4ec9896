"""The worker as a process: frames in, frames out."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


class Worker:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firn_translator"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert self.receive() == {"ready": True, "protocol": 1}

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack("<I", len(body)) + body)
        self.process.stdin.flush()

    def receive(self) -> Any:
        assert self.process.stdout is not None
        (length,) = struct.unpack("<I", self.process.stdout.read(4))
        return json.loads(self.process.stdout.read(length))

    def ask(self, text: str) -> Any:
        self.send_bytes(json.dumps({"id": 7, "text": text}).encode())
        return self.receive()


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.process.kill()
    started.process.wait(10)


def test_bad_requests_are_answered_and_do_not_end_the_worker(worker: Worker) -> None:
    for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"id": 1}', b'{"id": 1, "text": 5}'):
        worker.send_bytes(body)
        assert worker.receive()["ok"] is False
    assert worker.ask("SELECT 1")["ok"] is True


@pytest.mark.parametrize("depth", [200, 5000, 100_000])
def test_deep_nesting_gets_an_answer(worker: Worker, depth: int) -> None:
    assert "ok" in worker.ask("SELECT " + "(" * depth + "1" + ")" * depth)
    assert worker.ask("SELECT 1")["ok"] is True


def test_a_long_chain_is_not_deep(worker: Worker) -> None:
    assert worker.ask("SELECT " + " || ".join(["'a'"] * 600))["ok"] is True


def test_text_beyond_ascii_is_kept(worker: Worker) -> None:
    assert "'žluťoučký ❄'" in worker.ask("SELECT 'žluťoučký ❄' AS \"ü\"")["sql"]


def test_a_statement_of_a_megabyte_is_translated(worker: Worker) -> None:
    text = "SELECT $1 FROM VALUES " + ", ".join(["('" + "x" * 90 + "')"] * 11_000)
    assert len(text) > 1_000_000
    assert worker.ask(text)["ok"] is True


def test_the_worker_ends_with_its_input() -> None:
    started = Worker()
    assert started.process.stdin is not None
    started.process.stdin.close()
    assert started.process.wait(10) == 0
