"""`make doctor`: the `doctor` of each service, with the settings that `make run` gave it."""

import asyncio
import json
import os
import sys
from pathlib import Path

from rich.console import Console

from sandbox.running import Addresses
from sandbox.stack.environment import ExternalServices
from sandbox.stack.errors import StackError
from sandbox.stack.secrets_file import Secrets
from sandbox.stack.stack import storage_variables
from sandbox.stack.storage import Storage
from sandbox.stack.wiring import SERVICES, Wiring


async def doctor(directory: Path, console: Console) -> int:
    """Print the findings for each service; return 1 if something is wrong."""
    try:
        wiring = _wiring(directory)
    except StackError as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    return await examine(wiring, console)


async def examine(wiring: Wiring, console: Console) -> int:
    failed = 0
    results = await asyncio.gather(*(_examine(wiring, service) for service in SERVICES))
    for service, (code, said) in zip(SERVICES, results, strict=True):
        failed += code != 0
        console.print(f"[bold]{service}[/]")
        for line in said.splitlines():
            style = "red" if line.startswith("FAIL") else None
            console.print(f"  {line}", style=style, markup=False, highlight=False, soft_wrap=True)
    return 1 if failed else 0


async def _examine(wiring: Wiring, service: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        service,
        "doctor",
        env=wiring.service_environ(service),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode("utf-8", "replace")


def _wiring(directory: Path) -> Wiring:
    addresses = Addresses.load(directory)
    external = ExternalServices(dict(os.environ))
    ports = json.loads((directory / "ports.json").read_text())
    storage = Storage(directory / "storage")
    storage.port = ports["storage"]
    return Wiring(
        external,
        Secrets.load(directory / "secrets.json"),
        ports,
        addresses.database,
        addresses.amqp,
        storage_variables(external, storage),
    )
