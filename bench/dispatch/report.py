"""The table of a run."""

from collections.abc import Mapping, Sequence

from dispatch.rounds import Result
from dispatch.statistics import Figures, medians


def report(results: Mapping[tuple[str, str], Sequence[Result]]) -> str:
    """Return the medians as Markdown tables, one per scenario, with ratios to BullMQ where it ran."""
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
    return "\n".join(lines)


def _row(system: str, measured: str, figures: Figures, reference: Figures | None) -> str:
    late = f"{figures.p99 / reference.p99:.2f}" if reference else ""
    fast = f"{figures.drain / reference.drain:.2f}" if reference else ""
    missing = f" ({figures.missing} missing)" if figures.missing else ""
    return (
        f"| {system} | {measured}{missing} | {figures.p50:.1f} | {figures.p99:.1f} | {late} "
        f"| {figures.drain:,.0f} | {fast} |"
    )
