"""Health and metrics: `/livez` checks nothing, `/readyz` runs the checks, `/metrics` is for Prometheus."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from common.errors import NotReadyError
from common.http.context import Check

__all__ = ["OPERATIONS_PATHS", "health_router", "liveness_router"]

OPERATIONS_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json"})
"""Served besides the API. The gateway does not forward these."""

_PROBE_SECONDS = 3
_log = structlog.get_logger(__name__)


def liveness_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"status": "alive"})

    return router


def health_router(registry: CollectorRegistry) -> APIRouter:
    """Return the routes for operators: they name parts of the system and cost database queries."""
    router = APIRouter(include_in_schema=False)

    @router.get("/readyz")
    async def readyz(request: Request) -> Response:
        sources: Sequence[Callable[[], Sequence[Check]]] = request.app.state.readiness
        checks = [check for source in sources for check in source()]
        results = dict(await asyncio.gather(*(_probe(check) for check in checks)))
        ready = all(results[check.name] is None for check in checks if check.critical)
        failed = {name: reason for name, reason in results.items() if reason is not None}
        if failed:
            _log.warning("degraded" if ready else "not_ready", failed=failed)
        body = {
            "status": ("degraded" if failed else "ready") if ready else "not_ready",
            "checks": {name: "ok" if reason is None else reason for name, reason in results.items()},
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


async def _probe(check: Check) -> tuple[str, str | None]:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            await check.probe()
    except TimeoutError:
        return check.name, f"no answer within {_PROBE_SECONDS} s"
    except NotReadyError as reason:
        return check.name, str(reason)
    except Exception as error:  # noqa: BLE001 - any exception of a probe means not ready; it is reported and logged
        _log.info("probe_failed", check=check.name, error=repr(error))
        return check.name, type(error).__name__
    return check.name, None
