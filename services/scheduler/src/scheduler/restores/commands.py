"""The operator's command after a restore of the database."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from common.runtime.cli import moment
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from scheduler.factory import ProcessContext
from scheduler.models import SERVICE
from scheduler.restores.workflow import RestoreResult, mark_maybe_sent
from scheduler.settings import SchedulerSettings


def add_restore_commands(app: typer.Typer) -> None:
    @app.command("restored")
    def restored(
        since: Annotated[datetime, typer.Option("--from", parser=moment, help="The moment that was restored.")],
        until: Annotated[datetime, typer.Option(parser=moment, help="When the workers had stopped.")],
        log: Annotated[bool, typer.Option(help="Read RabbitMQ's stream of events. Without: it was lost too.")] = True,
    ) -> None:
        """After a restore, and before a worker runs: let customers decide about posts that may have gone out since.

        Reading the stream needs the AMQP_URL of RabbitMQ's administrator.
        """
        if until < since:
            raise typer.BadParameter("--until is before --from")
        settings = load_settings(SchedulerSettings)
        configure_logging(SERVICE, level=settings.log_level, style=settings.log_format)

        async def run() -> RestoreResult:
            context = ProcessContext.create(settings)
            try:
                return await mark_maybe_sent(context, since, until, read_log=log)
            finally:
                await context.close()

        result = asyncio.run(run())
        typer.echo(f"Posts that may have gone out, for customers to decide: {result.marked}.")
        for event in result.lost:
            post = event.data
            typer.echo(
                f"Went out, and is not in the database: account {event.account_id}, {post.payload.platform}, "
                f"{post.scheduled_for.isoformat()}, content {post.content_id}."
            )
