"""One stack of real processes for all end-to-end tests: servers, stand-ins and the six services."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sandbox.collector import Collector
from sandbox.stack.environment import VARIABLES
from sandbox.stack.stack import Stack

# All callers in these tests share one address, so many customers at once would exceed its limits.
_LIMITS = ("LOGIN_LIMIT_PER_CLIENT", "SIGNUP_LIMIT_PER_CLIENT", "TOKEN_LIMIT_PER_CLIENT")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def collector() -> AsyncIterator[Collector]:
    """The spans of all services of the stack."""
    async with Collector() as listening:
        yield listening


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> AsyncIterator[Stack]:
    """The running stack, always with its own servers and stand-ins, whatever the environment contains: tests post for
    real.
    """
    environ = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environ |= dict.fromkeys(_LIMITS, "100000/minute")
    environ |= {"OTEL_TRACES_SAMPLER": "parentbased_always_on", "OTEL_BSP_SCHEDULE_DELAY": "500"}
    environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    async with Stack(tmp_path_factory.mktemp("stack"), environ, durable=False) as started:
        yield started
