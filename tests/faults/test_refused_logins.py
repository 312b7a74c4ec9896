"""Every login that is not allowed is refused with the same words, and none of its secrets is written down."""

from __future__ import annotations

import base64
import hashlib
import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

import pytest
import wire
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from daemon import Daemon

PASSWORD = "Correct-Horse-4711"
WRONG = "Wrong-Battery-0815"
Start = Callable[..., Daemon]


def encoded(data: bytes | dict[str, Any]) -> str:
    raw = json.dumps(data).encode() if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class KeyPair:
    """A user's key, and the tokens that it or a forger would make of it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self.key.public_key()
        self.pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()
        der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()

    def token(
        self,
        user: str,
        issued_s: int = 0,
        life_s: int = 60,
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        now = int(time.time()) + issued_s
        payload = {"iss": f"FIRN.{user}.{self.fingerprint}", "sub": f"FIRN.{user}", "iat": now,
                   "exp": now + life_s, **claims}  # fmt: skip
        signed = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(payload)}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{'' if algorithm == 'none' else encoded(signature)}"


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return KeyPair()


@pytest.fixture(scope="module")
def users(firn_daemon: Daemon, keys: KeyPair) -> Daemon:
    """RHO has a password, KAY a key, and EXPIRED an access token that ended."""
    token = wire.admin_token(firn_daemon)
    body = "".join(keys.pem.splitlines()[1:-1])
    for text in (
        f"CREATE USER RHO PASSWORD = '{PASSWORD}'",
        f"CREATE USER KAY RSA_PUBLIC_KEY = '{body}'",
    ):
        answer = wire.run(firn_daemon, token, text)
        assert answer["success"], answer
    return firn_daemon


def jwt(daemon: Daemon, user: str, token: str) -> dict[str, Any]:
    return wire.log_in(daemon, user, AUTHENTICATOR="SNOWFLAKE_JWT", TOKEN=token)


def assert_refused(answer: dict[str, Any]) -> None:
    assert answer["success"] is False
    assert (int(answer["code"]), answer["message"]) == wire.REFUSED
    assert set(answer["data"]) <= {"errorCode", "sqlState", "internalError"}, answer


def test_the_right_password_and_the_right_key_log_in(users: Daemon, keys: KeyPair) -> None:
    assert wire.log_in(users, "RHO", PASSWORD=PASSWORD)["success"]
    assert jwt(users, "KAY", keys.token("KAY"))["success"]


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(users: Daemon) -> None:
    assert_refused(wire.log_in(users, "RHO", PASSWORD=WRONG))
    assert_refused(wire.log_in(users, "NOBODY", PASSWORD=WRONG))
    assert_refused(wire.log_in(users, "KAY", PASSWORD=WRONG))  # has no password
    assert_refused(wire.log_in(users, "", PASSWORD=WRONG))
    assert_refused(wire.log_in(users, "RHO", PASSWORD=""))
    assert_refused(wire.log_in(users, "RHO' OR '1'='1", PASSWORD="' OR 1=1 --"))


def test_an_unknown_user_is_not_told_by_the_time_it_takes(users: Daemon) -> None:
    def seconds(user: str) -> float:
        begin = time.monotonic()
        assert_refused(wire.log_in(users, user, PASSWORD=WRONG + user))
        return time.monotonic() - begin

    token = wire.admin_token(users)
    known = [f"TIMED{i}" for i in range(5)]
    for user in known:
        assert wire.run(users, token, f"CREATE USER {user} PASSWORD = '{PASSWORD}'")["success"]
    real = min(seconds(user) for user in known)
    none = min(seconds(f"NOBODY{i}") for i in range(5))
    assert none > real / 3, f"known user {real:.4f} s, unknown {none:.4f} s"


def test_expired_forged_and_foreign_key_pair_tokens_are_refused_alike(
    users: Daemon, keys: KeyPair
) -> None:
    other = KeyPair()
    good = keys.token("KAY", jti="flipped")
    start, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    as_admin = {**claims, "iss": f"FIRN.ADMIN.{keys.fingerprint}", "sub": "FIRN.ADMIN"}
    forged = [
        keys.token("KAY", issued_s=-7200, life_s=60),
        keys.token("KAY", issued_s=7200),
        keys.token("KAY", algorithm="none"),
        other.token("KAY"),
        f"{start}.{encoded(as_admin)}.{signature}",
        f"{start}.{payload}.{encoded(b'x' * 256)}",
        f"{start}.{payload}.",
        f"{start}.{payload}",
        "a.b.c",
        "..",
        "",
        "x" * 100_000,
    ]
    for token in forged[:5]:
        assert_refused(jwt(users, "KAY", token))
    # Named otherwise, since a user that fails often must wait.
    for number, token in enumerate(forged[5:]):
        assert_refused(jwt(users, f"KAY{number}", token))
    assert_refused(jwt(users, "ADMIN", keys.token("ADMIN")))


def test_a_key_pair_token_is_good_once(start_firn: Start, keys: KeyPair) -> None:
    daemon = start_firn()
    body = "".join(keys.pem.splitlines()[1:-1])
    token = wire.admin_token(daemon)
    assert wire.run(daemon, token, f"CREATE USER KAY RSA_PUBLIC_KEY = '{body}'")["success"]
    once = keys.token("KAY", jti="only-once")
    assert jwt(daemon, "KAY", once)["success"]
    assert_refused(jwt(daemon, "KAY", once))
    assert jwt(daemon, "KAY", keys.token("KAY", jti="another"))["success"]


def test_access_tokens_that_are_wrong_or_revoked_are_refused_alike(users: Daemon) -> None:
    token = wire.admin_token(users)
    made = wire.run(users, token, "ALTER USER RHO ADD PROGRAMMATIC ACCESS TOKEN SHORT",
                    parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"})  # fmt: skip
    secret = made["data"]["rowset"][0][1]

    def by_token(user: str, text: str) -> dict[str, Any]:
        return wire.log_in(users, user, AUTHENTICATOR="PROGRAMMATIC_ACCESS_TOKEN", TOKEN=text)

    assert by_token("RHO", secret)["success"]
    assert_refused(by_token("ADMIN", secret))
    assert_refused(by_token("RHO", secret[:-1]))
    assert_refused(by_token("RHO", "firn_pat_" + "x" * 40))
    removed = wire.run(users, token, "ALTER USER RHO REMOVE PROGRAMMATIC ACCESS TOKEN SHORT")
    assert removed["success"], removed
    assert_refused(by_token("RHO", secret))


def test_who_guesses_must_wait_and_is_refused_with_the_same_words(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    assert wire.run(daemon, token, f"CREATE USER RHO PASSWORD = '{PASSWORD}'")["success"]
    assert wire.run(daemon, token, f"CREATE USER SIGMA PASSWORD = '{PASSWORD}'")["success"]
    assert wire.log_in(daemon, "RHO", PASSWORD=PASSWORD)["success"]
    last = 0.0
    for number in range(5):
        last = time.monotonic()
        assert_refused(wire.log_in(daemon, "RHO", PASSWORD=f"{WRONG}{number}"))
    early = wire.log_in(daemon, "RHO", PASSWORD=PASSWORD)
    if time.monotonic() - last < 1:  # the first wait; a slow machine may have slept through it
        assert_refused(early)
    assert wire.log_in(daemon, "SIGMA", PASSWORD=PASSWORD)["success"]
    deadline = time.monotonic() + 30
    while not wire.log_in(daemon, "RHO", PASSWORD=PASSWORD)["success"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def written_by(daemon: Daemon) -> str:
    """What the daemon wrote for people to read, and what others see of its processes."""
    assert daemon.process
    seen = [path.read_text(errors="replace") for path in (daemon.home / "logs").iterdir()]
    seen.append(daemon.log.read_text(errors="replace"))
    seen.append(daemon.get("/metrics").read().decode())
    pids = [daemon.process.pid]
    for task in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
        pids += [int(pid) for pid in (task / "children").read_text().split()]
    for pid in pids:
        for name in ("cmdline", "environ"):
            seen.append(pathlib.Path(f"/proc/{pid}/{name}").read_text(errors="replace"))
    return "\n".join(seen)


def test_no_secret_is_in_the_logs_or_on_a_command_line(start_firn: Start, keys: KeyPair) -> None:
    daemon = start_firn("--verbose")
    answer = wire.log_in(
        daemon, AUTHENTICATOR="PROGRAMMATIC_ACCESS_TOKEN", TOKEN=wire.admin_secret(daemon)
    )
    session, master = answer["data"]["token"], answer["data"]["masterToken"]
    assert wire.run(daemon, session, f"CREATE USER RHO PASSWORD = '{PASSWORD}'")["success"]
    assert wire.log_in(daemon, "RHO", PASSWORD=PASSWORD)["success"]
    assert_refused(wire.log_in(daemon, "RHO", PASSWORD=WRONG))
    made = wire.run(daemon, session, "ALTER USER RHO ADD PROGRAMMATIC ACCESS TOKEN P",
                    parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"})  # fmt: skip
    issued = made["data"]["rowset"][0][1]
    wrong_jwt = keys.token("NOBODY")
    assert_refused(jwt(daemon, "NOBODY", wrong_jwt))
    text = written_by(daemon)
    assert "session.opened" in text
    for secret in (wire.admin_secret(daemon), session, master, issued, PASSWORD, WRONG, wrong_jwt):
        assert secret not in text
        assert secret[-20:] not in text


def test_no_password_is_in_the_query_history(start_firn: Start) -> None:
    daemon = start_firn()
    token = wire.admin_token(daemon)
    assert wire.run(daemon, token, f"CREATE USER RHO PASSWORD = '{PASSWORD}'")["success"]
    assert daemon.stop() == 0
    assert PASSWORD.encode() not in (daemon.home / "meta.db").read_bytes()


def test_secrets_are_files_of_the_owner_alone(start_firn: Start) -> None:
    daemon = start_firn()
    assert daemon.home.stat().st_mode & 0o077 == 0
    for path in [daemon.home / "connections.toml", *(daemon.home / "secrets").iterdir()]:
        if path.name not in ("ca.pem", "server.pem"):
            assert path.stat().st_mode & 0o077 == 0, path
