"""The short form of ``make bench-slow-clients``: 60 clients of each sort, all at once."""

import asyncio

import pytest
from slow_clients.__main__ import Phase, gateway, phase
from slow_clients.attackers import SORTS, Target

CONNECTIONS = 60


async def beside_all_sorts(target: Target) -> list[Phase]:
    return list(await asyncio.gather(*(phase(sort, target, CONNECTIONS, 5, 20, 500) for sort in SORTS)))


@pytest.mark.timeout(120)
def test_slow_clients_are_ended_while_others_are_served() -> None:
    with gateway(deadline=1) as (target, _):
        phases = asyncio.run(beside_all_sorts(target))
    for found in phases:
        end = "cut" if found.name == "slow readers" else "408"
        assert found.outcome.ends.keys() <= {end, "still open"}, found.outcome
        assert found.outcome.ends[end] >= CONNECTIONS, found.outcome
        assert found.latencies
