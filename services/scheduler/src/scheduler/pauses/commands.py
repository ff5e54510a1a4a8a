"""The operator's commands, beside those that every service has."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from scheduler.factory import ProcessContext
from scheduler.models import SERVICE
from scheduler.pauses.operator import Settled, pause_all, resume_all
from scheduler.settings import SchedulerSettings

_LONGEST_REASON = 300


def add_pause_commands(app: typer.Typer) -> None:
    @app.command("pause-all")
    def pause(reason: Annotated[str, typer.Option(help="Customers read it, as a sentence, with each post.")]) -> None:
        """Hold back every post of every account, those too that will be scheduled."""
        reason = reason.strip()
        if not reason or len(reason) > _LONGEST_REASON:
            raise typer.BadParameter(f"give a reason of 1 to {_LONGEST_REASON} characters")
        settled = _run(lambda context: pause_all(context, reason))
        held = settled.held
        typer.echo(f"Paused. Posts held back: {held.parked}; accounts: {settled.accounts}.")
        if held.on_their_way:
            typer.echo(f"Posts that were on their way already and go out: {held.on_their_way}.")
        _end(settled)

    @app.command("resume-all")
    def resume() -> None:
        """Let the posts that are still in time go out again."""
        settled = _run(resume_all)
        held = settled.held
        typer.echo(f"Resumed. Posts released: {held.released}; missed meanwhile: {held.missed}.")
        if held.parked:
            typer.echo(f"Posts that something else holds back: {held.parked}.")
        _end(settled)


def _run(act: Callable[[ProcessContext], Awaitable[Settled]]) -> Settled:
    settings = load_settings(SchedulerSettings)
    configure_logging(SERVICE, level=settings.log_level, style=settings.log_format)

    async def run() -> Settled:
        context = ProcessContext.create(settings)
        try:
            return await act(context)
        finally:
            await context.close()

    return asyncio.run(run())


def _end(settled: Settled) -> None:
    if settled.failed:
        typer.echo(f"Accounts that could not be seen to: {settled.failed}. Run this command again.", err=True)
        raise typer.Exit(1)
