"""The properties of the protocol, in every reachable state."""

from functools import cache

import pytest
from publisher.protocol.states import TABLE, Cause, Status

from .cases import MAY_BE_TWO, MUTANTS, STILL_ONE, WORLDS
from .explorer import Explored
from .properties import explore
from .steps import Protocol

pytestmark = pytest.mark.no_cover  # the measurement of coverage doubles the time, and counts none of the model's lines


@cache
def explored(name: str) -> tuple[Explored, set[tuple[Status, Cause]]]:
    """Explore a world completely; return what was found and the transitions that the model made."""
    protocol = Protocol(WORLDS[name])
    return explore(protocol), protocol.taken


@pytest.mark.invariant("P3", "P4", "P5", "P6")
@pytest.mark.parametrize("name", WORLDS)
def test_no_second_effect_and_no_end_without_a_reason(name: str) -> None:
    found, _ = explored(name)
    assert found.violation is None, str(found.violation)
    assert found.states > 5_000, "a part of the state space is no longer explored"


def test_the_model_makes_every_transition_of_the_table() -> None:
    taken = set().union(*(explored(name)[1] for name in WORLDS))
    assert taken == set(TABLE)


@pytest.mark.invariant("P5")
@pytest.mark.parametrize("name", STILL_ONE)
def test_beyond_the_assumption_a_refused_key_still_prevents_a_second_post(name: str) -> None:
    found = explore(Protocol(STILL_ONE[name]), only_effects=True)
    assert found.violation is None, str(found.violation)


@pytest.mark.parametrize("name", MAY_BE_TWO)
def test_the_documented_conditions_for_a_second_post(name: str) -> None:
    """The documented limits. If one is no longer found, decision 7 is too pessimistic."""
    found = explore(Protocol(MAY_BE_TWO[name]), only_effects=True)
    assert found.violation is not None
    assert found.violation.rule == "TWO EFFECTS"


@pytest.mark.invariant("P3", "P4", "P5")
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_safeguard_the_explorer_finds_a_violation(name: str) -> None:
    mutant = MUTANTS[name]
    found = explore(Protocol(mutant.world, mutant.rules), only_effects=mutant.only_effects)
    assert found.violation is not None
    assert found.violation.rule.startswith(mutant.finds), str(found.violation)
    assert found.violation.trace[0].endswith("is handled")
