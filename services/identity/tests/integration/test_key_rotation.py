"""The signing key changes while several replicas sign and several services verify, without a refused token (T2)."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import asyncpg
import httpx2
import jwt
import pytest
from common.auth import InvalidTokenError, JwksKeySource, KeysUnavailableError, TokenExpiredError, TokenVerifier
from common.database import libpq_url
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from identity.__main__ import app
from identity.api import create_api
from identity.factory import ProcessContext
from identity.settings import IdentitySettings
from identity.tokens import workflow
from identity.tokens.errors import RotationInProgressError
from identity.tokens.rules import PUBLISHED_BEFORE_SIGNING, RELOAD_AFTER, VERIFIED_AFTER_SIGNING
from identity.tokens.workflow import rotate
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from testing import ManualClock
from testing.servers import DatabaseServer
from typer.testing import CliRunner, Result

from .conftest import Person, client_of, private_pem, process

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


async def sign_in(person: Person, replica: httpx2.AsyncClient) -> str:
    """Return a new access token from one replica."""
    answer = await replica.post("/api/auth/login", json={"email": person.email, "password": person.password})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def steps(*instants: datetime) -> Iterator[timedelta]:
    """Yield steps through a change of the key, short ones around the instants at which something happens."""
    now, end = instants[0], instants[-1] + timedelta(minutes=1)
    while now < end:
        close = any(abs(instant - now) <= timedelta(seconds=20) for instant in instants)
        step = timedelta(seconds=2 if close else 30)
        yield step
        now += step


async def refused_while_the_key_changes(
    contexts: list[ProcessContext],
    replicas: list[httpx2.AsyncClient],
    verifiers: list[TokenVerifier],
    clock: ManualClock,
    person: Person,
) -> tuple[list[str], list[str]]:
    """Change the key just after every replica has read its keys. Return the kids of all tokens, and of the refused.

    At each step a token with an invented kid makes the services fetch the keys, which they then may not do again for
    some seconds.
    """
    made_up = jwt.encode({}, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": "made-up"})
    kids, refused, tokens = list[str](), list[str](), list[str]()
    for one, replica in zip(verifiers, replicas, strict=True):
        await one.verify(await sign_in(person, replica))
    clock.advance(RELOAD_AFTER)
    for context in contexts:
        await context.keys.ring()
    new = await rotate(contexts[0])
    for step in steps(clock.now(), new.signs_at, new.signs_at + VERIFIED_AFTER_SIGNING):
        for one in verifiers:
            with pytest.raises(InvalidTokenError):
                await one.verify(made_up)
        tokens = [*tokens, *[await sign_in(person, replica) for replica in replicas]][-60:]
        kids += map(kid_of, tokens[-2:])
        for one, token in itertools.product(verifiers, {*tokens[:2], *tokens[-2:]}):
            try:
                await one.verify(token)
            except TokenExpiredError:
                continue
            except InvalidTokenError:
                refused.append(kid_of(token))
        clock.advance(step)
    return kids, refused


@pytest.mark.invariant("T2")
async def test_no_token_is_refused_while_the_key_changes(
    context: ProcessContext,
    other_context: ProcessContext,
    http: httpx2.AsyncClient,
    other_http: httpx2.AsyncClient,
    verifiers: list[TokenVerifier],
    clock: ManualClock,
    owner: Person,
) -> None:
    kids, refused = await refused_while_the_key_changes(
        [context, other_context], [http, other_http], verifiers, clock, owner
    )

    assert refused == []
    # one change, at the same instant in both replicas
    assert [len([*group]) % 2 for _, group in itertools.groupby(kids)] == [0, 0]
    assert [key.kid for key in (await other_context.keys.ring()).verifying(clock.now())] == [kids[-1]]


@pytest.mark.parametrize("omitted", ["PUBLISHED_BEFORE_SIGNING", "VERIFIED_AFTER_SIGNING"])
async def test_without_one_of_the_waits_tokens_are_refused(
    context: ProcessContext,
    other_context: ProcessContext,
    http: httpx2.AsyncClient,
    other_http: httpx2.AsyncClient,
    verifiers: list[TokenVerifier],
    clock: ManualClock,
    owner: Person,
    monkeypatch: pytest.MonkeyPatch,
    omitted: str,
) -> None:
    monkeypatch.setattr(workflow, omitted, timedelta(0))

    _, refused = await refused_while_the_key_changes(
        [context, other_context], [http, other_http], verifiers, clock, owner
    )

    assert refused != []


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

    async with process(settings, clock) as started, client_of(create_api(started)) as http:
        assert kid_of(await sign_in(owner, http)) == new.kid
        await started.token_verifier.verify(owner.signed_in["access_token"])


async def test_a_stolen_key_is_refused_at_once(
    context: ProcessContext,
    other_context: ProcessContext,
    http: httpx2.AsyncClient,
    other_http: httpx2.AsyncClient,
    clock: ManualClock,
    owner: Person,
) -> None:
    await other_context.token_verifier.verify(owner.signed_in["access_token"])
    new = await rotate(context, at_once=True)
    clock.advance(timedelta(seconds=10))

    for replica, client in ((context, http), (other_context, other_http)):
        with pytest.raises(InvalidTokenError):
            await replica.token_verifier.verify(owner.signed_in["access_token"])
        assert kid_of(await sign_in(owner, client)) == new.kid


async def test_a_replica_without_the_secret_of_the_stored_keys_is_not_ready(
    context: ProcessContext, settings: IdentitySettings, clock: ManualClock
) -> None:
    await rotate(context, at_once=True)
    other = settings.model_copy(update={"token_signing_key": type(settings.token_signing_key)(private_pem())})

    async with process(other, clock) as replica:
        (check,) = [check for check in replica.readiness() if check.name == "signing_key"]
        with pytest.raises(KeysUnavailableError):
            await check.probe()


async def test_a_request_can_not_write_a_key(context: ProcessContext) -> None:
    await rotate(context)
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with context.transaction() as factory:
            await factory.session.execute(text("UPDATE identity.signing_key SET retires_at = now()"))


def command(settings: IdentitySettings, *arguments: str) -> Result:
    environment = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "AMQP_URL": settings.amqp_url.get_secret_value(),
        "TOKEN_SIGNING_KEY": settings.token_signing_key.get_secret_value(),
    }
    return CliRunner().invoke(app, ["signing-keys", *arguments], env=environment)


async def test_the_commands_show_the_states_and_refuse_a_second_change(
    context: ProcessContext, settings: IdentitySettings
) -> None:
    old = context.keys.signing()[0]

    async def run(*arguments: str) -> tuple[int, str]:
        result = await asyncio.to_thread(command, settings, *arguments)
        return result.exit_code, result.output

    assert await run("list") == (0, f"{old}  signing\n")
    status, printed = await run("rotate", "--no-wait")
    assert status == 0
    first, second = printed.splitlines()
    assert first.startswith(f"{old}  signing  retires at ")
    new = second.split()[0]
    assert second.startswith(f"{new}  published  signs from ")
    assert (await run("rotate", "--no-wait"))[0] == 1
    assert (await run("rotate", "--at-once"))[0] == 0
    _, printed = await run("list")
    assert sorted(line.split()[1] for line in printed.splitlines()) == ["retired", "retired", "signing"]


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
    context: ProcessContext,
    http: httpx2.AsyncClient,
    identity: Identity,
    verifiers: list[TokenVerifier],
    clock: ManualClock,
    owner: Person,
) -> None:
    """A service that could not fetch a new key answers 503, after which the client tries again, and not 401."""
    await verifiers[0].verify(owner.signed_in["access_token"])
    await rotate(context)
    clock.advance(PUBLISHED_BEFORE_SIGNING)
    token = await sign_in(owner, http)
    replicas, identity.replicas = identity.replicas, []

    with pytest.raises(KeysUnavailableError):
        await verifiers[0].verify(token)
    identity.replicas = replicas
    clock.advance(timedelta(seconds=5))
    principal = await verifiers[0].verify(token)
    assert str(principal.user_id) == owner.id
