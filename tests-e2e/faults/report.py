"""The report of a run."""

from rich.console import Console
from rich.table import Table

from .run import Report
from .tally import Explained


def show(report: Report, console: Console | None = None) -> None:
    console = console or Console(highlight=False, soft_wrap=True, width=140)
    plan, tally = report.plan, report.tally
    protection = "on" if plan.protected else "off: only our fence prevents a second post after a retry"
    table = Table(title=f"seed {plan.seed}, the provider's own duplicate protection {protection}", title_justify="left")
    for name in tally.counts:
        table.add_column(name, justify="right")
    table.add_row(*(str(count) for count in tally.counts.values()))
    console.print(table)
    console.print("done to the system:   " + ", ".join(f"{n} × {what}" for what, n in sorted(report.done.items())))
    console.print("done by the provider: " + ", ".join(f"{n} × {what}" for what, n in sorted(report.troubles.items())))
    console.print(
        f"calls cut by a kill:  {tally.cut_before_effect} before the provider's effect, "
        f"{tally.cut_after_effect} after it"
    )
    for title, rows in (("failed", tally.failed), ("unknown", tally.unknown), ("cancelled", tally.cancelled)):
        _list(console, title, rows)
    for title, rows in (("TWICE", tally.duplicates), ("LOST", tally.lost), ("UNEXPLAINED", tally.unexplained)):
        _list(console, title, rows)
    for breach in tally.breaches:
        console.print(f"BREACH  {breach}")
    console.print(f"{'GOOD' if tally.ok else 'NOT GOOD'} after {report.seconds:.0f} s")


def _list(console: Console, title: str, rows: list[Explained]) -> None:
    for row in rows:
        post = row.post
        console.print(f"{title:<10} {post.marker} item {post.item_id} {post.platform}: {row.reason}")
