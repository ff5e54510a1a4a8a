"""One replica of everything fits PostgreSQL's default of 100 connections, and the README says with how many."""

import re
from pathlib import Path
from typing import Any

import pytest
from common.runtime.settings import offline_settings
from common.runtime.worker import Worker
from gateway.settings import SERVICES

from . import specs

README = Path(__file__).parents[2] / "libs" / "common" / "README.md"
DEFAULT_LIMIT = 100
RESERVED = 3
"""For superusers (`superuser_reserved_connections`)."""


async def connections(name: str) -> tuple[int, int]:
    """Return how many connections an API process and a worker process of this service open at most."""
    service = specs.service(name)
    settings: Any = offline_settings(service.settings, dict(service.offline()))
    context = service.create_context(settings)
    worker = service.create_worker(context)
    assert isinstance(worker, Worker)
    try:
        limits = settings.database_limits
        assert context.database._limits == limits, "the process uses the settings"
        return limits.pool_size, limits.pool_size + limits.cross_account_pool_size + len(worker.loops)
    finally:
        await context.close()


async def test_one_replica_of_each_process_stays_below_the_server_s_default() -> None:
    counted = [await connections(name) for name in SERVICES]
    assert sum(api + worker for api, worker in counted) < DEFAULT_LIMIT - RESERVED


@pytest.mark.parametrize("name", SERVICES)
async def test_the_readme_says_how_many_connections_a_service_needs(name: str) -> None:
    api, worker = await connections(name)
    row = re.search(rf"^\| {name} \| (\d+) \| (\d+) \| (\d+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert row is not None
    assert tuple(map(int, row.groups())) == (api, worker, worker)
