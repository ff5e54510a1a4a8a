import asyncio
import secrets
import time
from pathlib import Path

from rich.console import Console

from sandbox.demo.businesses import BUSINESSES, Business
from sandbox.demo.client import Api, DemoError
from sandbox.demo.evidence import arrived, faults_of, rows_of, save_images
from sandbox.demo.show import Screen
from sandbox.demo.story import Result, Story, Tell
from sandbox.stack.errors import StackError
from sandbox.stack.stack import Stack

# How many contents of each business go out during the demo, on two platforms each.
SOON = 4


async def demo(directory: Path, console: Console) -> int:
    """Run the main job for two businesses; return 0 when each scheduled post arrived exactly once where it should."""
    started = time.monotonic()
    screen = Screen(console)
    console.print("[bold]PulseWorks[/] starts its servers, stand-ins and six services …")
    try:
        async with Stack(directory / "state", progress=screen.step) as stack:
            ready = time.monotonic() - started
            console.print(f"Ready after {ready:.0f} s. Two businesses, two time zones, one month each:")
            faults = await _play(stack, screen, directory / "images")
    except (StackError, DemoError) as error:
        console.print(f"[red]✗[/] {error}", highlight=False)
        return 1
    console.print(f"Everything is stopped. {time.monotonic() - started:.0f} s in all.")
    return 1 if faults else 0


async def _play(stack: Stack, screen: Screen, images: Path) -> list[str]:
    ayrshare = stack.wiring.url("ayrshare")
    before = {post["post_id"] for post in await arrived(ayrshare)}
    run = secrets.token_hex(3)
    with screen.stories() as teller:
        results = await asyncio.gather(*(_story(stack, business, teller(business), run) for business in BUSINESSES))
    new_posts = [post for post in await arrived(ayrshare) if post["post_id"] not in before]
    rows = rows_of(list(results), new_posts)
    faults = faults_of(list(results), rows, new_posts)
    count = await save_images(list(results), images)
    screen.tables(rows)
    screen.conclude(rows, faults, count, images, sum(len(result.later) for result in results))
    return faults


async def _story(stack: Stack, business: Business, tell: Tell, run: str) -> Result:
    async with Api(stack.url) as api:
        return await Story(api, business, website=stack.wiring.url("website"), tell=tell, soon=SOON).play(run)
