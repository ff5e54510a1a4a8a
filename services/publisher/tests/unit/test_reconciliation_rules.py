from datetime import UTC, datetime, timedelta

import pytest
from publisher.clients.ayrshare.history import Absent, HistorySearch
from publisher.models import Delivery
from publisher.placement.rules import Target
from publisher.reconciliation.rules import HistoryLookup, Observation, ReconciliationRules
from pydantic import SecretStr

SENT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULES = ReconciliationRules(settling_time=MINUTE, first_pause=MINUTE, limit=30 * MINUTE, cache_time=MINUTE)


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    ("after", "cached", "settled"),
    [(0.9, False, False), (1.0, False, True), (1.0, True, False), (1.9, True, False), (2.0, True, True)],
)
def test_a_list_that_may_be_cached_proves_absence_only_after_the_cache_time(
    after: float, *, cached: bool, settled: bool
) -> None:
    delivery = Delivery(settling_since=SENT_AT, uncertain_since=SENT_AT)
    lookup = HistoryLookup(
        target=Target(SecretStr("key"), "ref", "FACEBOOK", "1"),
        search=HistorySearch("note", "FACEBOOK", SENT_AT),
        sent_at=SENT_AT,
        began_at=SENT_AT + after * MINUTE,
        ambiguous=False,
    )
    seen = Observation(Absent(conclusive=True), cached=cached)
    assert RULES.is_settled(delivery, lookup, seen) is settled
