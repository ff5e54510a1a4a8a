from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldResult:
    """How many open items were parked or released."""

    parked: int = 0
    """Held back now, whether or not they were before."""
    on_their_way: int = 0
    """Could not be parked: the publisher has them, or a relay is sending them."""
    released: int = 0
    missed: int = 0

    def __add__(self, other: "HoldResult") -> "HoldResult":
        return HoldResult(
            self.parked + other.parked,
            self.on_their_way + other.on_their_way,
            self.released + other.released,
            self.missed + other.missed,
        )
