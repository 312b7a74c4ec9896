"""The parts of tools/setup that a machine's own settings can trip."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def write_wheel(folder: pathlib.Path) -> str:
    """A wheel with one empty module; its line of a lock file."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return f"tiny==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_a_constraint_of_pips_does_not_stop_an_environment_from_a_lock_with_hashes(
    tmp_path: pathlib.Path,
) -> None:
    (tmp_path / ".deps" / "env").mkdir(parents=True)
    (tmp_path / ".deps" / "env" / "uv").symlink_to(ROOT / ".deps" / "env" / "uv")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "tiny.txt").write_text(write_wheel(tmp_path))
    (tmp_path / "constraints.txt").write_text("torch<=2.14.1\n")
    script = f"""
        source {ROOT}/tools/setup.d/python.sh
        export UV_CONSTRAINT={tmp_path}/constraints.txt UV_FIND_LINKS={tmp_path} UV_NO_INDEX=1
        install_env tiny
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob(".deps/env/tiny/lib/python3*/site-packages/tiny.py"))


def test_without_a_network_one_sentence_says_what_to_check(tmp_path: pathlib.Path) -> None:
    for folder in ("tools", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    nobody = "http://127.0.0.1:1/simple"
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": nobody, "PIP_FIND_LINKS": ""}
    done = subprocess.run(
        [tmp_path / "tools" / "setup", "build"],
        env={**os.environ, **settings, "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("setup: uv could not be installed with pip: check the network")
