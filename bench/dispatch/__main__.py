"""``make bench-dispatch``: lateness and drain rate of ours and of others, in one run."""

import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from dispatch.install import install
from dispatch.report import report
from dispatch.rounds import Result, run_round
from dispatch.scenarios import Scenario, instant, spread
from dispatch.servers import servers
from dispatch.statistics import Figures
from dispatch.systems import SYSTEMS
from dispatch.systems.base import Place

CACHE = Path(__file__).resolve().parents[2] / ".pulseworks" / "bench"


def main(
    systems: Annotated[str, typer.Option(help="Which, by comma.")] = ",".join(SYSTEMS),
    scenarios: Annotated[str, typer.Option(help="spread, instant.")] = "spread,instant",
    posts: int = 5000,
    seconds: Annotated[float, typer.Option(help="Over how long the spread posts are due.")] = 10.0,
    rounds: int = 5,
) -> None:
    """Run each scenario on each system, round by round in turn, and print medians and ratios."""
    known: dict[str, Scenario] = {"spread": spread(posts, seconds), "instant": instant(posts)}
    CACHE.mkdir(parents=True, exist_ok=True)
    install(CACHE)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    place = Place(folder, CACHE)
    results: dict[tuple[str, str], list[Result]] = defaultdict(list)
    try:
        with servers(place) as pids:
            chosen = [SYSTEMS[name](place) for name in systems.split(",")]
            for system in chosen:
                system.prepare()
            for number in range(rounds):
                for scenario in scenarios.split(","):
                    for system in chosen:
                        result = run_round(system, known[scenario], folder / f"{system.name}-{scenario}-{number}", pids)
                        results[scenario, system.name].append(result)
                        _say(number, scenario, system.name, result)
        print(report(results))
    except BaseException:
        print(f"Logs are in {folder}.")
        raise
    shutil.rmtree(folder)


def _say(number: int, scenario: str, system: str, result: Result) -> None:
    def line(figures: Figures) -> str:
        missing = f" MISSING {figures.missing}" if figures.missing else ""
        return f"p50 {figures.p50:.1f} p99 {figures.p99:.1f} ms, {figures.drain:.0f}/s{missing}"

    told = "; ".join(f"{name}: {line(one)}" for name, one in result.figures.items())
    used = ", ".join(f"{name} {ms:.3f}" for name, ms in result.processor_ms.items())
    print(
        f"{number + 1} {scenario} {system} (load {os.getloadavg()[0]:.1f}): {told}\n    ms of CPU a post: {used}",
        flush=True,
    )


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
