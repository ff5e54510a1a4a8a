import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from .support import IMAGE, Storage


@pytest.fixture
async def storage(world: Any) -> AsyncIterator[Storage]:
    storage = Storage()
    server = await asyncio.start_server(storage.answer, "127.0.0.1", 0)
    storage.port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{storage.port}/media/a.jpg"
    world.media = world.media.model_copy(update={"url": url, "sha256": hashlib.sha256(IMAGE).hexdigest()})
    yield storage
    server.close()
