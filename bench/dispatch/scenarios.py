"""The due times of the scenarios."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    posts: int
    seconds: float
    """The time over which they are spread; 0: all at the same time."""

    def due_times(self, start: float) -> list[float]:
        """Return when each post is due, as Unix times."""
        return [start + self.seconds * index / self.posts for index in range(self.posts)]


def spread(posts: int, seconds: float) -> Scenario:
    return Scenario("spread", posts, seconds)


def instant(posts: int) -> Scenario:
    return Scenario("instant", posts, 0.0)
