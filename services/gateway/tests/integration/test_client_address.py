"""Which address a service sees behind the gateway, with the loopback network as a trusted proxy."""

from typing import Any

import httpx2
import pytest
from gateway.settings import GatewaySettings
from pydantic import ValidationError
from testing.tokens import TokenMinter


@pytest.fixture
def own_settings() -> dict[str, Any]:
    return {"trusted_proxies": "127.0.0.0/8, 10.0.0.0/8, 2001:db8:f::1"}


async def seen(client: httpx2.AsyncClient, headers: list[tuple[str, str]]) -> list[str]:
    response = await client.post("/api/auth/login", json={}, headers=headers)
    return [value for name, value in response.json()["headers"] if name == "x-client-address"]


async def test_a_service_sees_the_client_behind_the_trusted_proxies(client: httpx2.AsyncClient) -> None:
    assert await seen(client, [("X-Forwarded-For", "203.0.113.1, 198.51.100.7, 10.0.0.2")]) == ["198.51.100.7"]
    assert await seen(client, [("Forwarded", 'for="[2001:db8::7]:1", for="[2001:db8:f::1]"')]) == ["2001:db8::7"]
    assert await seen(client, [("X-Client-Address", "198.51.100.7")]) == ["127.0.0.1"]


def test_networks_and_origins_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, minter: TokenMinter
) -> None:
    for name in ("IDENTITY", "BILLING", "CONTENT", "SCHEDULER", "PUBLISHER"):
        monkeypatch.setenv(f"{name}_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AMQP_URL", "amqp://127.0.0.1:1/")
    assert GatewaySettings.load().trusted_proxies == ()
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1 , 2001:db8::/32")
    monkeypatch.setenv("WEB_ORIGINS", "https://app.example.com,http://localhost:3000")
    settings = GatewaySettings.load()
    assert [str(network) for network in settings.proxies] == ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]
    assert settings.web_origins == ("https://app.example.com", "http://localhost:3000")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("WEB_ORIGINS", "*"),
        ("WEB_ORIGINS", "null"),
        ("WEB_ORIGINS", "https://app.example.com/"),
        ("WEB_ORIGINS", "app.example.com"),
    ],
)
def test_a_network_or_origin_that_would_never_match_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        GatewaySettings.load()
