import asyncio
import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
from common.auth import JwksKeySource, Role, StaticKeySource, TokenVerifier, bearer_token
from common.auth.keys import KeysUnavailableError
from common.auth.verifier import InvalidTokenError
from common.errors import UnauthenticatedError
from common.ids import new_id
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from testing import ManualClock
from testing.tokens import TokenMinter

pytestmark = pytest.mark.invariant("T2")


@pytest.fixture
def minter(clock: ManualClock) -> TokenMinter:
    return TokenMinter(clock=clock)


async def test_a_token_identifies_the_caller(minter: TokenMinter, clock: ManualClock) -> None:
    account, user, session = new_id(), new_id(), new_id()
    principal = await minter.verifier().verify(minter.mint(account, Role.MEMBER, user_id=user, session_id=session))
    assert (principal.account_id, principal.user_id, principal.session_id) == (account, user, session)
    assert principal.role is Role.MEMBER
    assert principal.token_expires_at == clock.now() + timedelta(minutes=15)


async def test_a_cached_token_expires_at_its_time(minter: TokenMinter, clock: ManualClock) -> None:
    verifier, token = minter.verifier(), minter.mint(new_id())
    clock.advance(timedelta(minutes=15) - timedelta(seconds=1))
    await verifier.verify(token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(InvalidTokenError) as caught:
        await verifier.verify(token)
    assert caught.value.code == "token_expired"


async def test_a_verified_token_is_not_verified_again(minter: TokenMinter, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier, token = minter.verifier(), minter.mint(new_id())
    first = await verifier.verify(token)
    monkeypatch.setattr(jwt, "decode", None)
    assert await verifier.verify(token) is first


async def test_the_cache_of_tokens_is_bounded(minter: TokenMinter, clock: ManualClock) -> None:
    verifier = TokenVerifier(minter.key_source, clock=clock, cache_size=2)
    for _ in range(5):
        await verifier.verify(minter.mint(new_id()))
    assert len(verifier._verified) == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another-issuer"},
        {"aud": "another-product"},
        {"role": "ADMINISTRATOR"},
        {"acc": "not-a-uuid"},
        {"acc": 7},
        {"exp": "soon"},
        {"exp": 10**20},
        *({name: None} for name in ("sub", "acc", "role", "sid", "jti", "iat", "exp", "iss", "aud")),
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_or_missing_claim_is_rejected(minter: TokenMinter, claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        await minter.verifier().verify(minter.mint(new_id(), **claims))


async def test_a_token_issued_in_the_future_is_rejected(minter: TokenMinter, clock: ManualClock) -> None:
    with pytest.raises(InvalidTokenError):
        await minter.verifier().verify(minter.mint(new_id(), issued_at=clock.now() + timedelta(seconds=6)))


async def test_a_token_with_another_signature_is_rejected(minter: TokenMinter, clock: ManualClock) -> None:
    forger = TokenMinter(kid=minter.kid, clock=clock)
    with pytest.raises(InvalidTokenError):
        await minter.verifier().verify(forger.mint(new_id()))


async def test_a_changed_token_is_rejected(minter: TokenMinter) -> None:
    head, body, signature = minter.mint(new_id(), Role.MEMBER).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "role": "OWNER"}).encode()).rstrip(b"=").decode()
    with pytest.raises(InvalidTokenError):
        await minter.verifier().verify(f"{head}.{changed}.{signature}")


async def test_no_other_algorithm_is_accepted(minter: TokenMinter, clock: ManualClock) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    verifier = TokenVerifier(StaticKeySource({"k": public}), clock=clock)
    claims = jwt.decode(minter.mint(new_id()), options={"verify_signature": False})
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    tokens = [
        jwt.encode(claims, raw, algorithm="HS256", headers={"kid": "k"}),
        jwt.encode(claims, generate_private_key(65537, 2048), algorithm="RS256", headers={"kid": "k"}),
        jwt.encode(claims, "", algorithm="none", headers={"kid": "k"}),
        jwt.encode(claims, private, algorithm="EdDSA"),
    ]
    for token in tokens:
        with pytest.raises(InvalidTokenError):
            await verifier.verify(token)


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "é.é.é", "x" * 5000, "\ud800"])
async def test_a_malformed_token_is_rejected(minter: TokenMinter, token: str) -> None:
    with pytest.raises(InvalidTokenError):
        await minter.verifier().verify(token)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer é"])
def test_a_header_without_a_bearer_token_is_rejected(header: str | None) -> None:
    with pytest.raises(UnauthenticatedError) as caught:
        bearer_token(header)
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_scheme_is_case_insensitive() -> None:
    assert bearer_token("bEARER  abc ") == "abc"


