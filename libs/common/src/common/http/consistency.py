"""`Consistency-Token`: a client reads its own writes although services exchange events.

The answer to a write names the events that it emitted. A later request that carries the token is handled only when the
service has handled those of the events that it consumes. So the next click does not depend on the broker's speed.
"""

import asyncio
import base64
import binascii
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from pulseworks_contracts import ALL_QUEUES
from pulseworks_contracts.audit import AuditRecorded
from pulseworks_contracts.specs import type_of
from starlette.requests import Request

from common.auth.principal import Principal
from common.database import inbox
from common.errors import BadRequestError, ConflictError
from common.http.context import TransactionalContext

__all__ = [
    "CONSISTENCY_TOKEN_PARAMETER",
    "HEADER",
    "SAFE_METHODS",
    "ConsistencyTokenInvalidError",
    "NotThereYetError",
    "format_token",
    "wait_for_writes",
]

HEADER = "Consistency-Token"

MAX_EVENTS = 100
"""The most events that a token names. Of a larger write it names the last ones, which are sent last."""

_PATIENCE = timedelta(seconds=1)
# with longer and longer pauses: while a consumer is down, waiting requests must not occupy the connections
_SHORTEST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
# An event that has not arrived after this time waits for an operator; the client must not wait with it.
_MAX_AGE = timedelta(minutes=1)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_ENTRY_BYTES = 18

CONSISTENCY_TOKEN_PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The response header `Consistency-Token` of an earlier write, or of several, separated by commas. "
    "The request waits until it sees these writes, for a second at most. After that, GET returns what it sees, and any "
    "other method is refused with 409 `not_there_yet`: send the request again.",
}
"""The header in OpenAPI documents."""


class ConsistencyTokenInvalidError(BadRequestError):
    code = "consistency_token_invalid"
    title = "Invalid Consistency-Token"


class NotThereYetError(ConflictError):
    code = "not_there_yet"
    title = "An earlier change is still being processed; try again after a second"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


def format_token(events: Iterable[tuple[str, UUID]]) -> str:
    """Return the token that names ``events``, (type, id) each; empty if no service waits for any of them."""
    entries = [_type_mark(type_) + event_id.bytes for type_, event_id in events if type_ in _types()]
    return ",".join(base64.urlsafe_b64encode(entry).decode() for entry in entries[-MAX_EVENTS:])


async def wait_for_writes(request: Request, principal: Principal) -> None:
    """Wait until the service has handled the events that the request's token names.

    After a second, a request that changes nothing goes on with what is there, and any other raises `NotThereYetError`.
    Raises `ConsistencyTokenInvalidError`.
    """
    values = request.headers.getlist(HEADER)
    if not values:
        return
    service: str = request.app.state.service
    expected = _expected(service, values)
    context: TransactionalContext = request.app.state.context
    deadline = asyncio.get_running_loop().time() + _PATIENCE.total_seconds()
    pause = _SHORTEST_PAUSE_SECONDS
    while expected:
        async with context.database.transaction(principal.account_id) as session:
            expected = await inbox.missing(session, service, expected)
        if not expected:
            return
        if asyncio.get_running_loop().time() > deadline:
            if request.method in SAFE_METHODS:
                return
            raise NotThereYetError(
                "What you changed a moment ago is still on its way to this part of PulseWorks. Try again in a second."
            )
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _expected(service: str, values: Sequence[str]) -> set[tuple[str, UUID]]:
    """Return (consumer, event id) of the recent events that ``service`` consumes."""
    entries = list(dict.fromkeys(entry.strip() for value in values for entry in value.split(",") if entry.strip()))
    oldest = datetime.now(UTC) - _MAX_AGE
    consumers = _consumers(service)
    expected = set()
    for entry in entries[-MAX_EVENTS:]:
        mark, event_id = _parse(entry)
        if _created_at(event_id) > oldest:
            expected |= {(consumer, event_id) for consumer in consumers.get(mark, ())}
    return expected


def _parse(entry: str) -> tuple[bytes, UUID]:
    try:
        decoded = base64.urlsafe_b64decode(entry.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        decoded = b""
    if len(decoded) != _ENTRY_BYTES:
        raise ConsistencyTokenInvalidError("Send the header exactly as an earlier response contained it, or omit it.")
    return decoded[:2], UUID(bytes=decoded[2:])


def _created_at(event_id: UUID) -> datetime:
    """Return the time in a UUIDv7 (RFC 9562, section 5.7)."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)


def _type_mark(type_: str) -> bytes:
    """Return two bytes that identify a type among those of `_types`; a test fails if two types share them."""
    return hashlib.sha256(type_.encode()).digest()[:2]


@cache
def _types() -> frozenset[str]:
    """Return the types that requests wait for: those with consumers, except the audit log's."""
    return frozenset(type_of(event) for queue in ALL_QUEUES for event in queue.events if event is not AuditRecorded)


@cache
def _consumers(service: str) -> dict[bytes, tuple[str, ...]]:
    """Return the queues of ``service`` by the mark of the types that they receive."""
    found: dict[bytes, list[str]] = defaultdict(list)
    for queue in ALL_QUEUES:
        for event in queue.events:
            if queue.service == service and type_of(event) in _types():
                found[_type_mark(type_of(event))].append(queue.name)
    return {mark: tuple(names) for mark, names in found.items()}
