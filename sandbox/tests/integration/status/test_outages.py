"""The status page stays up and names what is down, while the database, the broker or a process is."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from common.messaging import topology
from sandbox.stack.stack import Stack
from sandbox.status.server import status_page

OWN = {"DATABASE_URL", "S3_ENDPOINT_URL", "S3_BUCKET", "EVENTS_NAMESPACE"}
ENVIRON = {name: value for name, value in os.environ.items() if name not in OWN}


async def shown(http: httpx2.AsyncClient) -> str:
    await asyncio.sleep(1.1)  # what was read is shown for a second
    return (await http.get("/")).raise_for_status().text


@pytest.mark.slow
async def test_the_page_names_what_is_down(tmp_path: Path, amqp_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = ENVIRON | {"AMQP_URL": amqp_url, "EVENTS_NAMESPACE": "status-test"}
    await topology.declare(amqp_url, "status-test")
    async with (
        Stack(tmp_path, environ, durable=False, services=(), standins=("website",)) as stack,
        status_page(stack) as url,
        httpx2.AsyncClient(base_url=url, timeout=15) as http,
    ):
        before = await shown(http)
        assert before.count('<b class="tag good">') == 4  # postgres, rabbitmq, storage and the website
        assert "publisher.due" in before

        stack.postgres.kill()
        os.kill(stack.processes["website"].pid or 0, signal.SIGKILL)
        page = await shown(http)
        assert "Not ready: postgres, website." in page
        assert "PostgreSQL can&#39;t be read" in page
        assert "it exited with code -9" in page
        assert "publisher.due" in page, "what answers is still shown"

        await stack.postgres.restart_async()
        monkeypatch.setattr(stack, "_wiring", replace(stack.wiring, amqp_url="amqp://127.0.0.1:1/"))
        page = await shown(http)
        assert "Not ready: rabbitmq, website." in page
        assert "RabbitMQ can&#39;t be read" in page
