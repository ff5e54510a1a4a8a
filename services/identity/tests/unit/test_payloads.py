"""Requests that are rejected before any query: these tests have no database."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from common.runtime.settings import offline_settings
from identity.__main__ import service


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    context = service.create_context(offline_settings(service.settings, dict(service.offline())))
    transport = httpx2.ASGITransport(app=service.create_api(context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://identity") as client:
        yield client
    await context.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "ana\u200b@example.com"),
        ("email", "ana@example.com\u0000"),
        ("password", "elevenchars"),
        ("password", "x" * 129),
        ("password", "quiet\u0000harbour lamp"),
        ("password", "password1234"),
        ("password", "ana@example.com"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("website_url", "javascript:alert(1)"),
        ("website_url", "https://ana:secret@example.com"),
        ("account_name", "  "),
        ("account_name", "a\u0000b"),
    ],
)
async def test_an_invalid_value_is_reported_with_its_field(http: httpx2.AsyncClient, field: str, value: str) -> None:
    body = {"email": "ana@example.com", "password": "quiet harbour lamp", "account_name": "Bakery"} | {field: value}

    answer = await http.post("/api/auth/signup", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "harbour lamp" not in answer.text


@pytest.mark.parametrize("password", ["x" * 1025, "quiet\u0000harbour"])
async def test_an_impossible_password_is_rejected_at_sign_in(http: httpx2.AsyncClient, password: str) -> None:
    answer = await http.post("/api/auth/login", json={"email": "ana@example.com", "password": password})

    assert answer.status_code == 422
    assert password not in answer.text
