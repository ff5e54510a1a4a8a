from datetime import timedelta

from common.ids import new_id
from gateway.recent_writes.service import RecentWrites
from testing import ManualClock


def test_the_tokens_of_an_account_are_kept_for_ten_seconds(clock: ManualClock) -> None:
    writes, account = RecentWrites(clock), new_id()
    writes.add(account, "a,b")
    clock.advance(timedelta(seconds=6))
    writes.add(account, "c")
    assert writes.token(account) == "a,b,c"
    assert writes.token(new_id()) is None
    clock.advance(timedelta(seconds=6))
    assert writes.token(account) == "c"
    clock.advance(timedelta(seconds=6))
    assert writes.token(account) is None


def test_the_memory_is_bounded(clock: ManualClock) -> None:
    writes, busy = RecentWrites(clock), new_id()
    writes.add(busy, ",".join(map(str, range(500))))
    token = writes.token(busy)
    assert token is not None
    assert token.split(",") == [str(number) for number in range(400, 500)]
    for _ in range(10_001):
        writes.add(new_id(), "a")
    assert len(writes) == 10_000
    clock.advance(timedelta(seconds=11))
    writes.add(busy, "b")
    assert len(writes) == 1
