"""Stage files are reached by signed addresses: for one file, one direction, a while; and never beyond the stage."""

from __future__ import annotations

import base64
import json
import pathlib
import urllib.parse
from typing import Any

import pytest
import wire
from daemon import Daemon
from snowflake.connector.errors import Error as SnowflakeError

JSON = {"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}


@pytest.fixture
def stage(connection: Any, firn_daemon: Daemon, tmp_path: pathlib.Path) -> tuple[Any, str]:
    """A cursor and the address of a whole stage @S in its schema that holds a.txt."""
    cursor = connection.cursor()
    cursor.execute("CREATE STAGE S")
    (tmp_path / "a.txt").write_text("open\n")
    cursor.execute(f"PUT file://{tmp_path}/a.txt @S AUTO_COMPRESS=FALSE")
    return cursor, f"FIRN.{connection.schema}.S" if connection.schema else "S"


def ticket(daemon: Daemon, cursor: Any, text: str) -> str:
    """The path of the address that PUT or GET hands out."""
    token = wire.admin_token(daemon)
    schema = cursor.execute("SELECT CURRENT_SCHEMA()").fetchone()[0]
    answer = wire.run(daemon, token, text.replace("@S", f"@FIRN.{schema}.S"), parameters=JSON)
    assert answer["success"], answer
    data = answer["data"]
    url = data["stageInfo"]["presignedUrl"] or data["presignedUrls"][0]
    return urllib.parse.urlsplit(url).path


def test_an_address_for_reading_reads_and_takes_no_upload(firn_daemon: Daemon, stage: Any) -> None:
    path = ticket(firn_daemon, stage[0], "GET @S/a.txt file:///tmp")
    assert wire.request(firn_daemon, "GET", path) == (200, b"open\n")
    assert wire.request(firn_daemon, "PUT", path, b"changed")[0] in (403, 413)
    assert wire.request(firn_daemon, "GET", path) == (200, b"open\n")


def test_an_address_for_an_upload_takes_one_and_reads_nothing(
    firn_daemon: Daemon, stage: Any
) -> None:
    path = ticket(
        firn_daemon, stage[0], "PUT file:///tmp/a.txt @S AUTO_COMPRESS=FALSE OVERWRITE=TRUE"
    )
    status, text = wire.request(firn_daemon, "GET", path)
    assert status == 403 and b"open" not in text
    assert wire.request(firn_daemon, "PUT", path, b"new\n")[0] == 200
    assert (
        wire.request(firn_daemon, "PUT", path, b"x" * 1000, x_goog_meta_sfc_digest="AAAA")[0] == 400
    )
    read = ticket(firn_daemon, stage[0], "GET @S/a.txt file:///tmp")
    assert wire.request(firn_daemon, "GET", read) == (200, b"new\n")


def test_a_forged_address_is_refused(firn_daemon: Daemon, stage: Any) -> None:
    path = ticket(firn_daemon, stage[0], "GET @S/a.txt file:///tmp")
    prefix, token = path.rsplit("/", 1)[0] + "/", path.rsplit("/", 1)[1]
    forged = [token[:-1], token + "A", token[::-1], "x", "." * 10, token.split(".")[0], "A" * 4000]
    for at in range(0, len(token), max(1, len(token) // 40)):
        forged.append(token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :])
    for head in token.split("."):
        try:
            claims = json.loads(base64.urlsafe_b64decode(head + "=="))
        except ValueError:
            continue
        for change in (
            {"path": "../../secrets/admin.token"},
            {"operation": "put"},
            {"expires_ms": 1 << 60},
        ):
            changed = (
                base64.urlsafe_b64encode(json.dumps({**claims, **change}).encode())
                .decode()
                .rstrip("=")
            )
            forged.append(token.replace(head, changed))
    for number, one in enumerate(forged):
        if one == token:
            continue
        status, text = wire.request(firn_daemon, "GET", prefix + urllib.parse.quote(one))
        assert status in (403, 404), (number, status)
        assert b"open" not in text and b"firn_pat_" not in text
        assert wire.request(firn_daemon, "PUT", prefix + urllib.parse.quote(one), b"x")[0] in (
            403,
            404,
            413,
        )


def test_an_address_of_a_folder_takes_uploads_below_it_only(
    firn_daemon: Daemon, stage: Any
) -> None:
    token = str(
        wire.log_in(
            firn_daemon,
            AUTHENTICATOR="PROGRAMMATIC_ACCESS_TOKEN",
            TOKEN=wire.admin_secret(firn_daemon),
            CLIENT_APP_VERSION="5.2.0",
        )["data"]["token"]
    )
    schema = stage[0].execute("SELECT CURRENT_SCHEMA()").fetchone()[0]
    text = f"PUT file:///tmp/*.txt @FIRN.{schema}.S/d AUTO_COMPRESS=FALSE"
    info = wire.run(firn_daemon, token, text)["data"]["stageInfo"]
    folder = urllib.parse.urlsplit(info["endPoint"]).path + "/" + info["location"]
    assert wire.request(firn_daemon, "HEAD", folder + "b.txt")[0] == 404
    assert wire.request(firn_daemon, "PUT", folder + "b.txt", b"new\n")[0] == 200
    assert wire.request(firn_daemon, "HEAD", folder + "b.txt")[0] == 200
    for name, status in [("b.txt", 403), ("../a.txt", 403), ("", 403)]:
        assert wire.request(firn_daemon, "GET", folder + name)[0] in (400, status), name
    for name in ["", "../a.txt", "%2e%2e/a.txt", "x/", "../../../secrets/admin.token"]:
        assert wire.request(firn_daemon, "PUT", folder + name, b"x")[0] in (400, 403, 404, 413)
    found = stage[0].execute("LIST @S").fetchall()
    assert [row[0] for row in found] == ["s/a.txt", "s/d/b.txt"]


def test_an_address_ends_with_its_file(firn_daemon: Daemon, stage: Any) -> None:
    path = ticket(firn_daemon, stage[0], "GET @S/a.txt file:///tmp")
    stage[0].execute("REMOVE @S/a.txt")
    assert wire.request(firn_daemon, "GET", path)[0] == 404


def test_an_upload_without_a_body_or_too_large_is_refused(firn_daemon: Daemon, stage: Any) -> None:
    path = ticket(firn_daemon, stage[0], "PUT file:///tmp/b.txt @S AUTO_COMPRESS=FALSE")
    huge = f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 60}\r\n\r\n".encode()
    assert wire.raw(firn_daemon, huge).startswith(b"413")
    with wire.open_socket(firn_daemon) as opened:  # half an upload leaves no file
        opened.sendall(
            f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".encode()
        )
    assert [row[0] for row in stage[0].execute("LIST @S")] == ["s/a.txt"]


@pytest.mark.parametrize(
    "where", ["@S/../x", "@S/../../secrets", "'@S/a/../../../x'", "'@S/%2e%2e/x'", "'@S//etc'", "@S/..", "'@S/a\\0b'",
              "'@~/../x'", "@S/a/../../x"]
)  # fmt: skip
def test_a_path_that_leaves_the_stage_is_refused_everywhere(
    firn_daemon: Daemon, stage: Any, tmp_path: pathlib.Path, where: str
) -> None:
    cursor = stage[0]
    before = {path for path in firn_daemon.home.rglob("*") if "stages" not in path.parts}
    for text in (f"PUT file://{tmp_path}/a.txt {where}", f"GET {where} file://{tmp_path}/out/", f"REMOVE {where}",
                 f"LIST {where}", f"COPY INTO T FROM {where}"):  # fmt: skip
        try:
            answered = cursor.execute(text).fetchall()
        except SnowflakeError:
            continue
        # What is no way out (a folder named so) may be answered with nothing or a file of the stage.
        assert "secrets" not in str(answered) and "admin.token" not in str(answered)
    after = {path for path in firn_daemon.home.rglob("*") if "stages" not in path.parts}
    new = {
        path for path in after - before if "results" not in path.parts and "lake" not in path.parts
    }
    assert not {path for path in new if path.name in ("x", "a.txt", "x.gz", "a.txt.gz")}, new
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
