"""The worker: frames of JSON on stdin, answers on stdout, until stdin ends.

A frame is a 4-byte little-endian length and that many bytes of UTF-8. Nothing else is ever
written to stdout.
"""

from __future__ import annotations

import gc
import json
import os
import struct
import sys
from typing import Any, BinaryIO

PROTOCOL = 1
MAX_FRAME_BYTES = 64 * 1024 * 1024
# Deep enough for real statements; a frame of the walk is small, the stack is 8 MB.
RECURSION_LIMIT = 2500


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or None when the stream ends or cannot be followed any further."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("<I", head)
    if length > MAX_FRAME_BYTES:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    stream.write(struct.pack("<I", len(body)) + body)
    stream.flush()


def answer_to(body: bytes) -> dict[str, Any]:
    from .errors import TranslationError
    from .translate import translate

    number: Any = None
    try:
        request = json.loads(body)
        number = request["id"]
        text = request["text"]
        if not isinstance(text, str):
            raise TypeError("text must be a string")
        return {"id": number, "ok": True, **translate(text)}
    except TranslationError as error:
        return _failure(number, error.number, error.state, error.message)
    except (ValueError, KeyError, TypeError) as error:
        if number is None:
            return _failure(None, 2, "0A000", f"The request is not understood: {error}")
        return _failure(number, 2, "0A000", f"Unsupported feature: {type(error).__name__}: {error}")
    except Exception as error:
        return _failure(number, 2, "0A000", f"Unsupported feature: {type(error).__name__}: {error}")


def _failure(number: Any, code: int, state: str, message: str) -> dict[str, Any]:
    return {"id": number, "ok": False, "number": code, "state": state, "message": message}


def main() -> int:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break the frames
    gc.disable()
    from . import translate

    assert translate
    gc.enable()
    gc.collect()
    gc.freeze()
    sys.setrecursionlimit(RECURSION_LIMIT)
    write_frame(answers, {"ready": True, "protocol": PROTOCOL})
    while (body := read_frame(sys.stdin.buffer)) is not None:
        write_frame(answers, answer_to(body))
    return 0


if __name__ == "__main__":
    sys.exit(main())
