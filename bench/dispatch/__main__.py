"""``make bench-dispatch``: lateness and drain rate of posts, and the underlying figures, beside others in one run."""

import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from dispatch import claim, relay, simulated_day
from dispatch.install import install
from dispatch.report import machine, report
from dispatch.rounds import Result, run_round
from dispatch.scenarios import Scenario, instant, spread
from dispatch.servers import servers
from dispatch.statistics import Figures
from dispatch.systems import SYSTEMS
from dispatch.systems.base import Place, System
from dispatch.systems.earlier import Earlier

CACHE = Path(__file__).resolve().parents[2] / ".pulseworks" / "bench"


PARTS = ("dispatch", "relay", "claim", "day")


def main(
    *,
    parts: Annotated[str, typer.Option(help="dispatch, relay, claim, day; separated by commas.")] = ",".join(PARTS),
    systems: Annotated[str, typer.Option(help="For dispatch: systems, separated by commas.")] = ",".join(SYSTEMS),
    scenarios: Annotated[str, typer.Option(help="For dispatch: spread, instant.")] = "spread,instant",
    posts: Annotated[int, typer.Option(min=1)] = 5000,
    seconds: Annotated[float, typer.Option(min=0.1, help="The time over which the spread posts are due.")] = 10.0,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    beside: Annotated[str, typer.Option(help="For dispatch: an earlier commit of PulseWorks to include.")] = "",
) -> None:
    """Run each scenario on each system, in turn round by round, and print medians and ratios."""
    known: dict[str, Scenario] = {"spread": spread(posts, seconds), "instant": instant(posts)}
    chosen, wanted = systems.split(","), parts.split(",")
    if set(wanted) - set(PARTS) or set(chosen) - set(SYSTEMS) or set(scenarios.split(",")) - set(known):
        names = (("parts", PARTS), ("systems", SYSTEMS), ("scenarios", known))
        there = "; ".join(f"{kind} {', '.join(each)}" for kind, each in names)
        raise typer.BadParameter(f"unknown name. Known names: {there}")
    CACHE.mkdir(parents=True, exist_ok=True)
    if "relay" in wanted or ("dispatch" in wanted and chosen != ["ours"]):
        install(CACHE)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    place = Place(folder, CACHE)
    tables = [machine()]
    try:
        with servers(place, redis="dispatch" in wanted and "bullmq" in chosen) as pids:
            if "dispatch" in wanted:
                competing = [SYSTEMS[name](place) for name in chosen]
                if beside:
                    competing.insert(1, Earlier(place, beside))
                tables.append(_dispatch(place, pids, competing, [known[name] for name in scenarios.split(",")], rounds))
            if "relay" in wanted:
                tables.append(relay.measure(place, rounds, 4 * posts))
            if "claim" in wanted:
                tables.append(claim.measure(place, rounds))
            if "day" in wanted:
                tables.append(simulated_day.measure(place))
        print("\n".join(tables))
    except BaseException:  # the logs are kept and named; it is raised again
        print(f"Logs are in {folder}.")
        raise
    shutil.rmtree(folder)


def _dispatch(place: Place, pids: dict[str, int], systems: list[System], scenarios: list[Scenario], rounds: int) -> str:
    results: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for system in systems:
        system.prepare()
    for number in range(rounds):
        for scenario in scenarios:
            for system in systems:
                result = run_round(system, scenario, place.folder / f"{system.name}-{scenario.name}-{number}", pids)
                results[scenario.name, system.name].append(result)
                _say(number, scenario.name, system.name, result)
    return report(results)


def _say(number: int, scenario: str, system: str, result: Result) -> None:
    def line(figures: Figures) -> str:
        missing = f" MISSING {figures.missing}" if figures.missing else ""
        return f"p50 {figures.p50:.1f} p99 {figures.p99:.1f} ms, {figures.drain:.0f}/s{missing}"

    text = "; ".join(f"{name}: {line(one)}" for name, one in result.figures.items())
    used = ", ".join(f"{name} {ms:.3f}" for name, ms in result.processor_ms.items())
    print(
        f"{number + 1} {scenario} {system} (load {os.getloadavg()[0]:.1f}): {text}\n    ms of CPU a post: {used}",
        flush=True,
    )


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
