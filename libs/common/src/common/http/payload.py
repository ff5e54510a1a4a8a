"""Rejects values that can't be stored or that no text has, once, instead of a 500 from the database.

PostgreSQL's text has no U+0000, and UTF-8 no lone surrogate; other control characters are never meant; bigint has 64
bits; JSON has no NaN (RFC 8259, section 6). A deeply nested document makes all further processing recurse.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request

from common.errors import AppError, BadRequestError, FieldError, InvalidError

__all__ = [
    "BodyTooLargeError",
    "BodyUnreadableError",
    "InvalidCharacterError",
    "MalformedJsonError",
    "NumberOutOfRangeError",
    "RequestTimeoutError",
    "TooDeepError",
    "check_form",
    "check_json",
    "check_target",
    "is_json",
    "read_body",
]

MAX_DEPTH = 32
_MAX_INTEGER = 2**63
_MAX_ERRORS = 20
_FIRST_SURROGATE = 0xD800
# Only a body with one of these is inspected: a control character, escaped or not, an escaped surrogate, NaN, Infinity,
# a huge exponent or number.
_SUSPECT = re.compile(
    rb"\\u00(?:[01][0-9a-fA-F]|7[fF]|[89][0-9a-fA-F])|\\[bf]|\x7f|\xc2[\x80-\x9f]"
    rb"|\\u[dD][89a-fA-F]|NaN|Infinity|[eE]\+?\d{3}|\d{19}|\xed[\xa0-\xbf]"
)
# Controls other than tab and the ends of lines, which texts with several lines have.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class BodyTooLargeError(AppError):
    code = "body_too_large"
    status = 413
    title = "Request body too large"


class BodyUnreadableError(BadRequestError):
    """Raised by no route: Starlette's refusal of a form is rendered as this error (`problems`)."""

    title = "Request body can't be read"


class RequestTimeoutError(AppError):
    """Raised by no route: the server answers with it when a client is too slow (`common.runtime.connections`)."""

    code = "request_timeout"
    status = 408
    title = "Request not received in time"


class MalformedJsonError(BadRequestError):
    code = "malformed_json"
    title = "Malformed JSON"


class InvalidCharacterError(InvalidError):
    code = "invalid_character"
    title = "Text contains a character that is not allowed"


class NumberOutOfRangeError(InvalidError):
    code = "number_out_of_range"
    title = "A number is not finite or has more than 64 bits"


class TooDeepError(InvalidError):
    code = "too_deep"
    title = "Body nested too deeply"


_ERRORS = {error.code: error for error in (InvalidCharacterError, NumberOutOfRangeError, TooDeepError)}


def is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def check_target(request: Request) -> None:
    """Reject a control character in the path or the query. Raises `InvalidCharacterError`."""
    if _FORBIDDEN.search(request.scope["path"]):
        raise InvalidCharacterError("The path contains a control character.")
    if b"%" not in request.scope["query_string"]:
        return
    errors = [
        FieldError(_dotted((name,)), "invalid_character", advice)
        for name, value in request.query_params.multi_items()
        if (advice := _advice(value) or _advice(name)) is not None
    ]
    if errors:
        raise InvalidCharacterError("The query contains a control character.", errors=errors)


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body. Raises `BodyTooLargeError` as soon as it exceeds `limit` bytes."""
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdecimal() and len(announced) < 20 else 0  # noqa: PLR2004 - below 2**64
    chunks = []
    if size <= limit:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                break
            chunks.append(chunk)
    if size > limit:
        raise BodyTooLargeError(f"The body may have at most {limit} bytes.")
    return b"".join(chunks)


def check_json(body: bytes, document: Any) -> None:
    """Reject a document with values that can't be stored. Raises `InvalidError` with the fields."""
    brackets = body.count(b"[") + body.count(b"{")
    if brackets <= MAX_DEPTH and _SUSPECT.search(body) is None:
        return
    errors: list[FieldError] = []
    for path, code, message in _violations(document):
        errors.append(FieldError(path, code, message))
        if len(errors) == _MAX_ERRORS:
            break
    if errors:
        raise _ERRORS[errors[0].code]("The body contains values that are not allowed; see `errors`.", errors=errors)


async def check_form(request: Request) -> None:
    """Reject a form with a text or a file name that can't be stored. The content of files is not checked."""
    errors = []
    for name, value in (await request.form()).multi_items():
        text = value if isinstance(value, str) else value.filename or ""
        if _FORBIDDEN.search(name) or _FORBIDDEN.search(text):
            errors.append(FieldError(_dotted((name,)), "invalid_character", _advice(text) or _advice(name) or ""))
    if errors:
        raise InvalidCharacterError("The form contains a character that is not allowed.", errors=errors)


def _violations(document: Any) -> Iterator[tuple[str, str, str]]:
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while pending:
        path, value = pending.pop()
        if len(path) > MAX_DEPTH:
            yield _dotted(path[:3]), "too_deep", f"Nest at most {MAX_DEPTH} levels."
            return
        problem = _problem(value)
        if problem is not None:
            yield _dotted(path), *problem
        if isinstance(value, dict):
            for key in value:
                if _FORBIDDEN.search(key):
                    yield (
                        _dotted((*path, key)),
                        "invalid_character",
                        "A key contains a control character or half of a surrogate pair.",
                    )
            pending.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), item) for index, item in enumerate(value))


def _problem(value: Any) -> tuple[str, str] | None:
    if isinstance(value, str):
        advice = _advice(value)
        if advice is not None:
            return "invalid_character", advice
    elif isinstance(value, float):
        if not math.isfinite(value):
            return "number_out_of_range", "Send a finite number."
    elif isinstance(value, int) and not -_MAX_INTEGER <= value < _MAX_INTEGER:
        return "number_out_of_range", "Send a number of at most 64 bits."
    return None


def _advice(text: str) -> str | None:
    """Return which character to remove; None if all are allowed."""
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    code = ord(found[0])
    what = "half of a surrogate pair" if code >= _FIRST_SURROGATE else f"the control character U+{code:04X}"
    return f"Remove {what} at position {found.start()}."


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(_FORBIDDEN.sub("�", str(part)) for part in path)
