import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from common.errors import InvalidError
from common.http import Page, PageParams, decode_cursor, encode_cursor
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50)


@given(MOMENTS, st.uuids(), TEXTS, st.integers(-(2**63), 2**63 - 1))
def test_a_decoded_cursor_equals_the_encoded_values(moment: datetime, uid: UUID, words: str, number: int) -> None:
    cursor = encode_cursor(moment, uid, words, number)
    assert decode_cursor(cursor, datetime, UUID, str, int) == (moment, uid, words, number)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: encode_cursor(raw.hex())))
def test_an_invalid_cursor_is_422(garbage: str) -> None:
    with pytest.raises(InvalidError) as caught:
        decode_cursor(garbage, datetime, UUID)
    assert (caught.value.status, caught.value.errors[0].field) == (422, "cursor")


@pytest.mark.parametrize(
    "cursor",
    [
        encode_cursor("a\x00b"),
        encode_cursor(),
        encode_cursor("a", "b"),
        encode_cursor(1),
        "bnVsbA",
        "e30",
        "IltdIg",
        "W1tbW1tbW1tb" * 500,
    ],
)
def test_a_cursor_of_another_list_is_422(cursor: str) -> None:
    with pytest.raises(InvalidError):
        decode_cursor(cursor, str)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_a_cursor_with_a_number_out_of_range_is_422(number: int) -> None:
    with pytest.raises(InvalidError):
        decode_cursor(base64.urlsafe_b64encode(f"[{number}]".encode()).decode().rstrip("="), int)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-12-01T10:00:00", "9999-12-31T23:59:59Z"]
)
def test_a_cursor_with_a_time_out_of_range_is_422(moment: str) -> None:
    with pytest.raises(InvalidError):
        decode_cursor(encode_cursor(moment), datetime)


def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    rows = list(range(25))
    seen: list[str] = []
    query = PageParams(limit=10)
    for _ in range(3):
        after = query.after(int)
        found = [row for row in rows if after is None or row > after[0]][: query.fetch]
        page: Page[str] = Page.of(found, query, item=str, key=lambda row: (row,))
        seen += page.items
        query = PageParams(limit=10, cursor=page.next_cursor)
    assert page.next_cursor is None
    assert seen == [str(row) for row in rows]


def test_a_full_last_page_has_no_next() -> None:
    page: Page[int] = Page.of([1, 2], PageParams(limit=2), item=int, key=lambda row: (row,))
    assert page.next_cursor is None
