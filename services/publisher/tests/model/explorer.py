"""Visits every reachable state, breadth first; the first violation of a property has its shortest trace."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")
Step = tuple[str, S]


@dataclass(frozen=True)
class Violation:
    rule: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        steps = "\n".join(f"{number:3}. {words}" for number, words in enumerate(self.trace, 1))
        return f"{self.rule}, after {len(self.trace)} steps:\n{steps}"


@dataclass(frozen=True)
class Explored:
    states: int
    steps: int
    depth: int
    violation: Violation | None


class Explorer(Generic[S]):
    """``canonical`` may map states that differ only in names to one of them; traces have the original names."""

    def __init__(
        self,
        successors: Callable[[S], Iterable[Step[S]]],
        *,
        broken: Callable[[S], str | None],
        broken_step: Callable[[S, S], str | None],
        broken_end: Callable[[S], str | None],
        good: Callable[[S], bool],
        canonical: Callable[[S], S],
    ) -> None:
        self._successors = successors
        self._broken = broken
        self._broken_step = broken_step
        self._broken_end = broken_end
        self._good = good
        self._canonical = canonical

    def explore(self, start: S) -> Explored:
        # nothing becomes garbage before the end, and the collector would take a third of the time
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._explore(start)
        finally:
            if collecting:
                gc.enable()

    def _explore(self, start: S) -> Explored:
        first = self._canonical(start)
        number: dict[S, int] = {first: 0}
        states, parents, depths = [first], [-1], [0]
        sources: list[list[int]] = [[]]
        queue = deque([0])
        steps = 0

        def ended(rule: str, at: int, last: S | None = None) -> Explored:
            violation = Violation(rule, tuple(self._path(start, states, parents, at, last)))
            return Explored(len(states), steps, depths[at], violation)

        while queue:
            at = queue.popleft()
            state, moved = states[at], False
            for _, successor in self._successors(state):
                following = self._canonical(successor)
                if following == state:
                    continue
                moved = True
                steps += 1
                rule = self._broken_step(state, successor)
                if rule is not None:
                    return ended(rule, at, following)
                known = number.get(following)
                if known is None:
                    known = number[following] = len(states)
                    states.append(following)
                    parents.append(at)
                    depths.append(depths[at] + 1)
                    sources.append([])
                    queue.append(known)
                    rule = self._broken(following)
                    if rule is not None:
                        return ended(rule, known)
                sources[known].append(at)
            rule = None if moved else self._broken_end(state)
            if rule is not None:
                return ended(rule, at)
        stuck = self._first_without_way_out(states, sources)
        if stuck is not None:
            return ended("no path leads from here to an outcome or to a person", stuck)
        return Explored(len(states), steps, max(depths), None)

    def _first_without_way_out(self, states: list[S], sources: list[list[int]]) -> int | None:
        leads_out = [self._good(state) for state in states]
        queue = deque(number for number, good in enumerate(leads_out) if good)
        while queue:
            for source in sources[queue.popleft()]:
                if not leads_out[source]:
                    leads_out[source] = True
                    queue.append(source)
        return next((number for number, out in enumerate(leads_out) if not out), None)

    def _path(self, start: S, states: list[S], parents: list[int], at: int, last: S | None) -> Iterator[str]:
        """Replay the path without renaming, so that a replica keeps its name."""
        wanted = [last] if last is not None else []
        while at:
            wanted.append(states[at])
            at = parents[at]
        state = start
        for target in reversed(wanted):
            words, state = next(step for step in self._successors(state) if self._canonical(step[1]) == target)
            yield words
