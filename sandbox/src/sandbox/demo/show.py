"""What the person at the terminal sees."""

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
from sandbox.demo.story import Tell
from sandbox.stack.stack import Progress as Step

_TITLE_WIDTH = 32


class Screen:
    """A live view in a terminal; plain lines where the output goes elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def step(self, step: Step) -> None:
        """Show one step of the stack."""
        if step.state == "ready":
            self.console.print(f"  [green]✓[/] {step.name:<12} {step.seconds:4.1f} s [dim]{step.detail}[/]")
        elif step.state == "outside":
            self.console.print(f"  [blue]→[/] {step.name:<12} from the environment [dim]{step.detail}[/]")

    @contextmanager
    def stories(self) -> Iterator[Callable[[Business], Tell]]:
        """Show a line for each business while it does its month."""
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

            def teller(business: Business) -> Tell:
                name = f"[{business.colour}]{business.name:<15}[/]"
                task = progress.add_task("", total=1, business=name)

                def tell(words: str, done: int, planned: int) -> None:
                    progress.update(task, description=words, completed=done, total=max(planned, 1))

                return tell

            yield teller

    def _lines(self, business: Business) -> Tell:
        last = ""

        def tell(words: str, done: int, planned: int) -> None:
            nonlocal last
            if words != last:
                last = words
                self.console.print(f"  {business.name:<15} {done:>2}/{planned:<2} {words}")

        return tell

    def tables(self, rows: list[Row]) -> None:
        """Show every scheduled post, a table for each business."""
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
                "each exactly once, each at its frozen account."
            )
        for fault in faults:
            self.console.print(f"[red]✗[/] {fault}", highlight=False)
        self.console.print(f"  {later} more posts keep the times of the plan, next month.")
        self.console.print(f"  {images} pictures and their captions: {folder}", soft_wrap=True)


def _milliseconds(lateness: timedelta | None) -> str:
    return "–" if lateness is None else f"{lateness.total_seconds() * 1000:.0f} ms"
