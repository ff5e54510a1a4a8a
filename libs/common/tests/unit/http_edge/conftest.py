from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import structlog
from common.http import create_app
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from .application import Context, plain, router


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def app(context: Context) -> FastAPI:
    return create_app(
        title="t", service="probe", context=context, routers=[router, plain], registry=CollectorRegistry()
    )


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture(autouse=True)
def _no_bound_ids() -> Iterator[None]:
    yield
    structlog.contextvars.clear_contextvars()
