"""The operator's commands for the keys that sign access tokens."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from identity.factory import ProcessContext
from identity.settings import IdentitySettings
from identity.tokens.errors import RotationInProgressError
from identity.tokens.rules import KeyState, TokenKey
from identity.tokens.workflow import rotate

_LOOK_EVERY_SECONDS = 5.0


def key_commands() -> typer.Typer:
    app = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)

    @app.command("list")
    def show() -> None:
        """Print the keys, their states and the times of the next ones."""
        _run(_print)

    @app.command("rotate")
    def change(
        *,
        wait: Annotated[bool, typer.Option(help="Wait until the earlier keys are retired (25 minutes).")] = True,
        at_once: Annotated[
            bool,
            typer.Option("--at-once", help="For a stolen or lost key: sign with the new one now, refuse the others."),
        ] = False,
    ) -> None:
        """Publish a new key, sign with it once every service knows it, then retire the earlier ones.

        The times are stored first, so that the change completes without this command.
        """

        async def run(context: ProcessContext) -> None:
            try:
                key = await rotate(context, at_once=at_once)
            except RotationInProgressError as error:
                typer.echo(f"{error.title}. {error.detail}", err=True)
                raise typer.Exit(1) from None
            await _print(context)
            if wait and not at_once:
                await _watch(context, key)

        _run(run)

    return app


async def _watch(context: ProcessContext, new: TokenKey) -> None:
    """Print each change of a state until the new key is the only one."""
    shown: dict[str, KeyState] = {}
    while True:
        ring, now = await context.keys.ring(), context.clock.now()
        states = {key.kid: ring.state(key, now) for key in ring.keys}
        for kid, state in states.items():
            if shown and shown.get(kid) != state:
                typer.echo(f"{now:%H:%M:%S} UTC  {kid}  {state}")
        shown = states
        if {kid for kid, state in states.items() if state is not KeyState.RETIRED} == {new.kid}:
            return
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _print(context: ProcessContext) -> None:
    ring, now = await context.keys.ring(), context.clock.now()
    for key in ring.keys:
        state = ring.state(key, now)
        times = f"  signs from {key.signs_at:%H:%M:%S} UTC" if state is KeyState.PUBLISHED else ""
        if key.retires_at is not None and state is not KeyState.RETIRED:
            times += f"  retires at {key.retires_at:%H:%M:%S} UTC"
        unusable = "" if key.private is not None else "  (not readable with this TOKEN_SIGNING_KEY)"
        typer.echo(f"{key.kid}  {state}{times}{unusable}")


def _run(command: Callable[[ProcessContext], Awaitable[None]]) -> None:
    settings = load_settings(IdentitySettings)
    configure_logging("identity", level=settings.log_level, style=settings.log_format)

    async def run() -> None:
        context = ProcessContext.create(settings)
        try:
            await command(context)
        finally:
            await context.close()

    asyncio.run(run())
