"""The verdict of a run."""

from rich.console import Console
from rich.table import Table

from .run import Result


def show(title: str, result: Result, console: Console | None = None) -> None:
    console = console or Console(highlight=False, soft_wrap=True, width=140)
    table = Table("phase", "requests", "errors", "slowest s", title=title, title_justify="left")
    for phase, counts in result.responses.counts.items():
        slowest = f"{result.responses.slowest.get(phase, 0.0):.2f}"
        table.add_row(phase, str(counts["requests"]), str(counts["errors"]), slowest)
    console.print(table)
    tally = result.tally
    console.print(
        f"posts: {tally.scheduled} due, {tally.once} posted once, {len(tally.duplicates)} twice, "
        f"{len(tally.lost)} lost, {len(tally.unexplained) + len(tally.failed) + len(tally.unknown)} other; "
        f"late by {result.median_lateness:.2f} s in the median and {max(result.lateness, default=0.0):.2f} s at most"
    )
    served = ", ".join(f"{count} by {name}" for name, count in result.served.items())
    console.print(f"requests that services and gateway answered: {served}")
    for kind, rows in (("TWICE", tally.duplicates), ("LOST", tally.lost), ("UNEXPLAINED", tally.unexplained)):
        for row in rows:
            console.print(f"{kind} {row.post.marker} {row.status}: {row.reason}")
    for line in [*result.responses.errors[:40], *tally.breaches, *result.breaches]:
        console.print(f"BREACH  {line}")
    console.print("GOOD" if result.ok else "NOT GOOD")
