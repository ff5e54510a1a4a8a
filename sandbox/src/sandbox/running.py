"""`make run`: the stack, up until Ctrl-C."""

import asyncio
import signal
from pathlib import Path

from rich.console import Console

from sandbox.demo.show import Screen
from sandbox.stack.errors import StackError
from sandbox.stack.stack import Stack


async def run(directory: Path, console: Console) -> int:
    """Stay up until SIGINT or SIGTERM (0), or until a part ends by itself (1)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    console.print("[bold]PulseWorks[/] starts its servers, stand-ins and six services …")
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
    _print_addresses(stack, console)
    failing = asyncio.ensure_future(stack.wait())
    await asyncio.wait((failing, stopping), return_when=asyncio.FIRST_COMPLETED)
    if failing.done():
        console.print(f"[red]✗[/] {failing.result()}", highlight=False)
    failing.cancel()
    console.print("Stopping what was started …")
    await stack.stop()
    return 0 if stop.is_set() else 1


def _print_addresses(stack: Stack, console: Console) -> None:
    gateway = stack.url
    url = stack.wiring.url
    lines = [
        ("REST API", f"{gateway}/api"),
        ("its documentation", f"{gateway}/docs"),
        ("events (AsyncAPI)", f"{gateway}/asyncapi"),
        ("sample websites", f"{url('website')}/harbour-physio/  {url('website')}/padaria-alfama/"),
        ("what was posted", f"{url('ayrshare')}/_control/posts"),
        ("broker", stack.wiring.amqp_url),
        ("logs", str(stack.logs)),
    ]
    for name, address in lines:
        console.print(f"  {name:<18} {address}", soft_wrap=True, highlight=False)
    console.print("Ctrl-C stops it; what it holds stays for the next time.")
