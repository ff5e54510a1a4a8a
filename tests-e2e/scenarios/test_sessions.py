"""A session that has ended is ended everywhere: the gateway receives the event and refuses its tokens."""

import httpx2
import pytest
from common.auth import Role
from sandbox.demo.client import until
from sandbox.stack.stack import Stack

from .customer import Customer
from .problems import problem_of
from .users import invited

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A service that knows nothing about sessions, so the refusal comes from the gateway.
ELSEWHERE = "/api/schedule/rule"


async def until_refused(customer: Customer, headers: dict[str, str]) -> None:
    response = await until(
        "the refusal",
        lambda: customer.send("GET", ELSEWHERE, headers=headers),
        lambda response: response.status_code == httpx2.codes.UNAUTHORIZED,
        seconds=5,
    )
    assert problem_of(response)["code"] == "session_revoked"


@pytest.mark.invariant("T2")
async def test_after_logout_the_gateway_refuses_the_token(stack: Stack, newcomer: Customer) -> None:
    assert (await newcomer.send("GET", ELSEWHERE)).status_code != httpx2.codes.UNAUTHORIZED
    assert (await newcomer.send("POST", "/api/auth/logout")).status_code == 204
    assert (await newcomer.send("GET", "/api/auth/me")).status_code == httpx2.codes.UNAUTHORIZED
    await until_refused(newcomer, newcomer.bearer)


async def test_a_refresh_token_used_twice_ends_the_session(newcomer: Customer) -> None:
    email = (await newcomer.api.call("GET", "/api/auth/me"))["user"]["email"]
    password = {"email": email, "password": newcomer.password}
    first = await newcomer.api.call("POST", "/api/auth/login", password)
    old = {"refresh_token": first["refresh_token"]}
    second = await newcomer.api.call("POST", "/api/auth/refresh", old)
    # the same client may repeat it for ten seconds, another one may not
    other = {"User-Agent": "another browser"}
    reused = await newcomer.send("POST", "/api/auth/refresh", json=old, headers=other)
    assert reused.status_code == httpx2.codes.UNAUTHORIZED
    await until_refused(newcomer, {"Authorization": f"Bearer {second['access_token']}"})
    # the session of the sign-up is another one
    assert (await newcomer.send("GET", "/api/auth/me")).status_code == httpx2.codes.OK


async def test_a_changed_role_revokes_its_tokens(newcomer: Customer) -> None:
    headers = {"Authorization": f"Bearer {await invited(newcomer, Role.ADMIN)}"}
    people = (await newcomer.api.call("GET", "/api/users"))["items"]
    [admin] = [person for person in people if person["role"] == "ADMIN"]
    await newcomer.api.call("PATCH", f"/api/users/{admin['id']}", {"role": "MEMBER"})
    await until_refused(newcomer, headers)
