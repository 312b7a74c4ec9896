"""Who may include whom."""

from pathlib import PurePath

import check_layers
import pytest

LAYERS = check_layers.read_layers("# lowest first\nbase\nstore\nengine\nnet\nmain\n")


def breaches(path: str, *includes: str) -> list[str]:
    text = "".join(f"#include {include}\n" for include in includes)
    return list(check_layers.breaches(PurePath(path), text, LAYERS))


@pytest.mark.parametrize(
    ("path", "include"),
    [
        ("store/a.cpp", '"base/result.hpp"'),
        ("store/a.cpp", '"store/a.hpp"'),
        ("store/a.cpp", "<sqlite3.h>"),
        ("engine/a.cpp", "<duckdb.h>"),
        ("net/a.hpp", "<boost/beast/core.hpp>"),
        ("main/a.cpp", '"net/server.hpp"'),
        ("main/a.cpp", "<boost/json.hpp>"),
    ],
)
def test_an_include_of_what_lies_below_is_fine(path: str, include: str) -> None:
    assert breaches(path, include) == []


@pytest.mark.parametrize(
    ("path", "include", "says"),
    [
        ("base/a.cpp", '"store/a.hpp"', "lies above it"),
        ("other/a.cpp", '"base/a.hpp"', "no line in src/layers.txt"),
        ("base/a.cpp", '"unknown/a.hpp"', "not a path from src/"),
        ("base/a.cpp", '"a.hpp"', "not a path from src/"),
        ("store/a.cpp", "<duckdb.h>", "belongs to engine"),
        ("engine/a.cpp", "<boost/asio.hpp>", "belongs to net"),
        ("engine/a.cpp", "<libpq-fe.h>", "belongs to store"),
        ("main/a.hpp", "<boost/json.hpp>", "too heavy for a header"),
    ],
)
def test_any_other_include_is_named(path: str, include: str, says: str) -> None:
    found = breaches(path, "<string>", include)
    assert len(found) == 1 and says in found[0]


def test_the_line_of_a_breach_is_given() -> None:
    assert breaches("base/a.cpp", "<string>", "<duckdb.h>")[0].startswith("src/base/a.cpp:2:")


def test_the_repositorys_own_sources_keep_to_the_layers(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_layers.main() == 0, capsys.readouterr().out
