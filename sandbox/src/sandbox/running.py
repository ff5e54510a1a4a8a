"""`make run`: the stack, running until Ctrl-C."""

import asyncio
import json
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from rich.console import Console

from sandbox.demo.show import Screen
from sandbox.stack.errors import StackError
from sandbox.stack.restarts import Restarts
from sandbox.stack.stack import Stack
from sandbox.status.server import status_page


@dataclass(frozen=True)
class Addresses:
    """Addresses of the running system. They are kept in a file while it runs, for programs in other terminals."""

    gateway: str
    website: str
    amqp: str
    database: str
    """With the privileged login."""

    @classmethod
    def of(cls, stack: Stack) -> Self:
        return cls(stack.url, stack.wiring.url("website"), stack.wiring.amqp_url, stack.wiring.admin_database_url)

    @classmethod
    def load(cls, directory: Path) -> Self:
        try:
            return cls(**json.loads(_file(directory).read_text()))
        except FileNotFoundError:
            raise StackError("PulseWorks is not running. Start it in another terminal: make run") from None

    def save(self, directory: Path) -> None:
        file = _file(directory)
        file.touch(mode=0o600)  # the URLs contain passwords
        file.write_text(json.dumps(asdict(self), indent=2))

    @staticmethod
    def remove(directory: Path) -> None:
        _file(directory).unlink(missing_ok=True)


def _file(directory: Path) -> Path:
    return directory / "addresses.json"


async def run(directory: Path, console: Console) -> int:
    """Stay up until SIGINT or SIGTERM (return 0), or until a stand-in exits unexpectedly (return 1).

    A service or a server that exits is started again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    console.print("Starting [bold]PulseWorks[/]: servers, stand-ins and six services …")
    starting = asyncio.ensure_future(Stack(directory, progress=Screen(console).step).start())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return 0
    try:
        stack = starting.result()
    except StackError as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    Addresses.of(stack).save(directory)
    async with status_page(stack) as status:
        _print_addresses(stack, status, console)
        await _watch(stack, stopping, console)
        console.print("Stopping everything …")
        Addresses.remove(directory)
        await stack.stop()
    return 0 if stop.is_set() else 1


async def _watch(stack: Stack, stopping: asyncio.Future[Literal[True]], console: Console) -> None:
    """Return when the person stops it or a stand-in has exited."""
    restarts = Restarts(stack.restartable(), lambda text: console.print(f"[yellow]![/] {text}", highlight=False))
    restarting = asyncio.ensure_future(restarts.run())
    failing = asyncio.ensure_future(stack.wait(standins_only=True))
    await asyncio.wait((failing, restarting, stopping), return_when=asyncio.FIRST_COMPLETED)
    if failing.done():
        console.print(f"[red]✗[/] {failing.result()}", highlight=False)
    failing.cancel()
    restarting.cancel()  # before the stop, which it would take for exits
    await asyncio.gather(failing, restarting, return_exceptions=True)


def _print_addresses(stack: Stack, status: str, console: Console) -> None:
    gateway = stack.url
    url = stack.wiring.url
    lines = [
        ("status page", status),
        ("REST API", f"{gateway}/api"),
        ("its documentation", f"{gateway}/docs"),
        ("events (AsyncAPI)", f"{gateway}/asyncapi"),
        ("sample websites", f"{url('website')}/harbour-physio/  {url('website')}/padaria-alfama/"),
        ("published posts", f"{url('ayrshare')}/_control/posts"),
        ("broker", stack.wiring.amqp_url),
        ("logs", str(stack.logs)),
    ]
    for name, address in lines:
        console.print(f"  {name:<18} {address}", soft_wrap=True, highlight=False)
    console.print("Press Ctrl-C to stop. The data is kept for the next run.")
