"""Prints pip's configuration as uv's environment variables, so that one configuration serves both.

Reads `pip config list` on standard input and the environment; writes lines `export NAME='value'` for a shell.
A variable of uv's that is already set wins. Used by tools/setup.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import sys
from collections.abc import Mapping

# pip reads its environment last, and a command's own section after [global].
_PRECEDENCE = ("global", "install", ":env:")
_LINE = re.compile(r"^(?P<section>:env:|[\w-]+)\.(?P<key>[\w-]+)=(?P<value>.*)$")
_TRUE = {"1", "true", "yes", "on", "y", "t"}


def parse(listing: str) -> dict[str, str]:
    """The settings in effect, from the text of `pip config list`."""
    found: dict[str, dict[str, str]] = {}
    for line in listing.splitlines():
        match = _LINE.match(line.strip())
        if not match:
            continue
        try:
            value = str(ast.literal_eval(match["value"]))
        except (SyntaxError, ValueError):
            value = match["value"]
        key = match["key"].lower().replace("_", "-")
        found.setdefault(match["section"], {})[key] = value
    settings: dict[str, str] = {}
    for section in _PRECEDENCE:
        settings.update(found.get(section, {}))
    return settings


def translate(settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """uv's variables for pip's settings, without those that `environ` already has."""
    uv: dict[str, str] = {}

    def put(name: str, value: str) -> None:
        if value and not environ.get(name):
            uv[name] = value

    put("UV_DEFAULT_INDEX", settings.get("index-url", "").strip())
    extra = settings.get("extra-index-url", "").split()
    put("UV_INDEX", " ".join(extra))
    if extra:
        # pip takes the best version of all indexes; uv would stop at the first that knows the name.
        put("UV_INDEX_STRATEGY", "unsafe-best-match")
    put("UV_FIND_LINKS", ",".join(settings.get("find-links", "").split()))
    put("UV_CONSTRAINT", " ".join(settings.get("constraint", "").split()))
    put("UV_INSECURE_HOST", " ".join(settings.get("trusted-host", "").split()))
    put("UV_HTTP_TIMEOUT", settings.get("timeout", settings.get("default-timeout", "")))
    put("UV_HTTP_RETRIES", settings.get("retries", ""))
    if settings.get("no-index", "").lower() in _TRUE:
        put("UV_NO_INDEX", "1")
    put("SSL_CERT_FILE", settings.get("cert", ""))
    put("SSL_CLIENT_CERT", settings.get("client-cert", ""))
    proxy = settings.get("proxy", "")
    if not (environ.get("HTTPS_PROXY") or environ.get("https_proxy")):
        put("HTTPS_PROXY", proxy)
        put("HTTP_PROXY", proxy)
    if "SSL_CERT_FILE" not in uv and not environ.get("SSL_CERT_FILE"):
        put("UV_SYSTEM_CERTS", "1")  # the machine's own CA, as Debian's pip takes it
    return uv


def main() -> None:
    for name, value in translate(parse(sys.stdin.read()), os.environ).items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
