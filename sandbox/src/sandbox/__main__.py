"""`python -m sandbox demo|run|approvals|subscriber`: what the targets of the Makefile call."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
State = Annotated[Path, typer.Option(help="Where servers, images and logs are kept.")]


@app.command()
def demo(state: State = Path(".pulseworks/demo")) -> None:
    """Watch a month of posts go from a brief to the right accounts; exit 0 when each arrived exactly once."""
    from sandbox.demo.demo import demo as play  # noqa: PLC0415 - each command imports what it needs

    raise typer.Exit(_finish(play(state.absolute(), _console())))


@app.command()
def run(state: State = Path(".pulseworks")) -> None:
    """Start everything, print the addresses, stay up until Ctrl-C."""
    from sandbox.running import run as stay  # noqa: PLC0415 - as above

    raise typer.Exit(_finish(stay(state.absolute(), _console())))


@app.command()
def approvals(state: State = Path(".pulseworks")) -> None:
    """Let a business sign up and approve a month of posts, on the system that `make run` has started."""
    from sandbox.subscribing import approvals as approve  # noqa: PLC0415 - as above

    raise typer.Exit(_finish(approve(state.absolute(), _console())))


@app.command()
def subscriber(language: str = "faststream", state: State = Path(".pulseworks")) -> None:
    """Run an example of a subscriber against the system that `make run` has started, until Ctrl-C."""
    from sandbox.subscribing import subscriber as subscribe  # noqa: PLC0415 - as above

    subscribe(state.absolute(), language, _console())


def _console() -> Console:
    console = Console()
    # a file or a pipe has no width of its own, and 80 columns would cut the tables
    return console if console.is_terminal else Console(width=140)


def _finish(coroutine: object) -> int:
    try:
        return asyncio.run(coroutine)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    app()
