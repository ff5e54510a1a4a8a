"""Terminal output of the demo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sandbox.demo.businesses import BUSINESSES, Business
from sandbox.demo.evidence import Row
from sandbox.demo.story import Report
from sandbox.stack.stack import Progress as Step

_TITLE_WIDTH = 32


class Screen:
    """A live view in a terminal; plain lines if the output is redirected."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def step(self, step: Step) -> None:
        """Show a step of the stack."""
        if step.state == "ready":
            self.console.print(f"  [green]✓[/] {step.name:<12} {step.seconds:4.1f} s [dim]{step.detail}[/]")
        elif step.state == "external":
            self.console.print(f"  [blue]→[/] {step.name:<12} external [dim]{step.detail}[/]")

    @contextmanager
    def stories(self) -> Iterator[Callable[[Business], Report]]:
        """Show a progress line for each business."""
        if not self.console.is_terminal:
            yield self._lines
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.fields[business]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f} posts"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=self.console) as progress:

            def reporter(business: Business) -> Report:
                name = f"[{business.colour}]{business.name:<15}[/]"
                task = progress.add_task("", total=1, business=name)

                def report(activity: str, done: int, planned: int) -> None:
                    progress.update(task, description=activity, completed=done, total=max(planned, 1))

                return report

            yield reporter

    def _lines(self, business: Business) -> Report:
        last = ""

        def report(activity: str, done: int, planned: int) -> None:
            nonlocal last
            if activity != last:
                last = activity
                self.console.print(f"  {business.name:<15} {done:>2}/{planned:<2} {activity}")

        return report

    def tables(self, rows: list[Row]) -> None:
        """Show every scheduled post in a table per business."""
        for business in BUSINESSES:
            zone = ZoneInfo(business.timezone)
            table = Table(
                title=f"[{business.colour}]{business.name}[/] [dim]{business.timezone}[/]", title_justify="left"
            )
            for name in ("post", "platform", "account", "due", "sent", "late", "provider id", "arrived"):
                table.add_column(name, justify="right" if name == "late" else "left", overflow="fold")
            own = [row for row in rows if row.business == business.name]
            for row in sorted(own, key=lambda row: (row.due, row.platform)):
                table.add_row(
                    row.title[:_TITLE_WIDTH],
                    row.platform.title(),
                    row.account,
                    f"{row.due.astimezone(zone):%H:%M:%S}",
                    f"{row.sent.astimezone(zone):%H:%M:%S}" if row.sent else "–",
                    _milliseconds(row.lateness),
                    row.provider_id,
                    "[green]✓ once[/]" if row.good else f"[red]✗ {row.status}, {row.arrivals}×[/]",
                )
            self.console.print(table)

    def conclude(self, rows: list[Row], faults: list[str], images: int, folder: Path, later: int) -> None:
        if not faults:
            accounts = len({(row.platform, row.account) for row in rows})
            self.console.print(
                f"[green]✓[/] {len(rows)} posts were scheduled for {accounts} accounts; {len(rows)} arrived, "
                "each exactly once and at its frozen account."
            )
        for fault in faults:
            self.console.print(f"[red]✗[/] {fault}", highlight=False)
        self.console.print(f"  {later} more posts are scheduled for next month, at the times of the plan.")
        self.console.print(f"  {images} images with their captions: {folder}", soft_wrap=True)


def _milliseconds(lateness: timedelta | None) -> str:
    return "–" if lateness is None else f"{lateness.total_seconds() * 1000:.0f} ms"
