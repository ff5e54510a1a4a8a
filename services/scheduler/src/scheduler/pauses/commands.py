"""The operator's commands, beside those that every service has."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from scheduler.factory import ProcessContext
from scheduler.models import SERVICE
from scheduler.pauses.workflow import AllAccountsResult, pause_all, resume_all
from scheduler.settings import SchedulerSettings

_MAX_REASON = 300


def add_pause_commands(app: typer.Typer) -> None:
    @app.command("pause-all")
    def pause(reason: Annotated[str, typer.Option(help="A sentence. Customers see it with each post.")]) -> None:
        """Hold back every post of every account, including new ones."""
        reason = reason.strip()
        if not reason or len(reason) > _MAX_REASON:
            raise typer.BadParameter(f"give a reason of 1 to {_MAX_REASON} characters")
        result = _run(lambda context: pause_all(context, reason))
        typer.echo(f"Paused. Posts held back: {result.holds.parked}; accounts: {result.accounts}.")
        if result.holds.on_their_way:
            typer.echo(f"Posts that were already handed over and go out: {result.holds.on_their_way}.")
        _exit(result)

    @app.command("resume-all")
    def resume() -> None:
        """Release the posts that are still in time."""
        result = _run(resume_all)
        typer.echo(f"Resumed. Posts released: {result.holds.released}; missed meanwhile: {result.holds.missed}.")
        if result.holds.parked:
            typer.echo(f"Posts that something else holds back: {result.holds.parked}.")
        _exit(result)


def _run(command: Callable[[ProcessContext], Awaitable[AllAccountsResult]]) -> AllAccountsResult:
    settings = load_settings(SchedulerSettings)
    configure_logging(SERVICE, level=settings.log_level, style=settings.log_format)

    async def run() -> AllAccountsResult:
        context = ProcessContext.create(settings)
        try:
            return await command(context)
        finally:
            await context.close()

    return asyncio.run(run())


def _exit(result: AllAccountsResult) -> None:
    if result.failed:
        typer.echo(f"Accounts that failed: {result.failed}. Run this command again.", err=True)
        raise typer.Exit(1)
