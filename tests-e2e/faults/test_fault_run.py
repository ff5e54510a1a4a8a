"""The short form of `make faults`, and checks of the harness itself."""

import logging
from pathlib import Path

import pytest

from .mutants import MUTANTS, Mutant, make_sources
from .run import fault_run, plan_of

SEED = 20261122


@pytest.mark.invariant("E1", "E2", "E3", "E4", "E5", "P3", "P4", "P5", "P8")
@pytest.mark.timeout(240)
async def test_no_post_is_sent_twice_or_lost_under_faults(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without the provider's own duplicate protection, so that only our fence prevents a second post."""
    caplog.set_level(logging.CRITICAL)
    plan = plan_of("short", SEED, protected=False)
    lines: list[str] = []
    report = await fault_run(tmp_path / "stack", plan, lines.append)

    tally = report.tally
    assert tally.ok, "\n".join(
        [*map(str, [*tally.duplicates, *tally.lost, *tally.unexplained, *tally.breaches]), *lines]
    )
    assert tally.once + len(tally.failed) + len(tally.cancelled) == tally.scheduled
    assert tally.cut_after_effect > 0, "no call was cut after its effect: the run proves nothing"


def test_a_seed_always_produces_the_same_plan() -> None:
    assert plan_of("full", SEED, protected=True) == plan_of("full", SEED, protected=True)
    assert plan_of("full", SEED, protected=True).posts != plan_of("full", SEED + 1, protected=True).posts


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_still_applies(mutant: Mutant, tmp_path: Path) -> None:
    make_sources(mutant, tmp_path)
