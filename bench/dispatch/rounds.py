"""One round: start a system's processes, insert the posts, wait until all are handled, read the marks."""

import time
from dataclasses import dataclass
from pathlib import Path

from dispatch.marks import Marks
from dispatch.posts import make_posts
from dispatch.processes import processor_seconds, wait_for
from dispatch.scenarios import Scenario
from dispatch.statistics import Figures, figures
from dispatch.systems.base import Round, System

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Result:
    """The figures of a round by measurement (`handler`, for ours also `committed`), and the processor time."""

    figures: dict[str, Figures]
    processor_ms: dict[str, float]
    """Milliseconds of processor time per post, by process, from the first due time until all were handled."""


def run_round(system: System, scenario: Scenario, folder: Path, servers: dict[str, int]) -> Result:
    """Run one round in ``folder``; ``servers`` are the process ids of the servers by name."""
    folder.mkdir(parents=True)
    marks = Marks(folder / "marks", scenario.posts)
    round_ = Round(folder, marks, scenario.posts)
    programs = system.start(round_)
    try:
        for program in programs:
            program.wait_until_ready()
        start = time.time() + system.enqueue_seconds * max(0.4, scenario.posts / 5000)
        posts = make_posts(scenario.due_times(start))
        system.enqueue(posts)
        if time.time() > start - 0.5:
            raise RuntimeError(f"{system.name} took too long to insert {scenario.posts} jobs: raise enqueue_seconds")
        time.sleep(start - time.time() - 0.1)
        watched = {**servers, **{program.name: program.pid for program in programs}}
        before = {name: processor_seconds(pid) for name, pid in watched.items()}
        done = wait_for(lambda: marks.reached() == scenario.posts, scenario.seconds + _PATIENCE_SECONDS)
        after = {name: processor_seconds(pid) for name, pid in watched.items()}
        time.sleep(0.5 if done else 0.0)
        due = [post.due for post in posts]
        measured = {"handler": figures(due, marks.read())}
        measured |= {name: figures(due, reached) for name, reached in system.further_marks(posts).items()}
    finally:
        for program in programs:
            program.stop()
    used = {name: (after[name] - before[name]) * 1000 / scenario.posts for name in watched}
    return Result(measured, {name: ms for name, ms in used.items() if ms >= 0.005})
