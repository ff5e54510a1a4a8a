"""`python -m sandbox demo|run|doctor|approvals|subscriber`: the commands behind the Makefile's targets."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
State = Annotated[Path, typer.Option(help="Folder for servers, images and logs.")]


@app.command()
def demo(state: State = Path(".pulseworks/demo")) -> None:
    """Watch a month of posts go from a brief to the right accounts. Exits with 0 if each arrived exactly once."""
    from sandbox.demo.demo import demo as play

    raise typer.Exit(_finish(play(state.absolute(), _console())))


@app.command()
def compose_demo(state: State = Path(".pulseworks/compose")) -> None:
    """Play the demo on the containers of docker-compose.yml."""
    from sandbox.demo.demo import play_on_compose

    raise typer.Exit(_finish(play_on_compose(state.absolute(), _console())))


@app.command()
def compose_env(file: Path = Path(".env"), example: Path = Path(".env.example")) -> None:
    """Write the settings of docker-compose.yml: new secrets, and the sandbox for providers without a key."""
    from sandbox.compose import write_environment
    from sandbox.stack.errors import StackError

    try:
        write_environment(example, file)
    except StackError as error:
        _console().print(error, highlight=False)
    else:
        _console().print(f"{file} has new secrets. Keep it out of version control.", highlight=False)


@app.command()
def register_webhooks(
    base_url: Annotated[str, typer.Option(envvar="AYRSHARE_BASE_URL")],
    url: Annotated[str, typer.Option(envvar="AYRSHARE_WEBHOOK_URL", help="The gateway's /api/webhooks/ayrshare.")],
    secret: Annotated[str, typer.Option(envvar="AYRSHARE_WEBHOOK_SECRET")],
) -> None:
    """Register our webhook with the stand-in of Ayrshare."""
    from sandbox.stack.environment import Component
    from sandbox.stack.webhooks import register_with_ayrshare
    from sandbox.stack.wiring import STANDIN_KEYS

    asyncio.run(register_with_ayrshare(base_url, STANDIN_KEYS[Component.AYRSHARE], url, secret))


@app.command()
def run(state: State = Path(".pulseworks")) -> None:
    """Start everything, print the addresses, and stay up until Ctrl-C."""
    from sandbox.running import run as stay

    raise typer.Exit(_finish(stay(state.absolute(), _console())))


@app.command()
def doctor(state: State = Path(".pulseworks")) -> None:
    """Check the system started by `make run`: one line for each part, with the cure. Exits with 1 if one fails."""
    from sandbox.doctor import doctor as examine

    raise typer.Exit(_finish(examine(state.absolute(), _console())))


@app.command()
def approvals(state: State = Path(".pulseworks")) -> None:
    """Sign a business up and approve a month of posts, on the system started by `make run`."""
    from sandbox.subscribing import approvals as approve

    raise typer.Exit(_finish(approve(state.absolute(), _console())))


@app.command()
def subscriber(language: str = "faststream", state: State = Path(".pulseworks")) -> None:
    """Run an example subscriber against the system started by `make run`, until Ctrl-C."""
    from sandbox.subscribing import subscriber as subscribe

    subscribe(state.absolute(), language, _console())


def _console() -> Console:
    console = Console()
    # a file or pipe has no width, and 80 columns would cut the tables
    return console if console.is_terminal else Console(width=140)


def _finish(coroutine: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(coroutine)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    app()
