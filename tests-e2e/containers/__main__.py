"""`python -m containers [kill] [stop] [restart] [--service NAME]`, on containers that run already."""

import asyncio
from typing import Annotated

import typer
from sandbox.demo.client import DemoError

from .engine import EngineError
from .run import ACTIONS, play, targets


def main(
    actions: Annotated[
        list[str] | None, typer.Argument(help="By default kill, stop and restart, a round each.")
    ] = None,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; repeat for more.")] = None,
) -> None:
    """End every container while posts are due. Exits with 0 if each post arrived exactly once."""
    chosen = actions or list(ACTIONS)
    unknown = sorted(set(chosen) - set(ACTIONS)) + sorted(set(service or []) - set(targets()))
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; actions are {', '.join(ACTIONS)}")
    failed = False
    for action in chosen:
        try:
            done = asyncio.run(play(action, service or targets()))
        except (DemoError, EngineError) as error:
            typer.echo(f"✗ {action}: {error}", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{'✗' if done.faults else '✓'} {done.describe()}")
        for fault in done.faults:
            typer.echo(f"  {fault}")
        failed = failed or bool(done.faults)
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
