"""Readiness, metrics and the document."""

import json

import httpx2
from common.http import Check
from fastapi import FastAPI

from .application import Context


async def test_readiness_names_failed_checks_and_liveness_runs_none(http: httpx2.AsyncClient, context: Context) -> None:
    async def fine() -> None:
        return None

    async def failing() -> None:
        raise ConnectionError("amqp://user:secret@broker is unavailable")

    context.checks = [Check("database", fine), Check("broker", failing)]
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not_ready", "checks": {"database": "ok", "broker": "ConnectionError"}}
    assert (await http.get("/livez")).status_code == 200
    context.checks = [Check("database", fine)]
    assert (await http.get("/readyz")).status_code == 200
    context.checks = [Check("database", fine), Check("provider", failing, critical=False)]
    degraded = await http.get("/readyz")
    assert degraded.status_code == 200
    assert degraded.json() == {"status": "degraded", "checks": {"database": "ok", "provider": "ConnectionError"}}


async def test_requests_are_measured_by_route_and_not_by_path(http: httpx2.AsyncClient) -> None:
    await http.get("/things/number/1")
    await http.get("/things/number/2")
    await http.get("/nothing/3")
    text = (await http.get("/metrics")).text
    count = 'http_request_seconds_count{method="GET",route="/things/number/{number}",status="200"} 2.0'
    assert count in text
    assert 'route="unmatched",status="404"} 1.0' in text


def test_the_document_describes_permissions_and_problems(app: FastAPI) -> None:
    document = app.openapi()
    approve_operation = document["paths"]["/things/approve"]["post"]
    assert approve_operation["security"] == [{"bearer": []}]
    assert approve_operation["x-permission"] == ["content:approve"]
    assert [p["name"] for p in approve_operation["parameters"]] == ["Idempotency-Key", "Consistency-Token"]
    echo_operation = document["paths"]["/things"]["post"]
    assert echo_operation["security"] == []
    assert "parameters" not in echo_operation
    assert "422" not in echo_operation["responses"]
    assert "application/problem+json" in echo_operation["responses"]["default"]["content"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert not any(path in document["paths"] for path in ("/livez", "/readyz", "/metrics"))
    json.dumps(document)
