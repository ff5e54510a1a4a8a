from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from publisher.clients.ayrshare.answers import HistoryEntry, history_entry
from publisher.clients.ayrshare.classification import Accepted, Rejected, RejectedForNow
from publisher.clients.ayrshare.client import HISTORY_LIMIT
from publisher.clients.ayrshare.history import Absent, Present, find_post

SENT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIVE = {"platform": "facebook", "status": "success", "id": "1_2", "postUrl": "https://www.facebook.com/1_2"}


def entry(notes: str | None, created: datetime = SENT_AT, **more: Any) -> HistoryEntry:
    raw = {"id": "abc", "notes": notes, "created": created.isoformat(), "status": "success", "postIds": [LIVE]}
    return history_entry({**raw, **more})


def failed(notes: str, code: int) -> HistoryEntry:
    row = {"status": "error", "code": code, "message": "no", "platform": "facebook"}
    return entry(notes, status="error", postIds=[], errors=[row])


@pytest.mark.invariant("P5")
def test_a_post_is_found_by_its_note_alone() -> None:
    assert find_post([entry("other-1"), entry("mine-1")], "mine-1", "FACEBOOK", SENT_AT) == Accepted(
        "abc", "1_2", "https://www.facebook.com/1_2"
    )
    assert find_post([entry("mine-10"), entry(None)], "mine-1", "FACEBOOK", SENT_AT) == Absent(conclusive=True)


@pytest.mark.invariant("P5")
def test_a_success_takes_precedence_over_an_error_with_the_same_note() -> None:
    entries = [failed("mine-1", 156), entry("mine-1")]
    assert isinstance(find_post(entries, "mine-1", "FACEBOOK", SENT_AT), Accepted)


@pytest.mark.invariant("P5")
def test_an_entry_marked_as_a_duplicate_settles_nothing() -> None:
    assert find_post([failed("mine-1", 137)], "mine-1", "FACEBOOK", SENT_AT) == Absent(conclusive=True)


def test_errors_are_classified_like_answers() -> None:
    assert isinstance(find_post([failed("mine-1", 156)], "mine-1", "FACEBOOK", SENT_AT), Rejected)
    assert isinstance(find_post([failed("mine-1", 440)], "mine-1", "FACEBOOK", SENT_AT), RejectedForNow)


@pytest.mark.parametrize("status", ["pending", "processing", "awaiting approval", "paused"])
def test_an_unfinished_entry_is_present(status: str) -> None:
    unfinished = entry("mine-1", status=status, postIds=[])
    assert find_post([unfinished], "mine-1", "FACEBOOK", SENT_AT) == Present()


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    ("oldest", "conclusive"),
    [(timedelta(hours=-1), True), (timedelta(minutes=-1), False), (timedelta(minutes=1), False)],
)
def test_a_full_list_proves_absence_only_if_it_reaches_back(oldest: timedelta, *, conclusive: bool) -> None:
    newer = [entry(f"other-{number}", SENT_AT + timedelta(minutes=5)) for number in range(HISTORY_LIMIT - 1)]
    entries = [*newer, entry("other", SENT_AT + oldest)]
    assert find_post(entries, "mine-1", "FACEBOOK", SENT_AT) == Absent(conclusive=conclusive)


@pytest.mark.invariant("P5")
def test_a_full_list_without_times_proves_nothing() -> None:
    entries = [history_entry({"notes": "other", "status": "success"}) for _ in range(HISTORY_LIMIT)]
    assert find_post(entries, "mine-1", "FACEBOOK", SENT_AT) == Absent(conclusive=False)
