"""The operator's command after a restore of the database."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from common.runtime.cli import moment
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from publisher.factory import ProcessContext
from publisher.restores.workflow import search_for_pending
from publisher.settings import PublisherSettings


def add_restore_commands(app: typer.Typer) -> None:
    @app.command("restored")
    def restored(
        since: Annotated[datetime, typer.Option("--from", parser=moment, help="The moment that was restored, UTC.")],
    ) -> None:
        """After a restore, and before a worker runs: search for the deliveries that may have been sent since."""
        settings = load_settings(PublisherSettings)
        configure_logging("publisher", level=settings.log_level, style=settings.log_format)

        async def run() -> int:
            context = ProcessContext.create(settings)
            try:
                return await search_for_pending(context, since)
            finally:
                await context.close()

        typer.echo(f"Deliveries that are searched for first: {asyncio.run(run())}.")
