"""Runs after all other scenarios: no failure happened that no response has shown."""

import json
from collections.abc import Iterator

import pytest
from common.messaging.dead_letters import list_dead_letters
from pulseworks_contracts import ALL_QUEUES
from sandbox.stack.stack import Stack
from sandbox.stack.wiring import SERVICES

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.invariant("E5")
async def test_there_are_no_dead_letters(stack: Stack) -> None:
    letters = [
        (queue.name, letter.type, letter.body[:300])
        for queue in ALL_QUEUES
        for letter in await list_dead_letters(stack.wiring.amqp_url, "pulseworks", queue, limit=10)
    ]
    assert letters == []


async def test_no_service_has_logged_an_exception(stack: Stack) -> None:
    assert [line for service in SERVICES for line in _exceptions(stack, service)] == []


def _exceptions(stack: Stack, service: str) -> Iterator[str]:
    for line in (stack.logs / f"{service}.log").read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            if "exception" in entry:
                yield f"{service}: {entry.get('event')} {entry['exception'][-800:]}"
        elif line.startswith("Traceback"):
            yield f"{service}: {line}"
