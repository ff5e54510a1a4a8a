"""Effects survive a kill, and work in progress is resumed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sandbox.ayrshare import AyrshareConfig, create_ayrshare
from sandbox.standin import Store, serving

HEADERS = {"Authorization": "Bearer k"}


@asynccontextmanager
async def program(state: Path) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """The stand-in as the program that `make run` starts. It is killed at the end if it is still running."""
    arguments = ["-m", "sandbox.ayrshare", "--port", "0", "--state", str(state), "--config", '{"api_key":"k"}']
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        url = f"http://127.0.0.1:{port}"
        transport = httpx.AsyncHTTPTransport(retries=5)
        async with httpx.AsyncClient(base_url=url, transport=transport, timeout=5) as http:
            yield http, process.pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def post(http: httpx.AsyncClient, key: str, **fields: Any) -> httpx.Response:
    return await http.post(
        "/api/post",
        json={"post": "Hello", "platforms": ["facebook"], **fields},
        headers=HEADERS | {"Profile-Key": key},
    )


@pytest.mark.timeout(30)
async def test_effects_keys_and_switches_survive_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "with space" / "ayrshare.jsonl"
    async with program(state) as (http, pid):
        made = (await http.post("/api/profiles", json={"title": "Cafe"}, headers=HEADERS)).json()
        key = made["profileKey"]
        session = await http.post("/api/profiles/link-sessions", json={}, headers=HEADERS | {"Profile-Key": key})
        await http.post(session.json()["url"], json={"facebook": "10001"})
        await http.post("/_control/config", json={"rate_limit": 7})
        await post(http, key, idempotencyKey="k-1", notes="d-1:1")
        before = (await http.get("/_control/posts")).json()
        assert before["count"] == 1
        os.kill(pid, signal.SIGKILL)
    async with program(state) as (http, _):
        assert (await http.get("/_control/posts")).json() == before
        assert (await http.get("/_control/config")).json()["rate_limit"] == 7
        response = await post(http, key, idempotencyKey="k-1")
        assert (response.status_code, response.json()["code"]) == (400, 137)
        response = await post(http, key)
        assert response.json()["posts"][0]["errors"][0]["code"] == 137
        history = await http.get("/api/history", headers=HEADERS | {"Profile-Key": key})
        assert [seen["notes"] for seen in history.json()["history"]][-1] == "d-1:1"


async def test_scheduled_post_is_published_by_the_next_process(tmp_path: Path) -> None:
    state = tmp_path / "ayrshare.jsonl"
    config = AyrshareConfig(api_key="k")
    when = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"post": "Later", "platforms": ["facebook"], "scheduleDate": when}
    async with (
        serving(create_ayrshare(config, Store(state))) as running,
        httpx.AsyncClient(base_url=running.url) as http,
    ):
        assert (await http.post("/api/post", json=body, headers=HEADERS)).status_code == 200
    async with (
        serving(create_ayrshare(config, Store(state))) as running,
        httpx.AsyncClient(base_url=running.url) as http,
    ):
        await http.post("/_control/clock", json={"advance_seconds": 3_601})
        async with asyncio.timeout(1):
            while (await http.get("/_control/posts")).json()["count"] == 0:
                await asyncio.sleep(0.01)
        assert (await http.get("/_control/posts")).json()["count"] == 1
