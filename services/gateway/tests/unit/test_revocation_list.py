from datetime import timedelta

import pytest
from common.ids import new_id
from gateway.revocation.service import RevocationList
from testing import ManualClock

pytestmark = pytest.mark.invariant("T2")
LIFETIME = timedelta(minutes=15)


def test_a_revoked_session_is_refused_until_its_tokens_expire(clock: ManualClock) -> None:
    revocations = RevocationList(clock)
    session = new_id()
    revocations.add(session, clock.now() + LIFETIME)
    assert revocations.is_revoked(session)
    assert not revocations.is_revoked(new_id())


def test_expired_entries_are_dropped(clock: ManualClock) -> None:
    revocations = RevocationList(clock)
    for _ in range(1000):
        revocations.add(new_id(), clock.now() + LIFETIME)
        clock.advance(timedelta(minutes=1))
    assert len(revocations) <= 16


def test_an_expired_revocation_is_not_kept(clock: ManualClock) -> None:
    revocations = RevocationList(clock)
    revocations.add(new_id(), clock.now() - timedelta(seconds=1))
    assert len(revocations) == 0
