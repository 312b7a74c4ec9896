"""A small file system of a test's own."""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
from collections.abc import Iterator


@contextlib.contextmanager
def mounted(folder: pathlib.Path, kind: str) -> Iterator[pathlib.Path]:
    """64 MiB at `folder`, which is made; gone at the end. `kind`: tmpfs or ext4."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "firn", folder]
    if kind == "ext4":  # finds out about a full disk only at fsync, often
        image = folder.with_suffix(".img")
        with image.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True, capture_output=True)
        mount = ["mount", "-o", "loop", image, folder]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
