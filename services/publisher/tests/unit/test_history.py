from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publisher.clients.ayrshare.answers import History, HistoryEntry, HistoryQuery, history_entry
from publisher.clients.ayrshare.classification import Accepted, Rejected, RejectedForNow
from publisher.clients.ayrshare.history import (
    LONG_PAGE,
    SHORT_PAGE,
    Absent,
    Finding,
    HistorySearch,
    Present,
    SearchResult,
    find_post,
    search_history,
)
from publisher.clients.ayrshare.rate_limit import UNLIMITED

SENT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIVE = {"platform": "facebook", "status": "success", "id": "1_2", "postUrl": "https://www.facebook.com/1_2"}


def entry(notes: str | None, created: datetime = SENT_AT, **more: Any) -> HistoryEntry:
    raw = {"id": "abc", "notes": notes, "created": created.isoformat(), "status": "success", "postIds": [LIVE]}
    return history_entry({**raw, **more})


def failed(notes: str, code: int) -> HistoryEntry:
    row = {"status": "error", "code": code, "message": "no", "platform": "facebook"}
    return entry(notes, status="error", postIds=[], errors=[row])


def found(entries: list[HistoryEntry], note: str, *, complete: bool = True) -> Finding:
    return find_post(entries, note, "FACEBOOK", complete=complete)


@pytest.mark.invariant("P5")
def test_a_post_is_found_by_its_note_alone() -> None:
    assert found([entry("other-1"), entry("mine-1")], "mine-1") == Accepted(
        "abc", "1_2", "https://www.facebook.com/1_2"
    )
    assert found([entry("mine-10"), entry(None)], "mine-1") == Absent(conclusive=True)


@pytest.mark.invariant("P5")
def test_a_success_takes_precedence_over_an_error_with_the_same_note() -> None:
    entries = [failed("mine-1", 156), entry("mine-1")]
    assert isinstance(found(entries, "mine-1"), Accepted)


@pytest.mark.invariant("P5")
def test_an_entry_marked_as_a_duplicate_settles_nothing() -> None:
    assert found([failed("mine-1", 137)], "mine-1") == Absent(conclusive=True)


def test_errors_are_classified_like_answers() -> None:
    assert isinstance(found([failed("mine-1", 156)], "mine-1"), Rejected)
    assert isinstance(found([failed("mine-1", 440)], "mine-1"), RejectedForNow)


@pytest.mark.parametrize("status", ["pending", "processing", "awaiting approval", "paused"])
def test_an_unfinished_entry_is_present(status: str) -> None:
    unfinished = entry("mine-1", status=status, postIds=[])
    assert found([unfinished], "mine-1") == Present()


@pytest.mark.invariant("P5")
def test_a_rejection_counts_only_when_no_page_is_missing() -> None:
    """The success of an earlier call with the same key may be on an older page."""
    assert found([failed("mine-1", 156)], "mine-1", complete=False) == Present()


class Provider:
    """Ayrshare's history of one profile, newest first, both dates inclusive; longer lists come from a cache."""

    def __init__(self, entries: list[HistoryEntry], *, obeys: bool = True, most: int = 10_000) -> None:
        self.entries = sorted(entries, key=lambda one: one.created or SENT_AT, reverse=True)
        self.obeys = obeys
        self.most = most
        self.queries: list[HistoryQuery] = []

    async def read(self, query: HistoryQuery) -> History:
        self.queries.append(query)
        chosen = [
            one
            for one in self.entries
            if not self.obeys
            or one.created is None
            or (query.start <= one.created and (query.end is None or one.created <= query.end))
        ]
        return History(chosen[: min(query.most, self.most)], UNLIMITED)

    async def search(self) -> SearchResult:
        search = HistorySearch("mine-1", "FACEBOOK", SENT_AT)
        return await search_history(self.read, search, may_continue=lambda _: True)


_SECONDS = st.lists(st.integers(-30 * 60, 2 * 3600), max_size=400)


@pytest.mark.invariant("P5")
@given(others=_SECONDS, mine=st.none() | st.integers(0, 3600), obeys=st.booleans())
async def test_absence_is_concluded_only_of_a_post_that_is_not_there(
    others: list[int], mine: int | None, *, obeys: bool
) -> None:
    """However many posts there are, at any times, and even if Ayrshare ignores the dates."""
    entries = [entry(f"other-{number}", SENT_AT + timedelta(seconds=at)) for number, at in enumerate(others)]
    if mine is not None:
        entries.append(entry("mine-1", SENT_AT + timedelta(seconds=mine)))
    finding = (await Provider(entries, obeys=obeys).search()).finding
    if mine is None:
        assert isinstance(finding, Absent)
    else:
        assert isinstance(finding, Accepted) or finding == Absent(conclusive=False)
        assert isinstance(finding, Accepted) or not obeys


@pytest.mark.invariant("P5")
@pytest.mark.parametrize("later", [0, 24, 25, 26, 60, 300, 1200])
async def test_a_missing_post_is_shown_absent_among_many_later_ones(later: int) -> None:
    provider = Provider([entry(f"other-{n}", SENT_AT + timedelta(seconds=7 * n)) for n in range(later)])
    assert (await provider.search()).finding == Absent(conclusive=True)
    assert len(provider.queries) <= 8


@pytest.mark.invariant("P5")
async def test_lists_that_may_be_cached_serve_only_where_short_ones_do_not() -> None:
    spread = Provider([entry(f"other-{n}", SENT_AT + timedelta(seconds=n)) for n in range(60)])
    assert not (await spread.search()).cached
    assert {query.most for query in spread.queries} == {SHORT_PAGE}
    burst = Provider([entry(f"other-{n}", SENT_AT + timedelta(seconds=60)) for n in range(60)])
    result = await burst.search()
    assert (result.finding, result.cached) == (Absent(conclusive=True), True)
    assert burst.queries[-1].most == LONG_PAGE


@pytest.mark.invariant("P5")
async def test_a_provider_that_cuts_its_lists_short_proves_nothing() -> None:
    """All posts in one second, and no list holds them all."""
    full = Provider([entry(f"other-{n}", SENT_AT) for n in range(LONG_PAGE + 1)])
    assert (await full.search()).finding == Absent(conclusive=False)
    capped = Provider([entry(f"other-{n}", SENT_AT) for n in range(60)], most=SHORT_PAGE)
    assert (await capped.search()).finding == Absent(conclusive=False)


@pytest.mark.invariant("P5")
async def test_a_full_list_without_times_proves_nothing() -> None:
    provider = Provider([history_entry({"notes": "other", "status": "success"}) for _ in range(LONG_PAGE + 1)])
    assert (await provider.search()).finding == Absent(conclusive=False)


async def test_a_search_ends_when_the_profile_is_near_its_limit() -> None:
    provider = Provider([entry(f"other-{n}", SENT_AT + timedelta(seconds=n)) for n in range(60)])
    search = HistorySearch("mine-1", "FACEBOOK", SENT_AT)
    result = await search_history(provider.read, search, may_continue=lambda _: False)
    assert (result.finding, len(provider.queries)) == (Absent(conclusive=False), 1)
