"""The operator's commands for Stripe's events, in the form of ``dead-letters``."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from billing.factory import ProcessContext
from billing.models import SERVICE, StripeEvent
from billing.settings import BillingSettings
from billing.webhooks.repository import StripeEventRepository

T = TypeVar("T")


def stripe_event_commands() -> typer.Typer:
    app = typer.Typer(help="Stripe's events that were set aside.", no_args_is_help=True)

    @app.command("list")
    def show(limit: int = 100) -> None:
        """Print them as JSON lines, oldest first, each with the reason."""
        for line in _run(lambda events: _listed(events, limit)):
            typer.echo(line)

    @app.command()
    def replay(
        event_id: Annotated[str | None, typer.Option(help="Only the event with this id at Stripe.")] = None,
        limit: int = 1000,
    ) -> None:
        """Process them again, after the cause is fixed. Those that fail again are set aside again."""
        count = _run(lambda events: events.replay(event_id, limit))
        typer.echo(f"{count} will be processed again")

    return app


async def _listed(events: StripeEventRepository, limit: int) -> list[str]:
    return [json.dumps(_line(event), ensure_ascii=False) for event in await events.list_set_aside(limit)]


def _line(event: StripeEvent) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "type": event.type,
        "livemode": event.payload.get("livemode"),
        "received_at": event.received_at.isoformat(),
        "set_aside_at": event.set_aside_at and event.set_aside_at.isoformat(),
        "attempts": event.attempts,
        "reason": event.error,
    }


def _run(command: Callable[[StripeEventRepository], Awaitable[T]]) -> T:
    settings = load_settings(BillingSettings)
    configure_logging(SERVICE, level=settings.log_level, style=settings.log_format)

    async def run() -> T:
        context = ProcessContext.create(settings)
        try:
            async with context.database.cross_account.transaction() as session:
                return await command(StripeEventRepository(session))
        finally:
            await context.close()

    return asyncio.run(run())
