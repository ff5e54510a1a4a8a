"""The containers of docker-compose.yml, driven by the engine's own command line."""

import asyncio
import shutil
import subprocess
from functools import cache

from .files import ROOT


class EngineError(Exception):
    """A command of the engine failed. The text is its output."""


@cache
def compose_command() -> tuple[str, ...]:
    """Return `docker compose`, or `docker-compose` where there is no plug-in. Raises EngineError without either."""
    plugin = ("docker", "compose")
    if subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode == 0:
        return plugin
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    raise EngineError("Neither `docker compose` nor `docker-compose` works here: install one and start the engine.")


async def run(*command: str) -> str:
    """Run a command in the repository's root; return its output. Raises EngineError if it fails."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise EngineError(f"{' '.join(command)}: {errors.decode(errors='replace').strip()}")
    return output.decode(errors="replace").strip()


async def container_of(service: str) -> str:
    """Return the id of a service's container. Raises EngineError if it does not run."""
    found = await run(*compose_command(), "ps", "--quiet", service)
    if not found:
        raise EngineError(f"{service} has no container: start everything with `make compose-up`.")
    return found


async def health(container: str) -> str:
    return await run("docker", "inspect", "--format", "{{.State.Health.Status}}", container)


async def wait_until_healthy(service: str, container: str, *, seconds: float = 120) -> None:
    """Return when the container is healthy. Raises EngineError if it is not within the time."""
    async with asyncio.timeout(seconds):
        try:
            while await health(container) != "healthy":
                await asyncio.sleep(0.5)
        except TimeoutError:
            raise EngineError(f"{service} is not healthy within {seconds:.0f} s") from None
