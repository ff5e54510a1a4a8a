"""The signing key changes while several replicas sign and several services verify, without a refused token (T2)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx2
import jwt
import pytest
from common.auth import InvalidTokenError, JwksKeySource, KeysUnavailableError, TokenVerifier
from common.database import libpq_url
from identity.api import create_api
from identity.factory import ProcessContext
from identity.settings import IdentitySettings
from identity.tokens.errors import RotationInProgressError
from identity.tokens.rules import PUBLISHED_BEFORE_SIGNING, VERIFIED_AFTER_SIGNING
from identity.tokens.workflow import rotate
from testing import ManualClock
from testing.servers import DatabaseServer

from .conftest import Person, private_pem, process

JWKS = "http://identity/.well-known/jwks.json"


class Identity(httpx2.AsyncBaseTransport):
    """The replicas behind a load balancer, in turns; without any, nothing answers."""

    def __init__(self, *replicas: ProcessContext) -> None:
        self.replicas = [httpx2.ASGITransport(app=create_api(replica)) for replica in replicas]
        self.requests = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not self.replicas:
            raise httpx2.ConnectError("refused")
        self.requests += 1
        return await self.replicas[self.requests % len(self.replicas)].handle_async_request(request)


def verifier(identity: Identity, clock: ManualClock) -> TokenVerifier:
    source = JwksKeySource(JWKS, transport=identity, monotonic=lambda: clock.now().timestamp())
    return TokenVerifier(source, clock=clock)


@pytest.fixture
async def identity(context: ProcessContext, other_context: ProcessContext) -> Identity:
    return Identity(context, other_context)


@pytest.fixture
async def verifiers(identity: Identity, clock: ManualClock) -> AsyncIterator[list[TokenVerifier]]:
    """Two services with caches of their own, filled at different times."""
    created = [verifier(identity, clock) for _ in range(2)]
    yield created
    for one in created:
        await one.close()


async def sign_in(person: Person, replica: ProcessContext) -> str:
    """Return a new access token from one replica."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_api(replica)), base_url="http://identity"
    ) as http:
        answer = await http.post("/api/auth/login", json={"email": person.email, "password": person.password})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.mark.invariant("T2")
async def test_no_token_is_refused_while_the_key_changes(
    context: ProcessContext,
    other_context: ProcessContext,
    verifiers: list[TokenVerifier],
    clock: ManualClock,
    owner: Person,
) -> None:
    step, kids, tokens = timedelta(seconds=20), list[str](), list[str]()
    await verifiers[0].verify(await sign_in(owner, context))
    clock.advance(step)
    await verifiers[1].verify(await sign_in(owner, other_context))

    new = await rotate(context)
    end = clock.now() + PUBLISHED_BEFORE_SIGNING + VERIFIED_AFTER_SIGNING + timedelta(minutes=1)
    while clock.now() < end:
        tokens += [await sign_in(owner, replica) for replica in (context, other_context)]
        kids += [kid_of(token) for token in tokens[-2:]]
        # the oldest are 14 minutes old
        tokens = tokens[-84:]
        for one in verifiers:
            for token in (*tokens[:2], *tokens[-2:]):
                await one.verify(token)
        clock.advance(step)

    assert kids[-1] == new.kid != kids[0]
    # one change, at the same instant in both replicas
    assert kids == sorted(kids, key=lambda kid: kid == new.kid)
    assert kids.count(kids[0]) % 2 == 0
    assert [key.kid for key in (await other_context.keys.ring()).verifying(clock.now())] == [new.kid]


@pytest.mark.invariant("T2")
async def test_a_key_is_published_by_every_replica_before_it_signs(
    context: ProcessContext, identity: Identity, clock: ManualClock
) -> None:
    async def published() -> list[list[str]]:
        async with httpx2.AsyncClient(transport=identity) as http:
            return [[key["kid"] for key in (await http.get(JWKS)).json()["keys"]] for _ in range(2)]

    (old,), _ = await published()
    new = (await rotate(context)).kid
    clock.advance(timedelta(seconds=10))
    assert await published() == [[old, new]] * 2
    clock.advance(PUBLISHED_BEFORE_SIGNING)
    assert await published() == [[new, old]] * 2
    clock.advance(VERIFIED_AFTER_SIGNING)
    assert await published() == [[new]] * 2


async def test_the_key_set_is_public_and_cacheable_for_a_minute(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/.well-known/jwks.json")

    assert [key["alg"] for key in answer.json()["keys"]] == ["EdDSA"]
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_a_second_change_waits_for_the_first(context: ProcessContext, clock: ManualClock) -> None:
    await rotate(context)
    with pytest.raises(RotationInProgressError):
        await rotate(context)

    clock.advance(PUBLISHED_BEFORE_SIGNING)
    await rotate(context)


async def test_a_replica_that_starts_during_a_change_takes_part_in_it(
    context: ProcessContext, settings: IdentitySettings, clock: ManualClock, owner: Person
) -> None:
    new = await rotate(context)
    clock.advance(PUBLISHED_BEFORE_SIGNING)

    async with process(settings, clock) as started:
        assert kid_of(await sign_in(owner, started)) == new.kid
        await started.token_verifier.verify(owner.signed_in["access_token"])


async def test_a_stolen_key_is_refused_at_once(
    context: ProcessContext, other_context: ProcessContext, clock: ManualClock, owner: Person
) -> None:
    await other_context.token_verifier.verify(owner.signed_in["access_token"])
    new = await rotate(context, at_once=True)
    clock.advance(timedelta(seconds=10))

    for replica in (context, other_context):
        with pytest.raises(InvalidTokenError):
            await replica.token_verifier.verify(owner.signed_in["access_token"])
        assert kid_of(await sign_in(owner, replica)) == new.kid


async def test_a_replica_without_the_secret_of_the_stored_keys_is_not_ready(
    context: ProcessContext, settings: IdentitySettings, clock: ManualClock
) -> None:
    await rotate(context, at_once=True)
    other = settings.model_copy(update={"token_signing_key": type(settings.token_signing_key)(private_pem())})

    async with process(other, clock) as replica:
        (check,) = [check for check in replica.readiness() if check.name == "signing_key"]
        with pytest.raises(KeysUnavailableError):
            await check.probe()


async def test_private_keys_are_stored_encrypted(context: ProcessContext, database_server: DatabaseServer) -> None:
    key = await rotate(context)
    assert key.private is not None
    connection = await asyncpg.connect(libpq_url(database_server.url))
    rows = await connection.fetch("SELECT * FROM identity.signing_key")
    await connection.close()

    secrets = [key.private.private_bytes_raw(), context.key_secrets.original.private_bytes_raw()]
    assert len(rows) == 2
    assert not any(secret in bytes(row["private_key"]) for row in rows for secret in secrets)


async def test_an_unknown_key_while_identity_is_down_is_not_a_wrong_token(
    context: ProcessContext, identity: Identity, verifiers: list[TokenVerifier], clock: ManualClock, owner: Person
) -> None:
    """A service that could not fetch a new key answers 503, after which the client tries again, and not 401."""
    await verifiers[0].verify(owner.signed_in["access_token"])
    await rotate(context)
    clock.advance(PUBLISHED_BEFORE_SIGNING)
    token = await sign_in(owner, context)
    replicas, identity.replicas = identity.replicas, []

    with pytest.raises(KeysUnavailableError):
        await verifiers[0].verify(token)
    identity.replicas = replicas
    clock.advance(timedelta(seconds=5))
    principal = await verifiers[0].verify(token)
    assert str(principal.user_id) == owner.id
