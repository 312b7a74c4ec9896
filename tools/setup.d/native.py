"""Fetches DuckDB's library, header and extensions into .deps/duckdb through pip and npm.

Pins: requirements/native.txt (the header's source distribution and the extensions' wheels) and requirements/npm.json
(the library). Run by tools/setup with the python of .deps/env/uv, whose pip does the downloads.
"""

from __future__ import annotations

import base64
import filecmp
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / ".deps" / "duckdb"
HEADER_IN_SDIST = "external/duckdb/src/include/duckdb.h"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


class SetupError(Exception):
    """One sentence for the user."""


def run(command: list[str], sentence: str, **extra_env: str) -> str:
    """Runs a command and returns what it printed; on failure, `sentence` and the command's last words."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **extra_env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise SetupError(f"{sentence} ({words[-1] if words else f'exit status {done.returncode}'})")
    return done.stdout


def keep(source: pathlib.Path, target: pathlib.Path) -> None:
    """Puts a file in its place in one step; an equal one stays untouched, so that nothing is linked anew."""
    if target.exists() and filecmp.cmp(source, target, shallow=False):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    shutil.copyfile(source, partial)
    partial.replace(target)


def fetch_header_and_extensions(work: pathlib.Path) -> None:
    """One pip download: a source distribution for duckdb.h, wheels for the extensions."""
    downloads = work / "pip"
    run(
        [*PIP, "download", "--no-deps", "--require-hashes", "--no-build-isolation"]
        + ["--only-binary", ":all:", "--no-binary", "duckdb", "--dest", str(downloads)]
        + ["--requirement", "requirements/native.txt"],
        "pip could not download DuckDB's header and extensions: check the network, or pip's index-url and find-links.",
        PYTHONPATH=str(pathlib.Path(__file__).parent / "metadata_only"),
    )
    with tarfile.open(next(downloads.glob("duckdb-*.tar.gz"))) as sdist:
        top = sdist.getnames()[0].split("/")[0]
        header = sdist.extractfile(f"{top}/{HEADER_IN_SDIST}")
        if header is None:
            raise SetupError(f"{HEADER_IN_SDIST} is not in DuckDB's source distribution.")
        (work / "duckdb.h").write_bytes(header.read())
    keep(work / "duckdb.h", TARGET / "duckdb.h")
    for wheel in downloads.glob("duckdb_extension_*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if member.endswith(".duckdb_extension"):
                    extracted = pathlib.Path(archive.extract(member, work / "extensions"))
                    keep(extracted, TARGET / "extensions" / extracted.name)


def find_npm(work: pathlib.Path) -> tuple[list[str], dict[str, str]]:
    """The machine's npm, else one from PyPI that goes with the work folder; and the variables it needs."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], {}
    env = work / "npm"
    run([sys.executable, "-m", "venv", str(env)], "python3 could not make an environment for npm.")
    run(
        [str(env / "bin" / "python"), *PIP[1:], "install", "--require-hashes", "--no-deps"]
        + ["--requirement", "requirements/npm.txt"],
        "pip could not install npm: check the network and pip's index-url, or install npm yourself.",
    )
    return [str(env / "bin" / "npm")], {"PATH": f"{env / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def fetch_library(work: pathlib.Path) -> None:
    """npm pack, checked against the pinned digest."""
    pin = json.loads((ROOT / "requirements" / "npm.json").read_text())
    spec = f"{pin['package']}@{pin['version']}"
    npm, variables = find_npm(work)
    certificate = os.environ.get("SSL_CERT_FILE")
    if certificate and "NODE_EXTRA_CA_CERTS" not in os.environ:
        variables["NODE_EXTRA_CA_CERTS"] = certificate
    run(
        [*npm, "pack", "--silent", "--pack-destination", str(work), spec],
        f"npm could not download {spec}: check the network, or npm's registry and proxy settings.",
        **variables,
    )
    package = next(work.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pin["integrity"]:
        raise SetupError(
            f"{spec} is not the file whose digest requirements/npm.json pins; nothing was installed."
        )
    with tarfile.open(package) as archive:
        library = archive.extractfile(pin["file"])
        if library is None:
            raise SetupError(f"{pin['file']} is not in {spec}.")
        with (work / "libduckdb.so").open("wb") as out:
            shutil.copyfileobj(library, out)
    keep(work / "libduckdb.so", TARGET / "libduckdb.so")


def main() -> int:
    """Exit status 1 and one sentence on standard error when something is missing."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=TARGET.parent) as work:
            fetch_header_and_extensions(pathlib.Path(work))
            fetch_library(pathlib.Path(work))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
