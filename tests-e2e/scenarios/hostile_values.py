"""Malformed and hostile values."""

import base64
import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

# How thorough to be: every run tries a few of them, `E2E_EXAMPLES=100` all of them everywhere.
EXAMPLES = int(os.environ.get("E2E_EXAMPLES", "3"))
_DEEP = 5_000
_JSON = "application/json"

BODIES: list[tuple[bytes, str]] = [
    (b"", _JSON),
    (b"{", _JSON),
    (b'{"a": "\xff\xfe"}', _JSON),
    ('{"a": "b"}'.encode("utf-16"), _JSON),
    (b'\xef\xbb\xbf{"a": "b"}', _JSON),
    (b"[]", _JSON),
    (b'"text"', _JSON),
    (b"null", _JSON),
    (b'{"revision": NaN}', _JSON),
    (b'{"revision": 1e400}', _JSON),
    (b'{"revision": ' + b"9" * 5_000 + b"}", _JSON),
    (b"[" * _DEEP + b"]" * _DEEP, _JSON),
    (b'{"a":' * _DEEP + b"1" + b"}" * _DEEP, _JSON),
    (b'{"a\\u0000": 1}', _JSON),
    (b'{"\\ud800": "\\udfff"}', _JSON),
    (b'{"month": "2026-12", "month": "2026-13"}', _JSON),
    (b'{"month": "2026-12"}', "text/plain"),
    (b"month=2026-12", "application/x-www-form-urlencoded"),
    (b"--x\r\n", "multipart/form-data"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    (b"{}", "application/json; charset=ebcdic"),
    (b"{}", "application/json, text/plain"),
    (b"{}", ""),
]
VALUES: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 2**64, -(2**63) - 1, 1.5, 1e308, "", " ", "\x00", "a\x00b", "\ud800", "\udfff x",
    "😀" * 300, "a" * 70_000, "' OR 1=1 --", "%s%n", "../../etc/passwd", "2026-13", "2026-12-01T10:00:00",
    "+999999-01-01", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2027-01-01T00:00:60Z", "Infinity",
    str(uuid.UUID(int=0)), "http://[::1", "javascript:alert(1)", "http://127.0.0.1:5432/", "x@y@z", [], {}, [None],
    [[[]]], {"": ""}, ["\x00"], [1] * 1_000,
]  # fmt: skip
_CURSORS: list[Any] = [
    [], {}, None, [None], [1e400], ["\x00"], ["2026-12", 2**70, str(uuid.uuid4())], ["x", "y", "z"],
    [-(2**63) - 1], [2**63],
    ["9999-12-31T23:59:59Z", str(uuid.uuid4())], ["0001-01-01T00:00:00+14:00", str(uuid.uuid4())], [str(uuid.uuid4())],
    ["2026-12-01T10:00:00", str(uuid.uuid4())], ["\ud800"], ["2026-12", -(2**31) - 1, str(uuid.uuid4())],
]  # fmt: skip
QUERIES = [
    "limit=0", "limit=-1", "limit=101", "limit=1e3", "limit=abc", "limit=99999999999999999999", "limit=",
    "limit=1&limit=2", "cursor=x", "cursor=%00", "cursor=%ff", "cursor=" + "a" * 600, "month=2026-13", "month=0000-00",
    "month=%00", "status=NOPE", "status=%00", "platform=MYSPACE", "user_id=x", "event_type=%00", "entity_id=%ed%a0%80",
    "a=" + "b" * 5_000, "%", "&&&", "=",
    *("cursor=" + base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in _CURSORS),
]  # fmt: skip
IDS = [
    "x", "0", "-1", "null", "%20", "%ff", "%F0%9F%98%80", "a" * 3_000, "{" + str(uuid.uuid4()) + "}", uuid.uuid4().hex,
    f"urn:uuid:{uuid.uuid4()}", "2026-13", "..%2f..", "%2e%2e", "%00", "%5c", "a;b", "a%0d%0ab", "' OR ''='", "*",
    str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)),
]  # fmt: skip


class RoundRobin:
    """Returns values in turn, so that over many places each of them is used."""

    def __init__(self, each_time: int) -> None:
        self._each_time = each_time * EXAMPLES // 3
        self._start = 0

    def take(self, values: Sequence[T]) -> list[T]:
        count = min(self._each_time, len(values))
        chosen = [values[(self._start + number) % len(values)] for number in range(count)]
        self._start += count
        return chosen


def mutated(body: Any, values: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """Yield copies of a valid body with one value, at any depth, replaced by those of `values()`."""
    places: Iterable[tuple[Any, Any]] = ()
    if isinstance(body, dict):
        places = body.items()
    elif isinstance(body, list):
        places = enumerate(body)
    for place, value in places:
        for bad in values():
            yield _replaced(body, place, bad)
        for inner in mutated(value, values):
            yield _replaced(body, place, inner)


def _replaced(body: Any, place: Any, value: Any) -> Any:
    copy: Any = dict(body) if isinstance(body, dict) else list(body)
    copy[place] = value
    return copy
