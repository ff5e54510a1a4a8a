"""The short form of ``make bench-slow-clients``."""

import pytest
from slow_clients.__main__ import run, table
from slow_clients.attackers import SORTS


@pytest.mark.timeout(120)
def test_slow_clients_are_ended_while_others_are_served() -> None:
    phases = run(connections=60, seconds=3, per_second=50, deadline=1)
    ends = {phase.name: dict(phase.outcome.ends) for phase in phases if phase.name in SORTS}
    for sort in ("half heads", "dripping heads", "dripping bodies", "stalled bodies"):
        assert ends[sort] == {"408": 60}, table(phases)
    assert ends["slow readers"].keys() <= {"cut", "still open"}, table(phases)
    assert all(phase.latencies for phase in phases)
