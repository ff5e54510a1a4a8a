"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a repeated POST returns the first response.

The key, the effects and the answer are one transaction. The key is inserted first, so a second request with the same
key waits until the first commits or rolls back.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from sqlalchemy import TIMESTAMP, Integer, LargeBinary, Text, Uuid, column, delete, select, table, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth.principal import Principal
from common.errors import BadRequestError, ConflictError, InvalidError

__all__ = [
    "ANSWER_NOT_KEPT_NOTE",
    "IDEMPOTENCY_KEY_PARAMETER",
    "KEEP_KEYS",
    "AnswerNotKeptError",
    "IdempotencyKeyInvalidError",
    "IdempotencyKeyReusedError",
    "IdempotencyKeys",
    "idempotency_key",
]

KEEP_KEYS = timedelta(hours=24)
"""A key is kept at least this long; afterwards it can be used again."""

_MAX_KEY_LENGTH = 255

IDEMPOTENCY_KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": _MAX_KEY_LENGTH},
    "description": "Makes the request safe to retry. Send a new value, such as a UUID, with each new request, and the "
    "same value and body when you retry it. A request that was carried out is not carried out again: for at least 24 "
    "hours, a retry returns the first response, with the header `Idempotency-Replayed: true`.",
}
"""The header in OpenAPI documents."""

ANSWER_NOT_KEPT_NOTE = (
    " This response contains a secret and is not stored: a retry of a request that was carried out returns 409 "
    "`idempotent_answer_not_kept` instead."
)
"""What the description of the header says on top, on routes that declare `AnswerNotKeptError`."""

_NOT_REPEATED = {"content-length", "date", "server"}


class IdempotencyKeyInvalidError(BadRequestError):
    code = "idempotency_key_invalid"
    title = "Invalid Idempotency-Key"


class IdempotencyKeyReusedError(InvalidError):
    code = "idempotency_key_reused"
    title = "Idempotency-Key reused for a different request"


class AnswerNotKeptError(ConflictError):
    code = "idempotent_answer_not_kept"
    title = "The request was already carried out; its response was not stored"


def idempotency_key(request: Request) -> str | None:
    """Return the request's key; the draft's quotes are optional. Raises `IdempotencyKeyInvalidError`."""
    value = request.headers.get("idempotency-key")
    if value is None:
        return None
    key = value.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > _MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalidError(f"Send 1 to {_MAX_KEY_LENGTH} printable ASCII characters.")
    return key


def fingerprint(request: Request, body: bytes) -> str:
    """Return a hash of what makes two requests the same: method, path with query, body."""
    target = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return hashlib.sha256(target + body).hexdigest()


class IdempotencyKeys:
    """The keys of one service, in its own schema and under row-level security."""

    def __init__(self, schema: str) -> None:
        self._table = table(
            "idempotency_key",
            column("account_id", Uuid),
            column("user_id", Uuid),
            column("key", Text),
            column("method", Text),
            column("path", Text),
            column("fingerprint", Text),
            column("status", Integer),
            column("response_headers", JSONB),
            column("response_body", LargeBinary),
            column("created_at", TIMESTAMP(timezone=True)),
            schema=schema,
        )

    async def claim(
        self, session: AsyncSession, principal: Principal, key: str, request: Request, body: bytes
    ) -> Response | None:
        """Return the answer to replay, or None if the key is new and the request must run.

        Raises `IdempotencyKeyReusedError` if the key belongs to another request.
        """
        mark = fingerprint(request, body)
        new = {
            "account_id": principal.account_id,
            "user_id": principal.user_id,
            "key": key,
            "method": request.method,
            "path": request.url.path,
            "fingerprint": mark,
        }
        statement = insert(self._table).values(new).on_conflict_do_nothing().returning(self._table.c.key)
        if (await session.execute(statement)).first() is not None:
            return None
        kept = (await session.execute(select(self._table).where(*self._is(principal, key)))).one()
        if kept.fingerprint != mark:
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        return _replay(kept.status, kept.response_headers, kept.response_body)

    async def keep(self, session: AsyncSession, principal: Principal, key: str, response: Response) -> bool:
        """Store the answer with its key; of a stream or a `Cache-Control: no-store`, only that it was given.

        Returns whether the answer itself is stored.
        """
        headers = [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, value in response.raw_headers
            if name.decode("latin-1") not in _NOT_REPEATED
        ]
        body = getattr(response, "body", None)
        kept = body is not None and "no-store" not in response.headers.get("cache-control", "")
        answer: dict[str, Any] = {
            "status": response.status_code,
            "response_headers": {"kept": kept, "headers": headers if kept else []},
            "response_body": bytes(body) if kept and body is not None else b"",
        }
        await session.execute(update(self._table).where(*self._is(principal, key)).values(answer))
        return kept

    async def purge(self, session: AsyncSession, *, before: datetime) -> int:
        """Delete the keys created before an instant, of all accounts that the session's role sees."""
        done = await session.execute(delete(self._table).where(self._table.c.created_at < before))
        return int(getattr(done, "rowcount", 0))

    def _is(self, principal: Principal, key: str) -> tuple[Any, ...]:
        columns = self._table.c
        return (
            columns.account_id == principal.account_id,
            columns.user_id == principal.user_id,
            columns.key == key,
        )


def _replay(status: int, kept: Mapping[str, Any], body: bytes) -> Response:
    if not kept.get("kept"):
        raise AnswerNotKeptError(
            "The first response contained a secret or was a stream, so it was not stored. What the request did is in "
            "effect: read it with a GET."
        )
    response = Response(bytes(body), status_code=status)
    length = [(name, value) for name, value in response.raw_headers if name == b"content-length"]
    response.raw_headers = [
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in kept["headers"]),
        *length,
        (b"idempotency-replayed", b"true"),
    ]
    return response
