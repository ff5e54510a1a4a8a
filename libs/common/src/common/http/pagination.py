"""Cursor pages: a cursor is opaque to the caller and names the last row that was seen."""

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
# A day short of what Python can hold: closer to the ends an instant may leave it by its offset.
_FIRST_DAY = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LAST_DAY = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

ItemT = TypeVar("ItemT")
RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT")


class CursorInvalidError(InvalidError):
    code = "cursor_invalid"
    title = "This cursor is not one of ours"


class Page(BaseModel, Generic[ItemT]):
    items: list[ItemT]
    next_cursor: str | None = Field(description="Pass it as `cursor` to get the next page; null on the last one.")

    @classmethod
    def of(cls, rows: Sequence[RowT], query: "PageParams", *, item: Callable[[RowT], ItemT], key: Any) -> "Page[ItemT]":
        """Make a page of the rows that were read with `limit(query.fetch)`.

        `key(row)` gives the values that the rows are ordered by, the last of them unique.
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
        """One row more than is shown: it tells whether there is a next page."""
        return self.limit + 1

    def after(self, *types: Any) -> tuple[Any, ...] | None:
        """Return the values of the cursor as the given types, or None on the first page."""
        return None if self.cursor is None else decode_cursor(self.cursor, *types)


def _page_params(
    _raises: Annotated[None, raises(CursorInvalidError)],
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=_MAX_CURSOR_LENGTH, description="`next_cursor` of the page before.")
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
        raise CursorInvalidError("Take the cursor from `next_cursor` as it is.", field="cursor") from None
    if not isinstance(values, list) or not all(map(_can_be_asked_for, decoded)):
        raise CursorInvalidError("Take the cursor from `next_cursor` as it is.", field="cursor")
    return decoded


def _can_be_asked_for(value: Any) -> bool:
    """Tell whether PostgreSQL takes the value: it knows no U+0000, 64 bits, and instants within its calendar."""
    match value:
        case str():
            return "\x00" not in value
        case int():
            return -(2**63) <= value < 2**63
        case datetime():
            return value.tzinfo is not None and _FIRST_DAY < value < _LAST_DAY
    return True
