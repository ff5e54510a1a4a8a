import asyncio
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
from rich.console import Console

from sandbox import compose
from sandbox.demo.businesses import BUSINESSES, Business
from sandbox.demo.client import Api, DemoError, wait_for_gateway
from sandbox.demo.evidence import arrived, faults_of, rows_of, save_images
from sandbox.demo.show import Screen
from sandbox.demo.story import Report, Result, Story
from sandbox.stack.environment import Component
from sandbox.stack.errors import StackError
from sandbox.stack.stack import Stack


@dataclass(frozen=True)
class System:
    """The addresses that the demo uses of a running system."""

    gateway: str
    website: str
    ayrshare: str


async def demo(directory: Path, console: Console) -> int:
    """Run the main journey for two businesses; return 0 if each post arrived exactly once at the right account."""
    started = time.monotonic()
    screen = Screen(console)
    console.print("Starting [bold]PulseWorks[/]: servers, stand-ins and six services …")
    try:
        async with Stack(directory / "state", progress=screen.step) as stack:
            ready = time.monotonic() - started
            console.print(f"Ready after {ready:.0f} s. Two businesses in two time zones, one month of posts each:")
            url = stack.wiring.url
            faults = await _play(System(stack.url, url("website"), url("ayrshare")), screen, directory / "images")
    except (StackError, DemoError) as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    console.print(f"Stopped. Total time: {time.monotonic() - started:.0f} s.")
    return 1 if faults else 0


async def play_on_compose(directory: Path, console: Console) -> int:
    """Run the same journey on the containers of docker-compose.yml."""
    system = System(compose.GATEWAY, compose.WEBSITE, compose.STANDIN_URLS[Component.AYRSHARE])
    console.print("Two businesses in two time zones, one month of posts each:")
    try:
        await wait_for_gateway(system.gateway)
        faults = await _play(system, Screen(console), directory / "images")
    except DemoError as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    except httpx2.TransportError as error:
        console.print(
            f"[red]✗[/] A stand-in does not answer ({error!r}). Is the profile sandbox in .env?", highlight=False
        )
        return 1
    return 1 if faults else 0


async def _play(system: System, screen: Screen, images: Path) -> list[str]:
    before = {post["post_id"] for post in await arrived(system.ayrshare)}
    run = secrets.token_hex(3)
    with screen.stories() as reporter:
        results = await asyncio.gather(*(_story(system, business, reporter(business), run) for business in BUSINESSES))
    new_posts = [post for post in await arrived(system.ayrshare) if post["post_id"] not in before]
    rows = rows_of(list(results), new_posts)
    faults = faults_of(list(results), rows, new_posts)
    count = await save_images(list(results), images)
    screen.tables(rows)
    screen.conclude(rows, faults, count, images, sum(len(result.later) for result in results))
    return faults


async def _story(system: System, business: Business, report: Report, run: str) -> Result:
    async with Api(system.gateway) as api:
        return await Story(api, business, website=system.website, report=report).play(run)
