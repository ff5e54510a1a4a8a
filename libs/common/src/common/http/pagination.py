"""Cursor pagination: a cursor is opaque to the caller and identifies the last row that was returned."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from common.errors import InvalidError
from common.http.declared_errors import raises

__all__ = ["MAX_LIMIT", "CursorInvalidError", "Page", "PageQuery", "decode_cursor", "encode_cursor"]

MAX_LIMIT = 100
_MAX_CURSOR_LENGTH = 512
# One day within Python's range: closer to its ends, an offset could move an instant out of it.
_FIRST_DAY = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LAST_DAY = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

ItemT = TypeVar("ItemT")
RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT")


class CursorInvalidError(InvalidError):
    code = "cursor_invalid"
    title = "Invalid cursor"


class Page(BaseModel, Generic[ItemT]):
    items: list[ItemT]
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last page.")

    @classmethod
    def of(cls, rows: Sequence[RowT], query: "PageParams", *, item: Callable[[RowT], ItemT], key: Any) -> "Page[ItemT]":
        """Create a page of the rows that were read with `limit(query.fetch)`.

        `key(row)` returns the values that the rows are ordered by; the last is unique.
        """
        shown = rows[: query.limit]
        more = len(rows) > query.limit
        return cls(
            items=[item(row) for row in shown],
            next_cursor=encode_cursor(*key(shown[-1])) if more else None,
        )


class PageParams(BaseModel):
    limit: int = 50
    cursor: str | None = None

    @property
    def fetch(self) -> int:
        """One row more than is returned: it shows whether there is a next page."""
        return self.limit + 1

    def after(self, *types: Any) -> tuple[Any, ...] | None:
        """Return the values of the cursor as the given types, or None on the first page."""
        return None if self.cursor is None else decode_cursor(self.cursor, *types)


# asynchronous, because FastAPI runs synchronous dependencies in its thread pool
async def _page_params(
    _raises: Annotated[None, raises(CursorInvalidError)],
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Maximum number of items to return.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=_MAX_CURSOR_LENGTH, description="`next_cursor` of the previous page.")
    ] = None,
) -> PageParams:
    return PageParams(limit=limit, cursor=cursor)


PageQuery = Annotated[PageParams, Depends(_page_params)]
"""The parameters `limit` and `cursor` of a list: `async def list_items(page: PageQuery) -> Page[Item]`."""


def encode_cursor(*values: UUID | datetime | str | int) -> str:
    plain = TypeAdapter(tuple[Any, ...]).dump_json(values)
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def decode_cursor(cursor: str, *types: Any) -> tuple[Any, ...]:
    """Return the values of a cursor as the given types. Raises `CursorInvalidError` (422)."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        plain = base64.b64decode(padded, altchars=b"-_", validate=True)
        values = json.loads(plain)
        adapter: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[types])  # type: ignore[valid-type]
        decoded = adapter.validate_json(plain, strict=True)
    except (ValueError, ValidationError, RecursionError, binascii.Error):
        raise CursorInvalidError("Pass `next_cursor` of the previous page unchanged.", field="cursor") from None
    if not isinstance(values, list) or not all(map(_is_queryable, decoded)):
        raise CursorInvalidError("Pass `next_cursor` of the previous page unchanged.", field="cursor")
    return decoded


def _is_queryable(value: Any) -> bool:
    """Return whether PostgreSQL accepts the value: no U+0000, at most 64 bits, an instant within its calendar."""
    match value:
        case str():
            return "\x00" not in value
        case int():
            return -(2**63) <= value < 2**63
        case datetime():
            return value.tzinfo is not None and _FIRST_DAY < value < _LAST_DAY
    return True
