"""The short form of ``make bench-slow-clients``."""

import pytest
from slow_clients.__main__ import run, table
from slow_clients.attackers import SORTS


@pytest.mark.timeout(120)
def test_every_sort_of_slow_client_is_ended_while_others_are_served() -> None:
    phases = run(connections=60, seconds=5, per_second=50, deadline=1)
    ends = {phase.name: dict(phase.outcome.ends) for phase in phases if phase.name in SORTS}
    reasons = {"half heads": "408", "dripping heads": "408", "dripping bodies": "408", "stalled bodies": "408"}
    for sort in SORTS:
        assert ends[sort] == {reasons.get(sort, "cut"): 60}, table(phases)
    assert all(phase.latencies for phase in phases)
