"""Figures of each world and the shortest trace to each violation.

``cd services/publisher/tests && python -m model [--deep]``. Exits with 1 if a result is not as expected.
"""

import sys
import time
from collections.abc import Mapping

from .cases import DEEP, DEEP_STILL_ONE, MAY_BE_TWO, MUTANTS, STILL_ONE, WORLDS, Mutant
from .properties import explore
from .steps import Protocol
from .world import Rules, World


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(name: str, case: Mutant) -> bool:
    """Explore and print; return whether the result is as expected."""
    began = time.perf_counter()
    found = explore(Protocol(case.world, case.rules), only_effects=case.only_effects)
    seconds = time.perf_counter() - began
    say(f"{found.states:>10,} states {found.steps:>11,} steps  depth {found.depth:>2} {seconds:>7.1f} s  {name}")
    if found.violation is None:
        return case.finds == ""
    say(f"\n{found.violation}\n")
    return case.finds != "" and found.violation.rule.startswith(case.finds)


def intact(worlds: Mapping[str, World], finds: str = "", *, only_effects: bool = False) -> dict[str, Mutant]:
    return {name: Mutant(Rules(), finds, world, only_effects) for name, world in worlds.items()}


def main(*, deep: bool) -> int:
    chapters = {
        "Everything must hold": intact({**WORLDS, **(DEEP if deep else {})}),
        "Beyond the assumption: still no second effect": intact(
            {**STILL_ONE, **(DEEP_STILL_ONE if deep else {})}, only_effects=True
        ),
        "The limits: conditions for a second post": intact(MAY_BE_TWO, "TWO EFFECTS", only_effects=True),
        "Without one safeguard": MUTANTS,
    }
    as_expected = True
    for title, cases in chapters.items():
        say(f"\n{title}\n")
        for name, case in cases.items():
            as_expected &= show(name, case)
    say("\nAs expected." if as_expected else "\nNOT AS EXPECTED.")
    return 0 if as_expected else 1


if __name__ == "__main__":
    sys.exit(main(deep="--deep" in sys.argv[1:]))
