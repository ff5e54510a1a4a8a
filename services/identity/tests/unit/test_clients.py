import pytest
from identity.dependencies import get_client
from starlette.requests import Request


def _request(*headers: tuple[str, str], peer: tuple[str, int] | None = ("192.0.2.1", 1)) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": peer})


@pytest.mark.parametrize(
    ("named", "address"),
    [
        (None, "192.0.2.1"),
        ("198.51.100.7", "198.51.100.7"),
        ("unknown", "192.0.2.1"),
        ("x" * 5000, "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
async def test_the_client_is_the_one_that_the_gateway_names(named: str | None, address: str) -> None:
    headers = [] if named is None else [("x-client-address", named)]
    client = await get_client(_request(*headers, ("x-forwarded-for", "203.0.113.1")))

    assert client.address == address


async def test_a_connection_without_an_address_has_a_common_key() -> None:
    assert (await get_client(_request(peer=None))).address == "unknown"


async def test_the_user_agent_is_short_and_printable() -> None:
    client = await get_client(_request(("user-agent", "Fire\x1bfox " + "x" * 900)))

    assert client.user_agent == "Firefox " + "x" * 292
    assert (await get_client(_request())).user_agent is None