class Identity:
    """Replaces identity; counts requests and can be switched off."""

    def __init__(self, *minters: TokenMinter) -> None:
        self.minters = list(minters)
        self.requests = 0
        self.answer: Callable[[], httpx2.Response] | None = None
        self.seconds = 0.0

    def source(self) -> JwksKeySource:
        return JwksKeySource(
            "http://identity/.well-known/jwks.json",
            transport=httpx2.MockTransport(self._respond),
            monotonic=lambda: self.seconds,
        )

    async def _respond(self, _request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        await asyncio.sleep(0)
        if self.answer is not None:
            return self.answer()
        return httpx2.Response(200, json={"keys": [_jwk(minter) for minter in self.minters]})


def _jwk(minter: TokenMinter) -> dict[str, Any]:
    key = minter.key_source._keys[minter.kid]
    return {**jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True), "kid": minter.kid}


def unavailable() -> httpx2.Response:
    raise httpx2.ConnectError("refused")


async def test_concurrent_requests_fetch_the_keys_once(minter: TokenMinter, clock: ManualClock) -> None:
    identity = Identity(minter)
    verifier = TokenVerifier(identity.source(), clock=clock)
    await asyncio.gather(*(verifier.verify(minter.mint(new_id())) for _ in range(5)))
    assert identity.requests == 1
    await verifier.close()


async def test_a_new_key_is_fetched_with_its_first_token(minter: TokenMinter, clock: ManualClock) -> None:
    identity = Identity(minter)
    verifier = TokenVerifier(identity.source(), clock=clock)
    await verifier.verify(minter.mint(new_id()))
    successor = TokenMinter(kid="next", clock=clock)
    identity.minters.append(successor)
    identity.seconds = 6
    await verifier.verify(successor.mint(new_id()))
    await verifier.verify(minter.mint(new_id()))
    assert identity.requests == 2


async def test_invented_key_ids_do_not_fetch_the_keys_each_time(minter: TokenMinter, clock: ManualClock) -> None:
    identity = Identity(minter)
    verifier = TokenVerifier(identity.source(), clock=clock)
    await verifier.verify(minter.mint(new_id()))
    for number in range(20):
        identity.seconds += 0.5
        with pytest.raises(InvalidTokenError):
            await verifier.verify(TokenMinter(kid=f"made-up-{number}", clock=clock).mint(new_id()))
    assert identity.requests == 3


async def test_cached_keys_stay_in_use_while_identity_is_unavailable(minter: TokenMinter, clock: ManualClock) -> None:
    identity = Identity(minter)
    verifier = TokenVerifier(identity.source(), clock=clock)
    await verifier.verify(minter.mint(new_id()))
    identity.answer = unavailable
    identity.seconds = 100_000
    await verifier.verify(minter.mint(new_id()))
    await asyncio.sleep(0.01)
    await verifier.verify(minter.mint(new_id()))
    assert identity.requests == 2


@pytest.mark.parametrize(
    "answer",
    [
        unavailable,
        lambda: httpx2.Response(500),
        lambda: httpx2.Response(200, text="<html>"),
        lambda: httpx2.Response(200, json=[]),
        lambda: httpx2.Response(200, json={"keys": []}),
        lambda: httpx2.Response(200, content=b" " * 70_000),
    ],
)
async def test_without_any_key_the_answer_is_unavailable_and_not_unauthenticated(
    minter: TokenMinter, clock: ManualClock, answer: Callable[[], httpx2.Response]
) -> None:
    identity = Identity(minter)
    identity.answer = answer
    verifier = TokenVerifier(identity.source(), clock=clock)
    with pytest.raises(KeysUnavailableError) as caught:
        await verifier.verify(minter.mint(new_id()))
    assert caught.value.status == 503
    identity.answer = None
    identity.seconds = 1
    await verifier.verify(minter.mint(new_id()))


async def test_a_withdrawn_key_invalidates_cached_tokens(minter: TokenMinter, clock: ManualClock) -> None:
    stolen = TokenMinter(kid="stolen", clock=clock)
    identity = Identity(minter, stolen)
    verifier = TokenVerifier(identity.source(), clock=clock)
    token = stolen.mint(new_id())
    await verifier.verify(token)
    identity.minters.remove(stolen)
    identity.seconds = 301
    await verifier.verify(minter.mint(new_id()))
    await asyncio.sleep(0.01)
    with pytest.raises(InvalidTokenError):
        await verifier.verify(token)
