"""The status page of `make run` on the running system: what it shows is what the system holds."""

import re

import httpx2
import pytest
from pulseworks_contracts import ALL_QUEUES
from sandbox.stack.stack import Stack
from sandbox.stack.wiring import SERVICES
from sandbox.status.database import MEANINGS, POSTS
from sandbox.status.reader import StatusReader
from sandbox.status.server import status_page

from .conftest import Month

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_shows_every_part_queue_and_due_table(stack: Stack) -> None:
    read = await StatusReader(stack).read()

    assert [part.name for part in read.troubled] == []
    assert {part.name for part in read.parts} == {*SERVICES, *stack.processes, "postgres", "rabbitmq", "storage"}
    assert [part.name for part in read.parts if not part.does] == []
    assert [queue.name for queue in read.queues.rows] == [queue.name for queue in ALL_QUEUES]
    assert [queue.name for queue in read.queues.rows if queue.consumers == 0] == []
    assert {depth.table for depth in read.due.rows} == set(MEANINGS)
    assert read.concerns.problem is None


async def test_the_page_shows_the_last_posts_and_where_they_arrived(stack: Stack, month: Month) -> None:
    read = await StatusReader(stack).read()
    shown = [post for post in read.posts.rows if post.status == "published"]

    assert len(read.posts.rows) == POSTS or len(read.posts.rows) >= len(month.rows)
    assert shown
    assert [post for post in shown if post.arrivals != 1 or post.misplaced or post.picture is None] == []

    async with status_page(stack) as url, httpx2.AsyncClient() as http:
        response = await http.get(url)
        elsewhere = await http.get(url, headers={"Host": "pulseworks.example"})
    assert response.status_code == 200
    assert "live once at the stand-in" in response.text
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', response.text)
    own = (f"{stack.storage.public_base_url}/", "/page.", "data:")
    assert [source for source in loaded if not source.startswith(own)] == []
    assert elsewhere.status_code == 400, "a name that a foreign page lets resolve to this machine"
