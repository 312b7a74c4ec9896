"""What the worker answers for a statement that it does not translate."""

from __future__ import annotations


class TranslationError(Exception):
    """Carries Snowflake's error number, SQLSTATE and message for the user."""

    def __init__(self, number: int, state: str, message: str) -> None:
        super().__init__(message)
        self.number = number
        self.state = state
        self.message = message


def syntax_error(line: int, position: int, unexpected: str) -> TranslationError:
    return TranslationError(
        1003,
        "42000",
        f"SQL compilation error:\nsyntax error line {line} at position {position} "
        + f"unexpected '{unexpected}'.",
    )


def unknown_function(name: str) -> TranslationError:
    return TranslationError(2140, "42601", f"SQL compilation error:\nUnknown function {name}.")


def unsupported(feature: str) -> TranslationError:
    return TranslationError(2, "0A000", f"Unsupported feature '{feature}'.")


def wrong_arguments(name: str, count: int) -> TranslationError:
    return TranslationError(
        939 if count else 938,
        "22023",
        f"SQL compilation error:\nnumber of arguments ({count}) is not valid for function {name}.",
    )


def wrong_values(expected: int, given: int) -> TranslationError:
    return TranslationError(
        2020,
        "21S01",
        "SQL compilation error:\nInsert value list does not match column list expecting "
        f"{expected} but got {given}",
    )


def invalid_value(message: str) -> TranslationError:
    return TranslationError(1007, "22023", f"SQL compilation error:\n{message}")


def too_complex() -> TranslationError:
    return TranslationError(
        5000, "54001", "SQL compilation error:\nThe statement is nested too deeply; simplify it."
    )
