"""The tables of a run."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from dispatch.rounds import Result
from dispatch.statistics import Figures, medians

_WORTH_REPORTING = 0.01


def machine() -> str:
    """Describe the machine in a sentence."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return (
        f"\n{os.cpu_count()} × {model}, {memory / 1024**2:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def report(results: Mapping[tuple[str, str], Sequence[Result]]) -> str:
    """Return the medians as Markdown tables, one per scenario, with ratios to BullMQ if it ran."""
    lines: list[str] = []
    for scenario in dict.fromkeys(scenario for scenario, _ in results):
        rows = {
            (system, measured): medians([result.figures[measured] for result in rounds])
            for (of, system), rounds in results.items()
            if of == scenario
            for measured in rounds[0].figures
        }
        reference = rows.get(("BullMQ", "handler"))
        lines += [
            "",
            f"**{scenario}**",
            "",
            "| system | until | p50 ms | p99 ms | p99 ÷ BullMQ's | a second | ÷ BullMQ's |",
        ]
        lines += ["|---|---|---:|---:|---:|---:|---:|"]
        lines += [_row(*name, figures, reference) for name, figures in rows.items()]
        lines += ["", "Where the time goes, in milliseconds of processor a post:", ""]
        lines += [_processor(system, rounds) for (of, system), rounds in results.items() if of == scenario]
    return "\n".join(lines)


def _processor(system: str, rounds: Sequence[Result]) -> str:
    names = dict.fromkeys(name for round_ in rounds for name in round_.processor_ms)
    used = {name: median(round_.processor_ms.get(name, 0.0) for round_ in rounds) for name in names}
    text = ", ".join(f"{name} {ms:.2f}" for name, ms in used.items() if ms >= _WORTH_REPORTING)
    return f"- {system}: {sum(used.values()):.2f} ({text})"


def _row(system: str, measured: str, figures: Figures, reference: Figures | None) -> str:
    late = f"{figures.p99 / reference.p99:.2f}" if reference else ""
    fast = f"{figures.drain / reference.drain:.2f}" if reference else ""
    missing = f" ({figures.missing} missing)" if figures.missing else ""
    return (
        f"| {system} | {measured}{missing} | {figures.p50:.1f} | {figures.p99:.1f} | {late} "
        f"| {figures.drain:,.0f} | {fast} |"
    )
