"""Another machine: a network namespace with an address of its own, joined to this one by a cable (veth)."""

from __future__ import annotations

import os
import pathlib
import subprocess
import uuid
from collections.abc import Sequence


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise AssertionError(
            f"this test needs network namespaces; ip {' '.join(words)}: {done.stderr}"
        )


class OtherMachine:
    """`here` is this machine's end of the cable, `there` the other one's."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        subnet = f"10.{201 + os.getpid() % 50}.{int(mark[:2], 16)}"
        self.here = f"{subnet}.1"
        self.there = f"{subnet}.2"
        self._name = f"firn-{mark}"
        self._link = f"fv{mark}"

    def __enter__(self) -> OtherMachine:
        try:
            _ip("netns", "add", self._name)
            _ip(
                "link",
                "add",
                self._link,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                self._name,
            )
            _ip("address", "add", f"{self.here}/30", "dev", self._link)
            _ip("link", "set", self._link, "up")
            _ip("-n", self._name, "address", "add", f"{self.there}/30", "dev", "eth0")
            _ip("-n", self._name, "link", "set", "eth0", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for words in (["link", "delete", self._link], ["netns", "delete", self._name]):
            subprocess.run(["ip", *words], capture_output=True, timeout=30, check=False)

    def run(
        self, command: Sequence[str | pathlib.Path], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """A command there, with nothing of this process's environment but what is given."""
        return subprocess.run(
            ["ip", "netns", "exec", self._name, *map(str, command)],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )
