"""The bench measures what it claims: with a few posts, without the compared systems. No test asserts a figure."""

from pathlib import Path

import pytest
from dispatch import claim, relay, simulated_day
from dispatch.report import machine, report
from dispatch.rounds import Result, run_round
from dispatch.scenarios import instant, spread
from dispatch.servers import servers
from dispatch.statistics import Figures, figures, medians, percentile
from dispatch.systems.base import Place
from dispatch.systems.ours import Ours


def test_lateness_is_measured_from_the_due_time_and_missing_posts_are_counted() -> None:
    one = figures([10.0, 11.0, 12.0, 13.0], [10.001, 11.002, 12.003, 0.0])
    assert one.p50 == pytest.approx(2.0)
    assert one.p99 == pytest.approx(3.0)
    assert one.drain == pytest.approx(3 / 2.003)
    assert one.missing == 1


def test_a_percentile_uses_the_nearest_rank() -> None:
    assert percentile(list(range(1, 101)), 0.99) == 99
    assert percentile([7.0], 0.5) == 7.0


def test_medians_and_ratios_are_those_of_one_run() -> None:
    ours = [Result({"handler": Figures(1.0, p99, 400.0, 0)}, {}) for p99 in (30.0, 10.0, 20.0)]
    others = [Result({"handler": Figures(1.0, 40.0, 800.0, 0)}, {})] * 3
    assert medians([round_.figures["handler"] for round_ in ours]).p99 == 20.0
    table = report({("spread", "PulseWorks"): ours, ("spread", "BullMQ"): others})
    assert "| PulseWorks | handler | 1.0 | 20.0 | 0.50 | 400 | 0.50 |" in table


@pytest.mark.slow
def test_a_small_run_covers_all_parts(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path)
    with servers(place, redis=False) as pids:
        system = Ours(place)
        system.prepare()
        used = set[str]()
        for scenario in (spread(200, 1.0), instant(200)):
            result = run_round(system, scenario, tmp_path / scenario.name, pids)
            assert {name: measured.missing for name, measured in result.figures.items()} == {
                "handler": 0,
                "committed": 0,
            }
            assert result.figures["handler"].p50 <= result.figures["committed"].p50
            used |= result.processor_ms.keys()
        # 200 posts at one instant can take less than the 10 ms in which Linux counts
        assert used > {"our scheduler", "our publisher"}
        assert "| PulseWorks | " in relay.measure(place, 1, 300, relays=(relay.OurRelay,))
        assert "1,000 waiting" in claim.measure(place, 1, few=100, many=1000, samples=3)
        day = simulated_day.measure(place, accounts=60, seconds=3.0)
        assert "our publisher" in day
    assert "Python" in machine()
