"""Access tokens (T2)."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
from common.auth import Role
from common.auth.keys import JwksKeySource
from common.auth.verifier import TokenVerifier
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from identity.api import create_api
from identity.factory import ProcessContext
from identity.tokens.rules import KeyRing
from testing import ManualClock

from .conftest import Person


def _token(context: ProcessContext, person: Person, **overrides: Any) -> str:
    """Return a token with some claims changed, signed with the real key."""
    claims = jwt.decode(person.signed_in["access_token"], options={"verify_signature": False})
    headers = {"kid": context.keys.kid}
    return jwt.encode(claims | overrides, context.keys.signing, algorithm="EdDSA", headers=headers)


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def _me(http: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.invariant("T2")
async def test_a_token_of_another_key_is_rejected(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    stranger = Ed25519PrivateKey.generate()
    claims = jwt.decode(owner.signed_in["access_token"], options={"verify_signature": False})
    for kid in (context.keys.kid, "unknown"):
        forged = jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": kid})
        answer = await _me(http, forged)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.invariant("T2")
async def test_a_token_without_signature_or_with_another_algorithm_is_rejected(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    claims = jwt.decode(owner.signed_in["access_token"], options={"verify_signature": False})
    unsigned = f"{_encoded({'alg': 'none', 'kid': context.keys.kid})}.{_encoded(claims)}."
    symmetric = jwt.encode(claims, context.keys.jwks()[0]["x"], algorithm="HS256", headers={"kid": context.keys.kid})
    head, body, _ = owner.signed_in["access_token"].split(".")

    for token in (unsigned, symmetric, f"{head}.{body}.", f"{head}.{body}", "x", "a.b.c"):
        assert (await _me(http, token)).status_code == 401


@pytest.mark.invariant("T2")
async def test_a_token_expires_after_fifteen_minutes(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=14, seconds=59))
    assert (await owner.get("/api/auth/me")).status_code == 200
    clock.advance(timedelta(seconds=1))

    assert (await owner.get("/api/auth/me")).json()["code"] == "token_expired"


@pytest.mark.invariant("T2")
@pytest.mark.parametrize("claim", [{"aud": "other"}, {"iss": "other"}, {"role": "ROOT"}, {"acc": "1"}, {"exp": 2**63}])
async def test_a_token_with_an_invalid_claim_is_rejected(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person, claim: dict[str, Any]
) -> None:
    assert (await _me(http, _token(context, owner, **claim))).status_code == 401


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_pem(pem: str) -> str:
    key = load_pem_private_key(pem.encode(), None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.invariant("T2")
async def test_key_rotation_keeps_sessions(
    context: ProcessContext, owner: Person, clock: ManualClock, signing_pem: str
) -> None:
    new_pem = _pem(Ed25519PrivateKey.generate())
    retired = {"token_signing_key": new_pem, "token_retired_keys": _public_pem(signing_pem)}
    settings = type(context.settings).model_validate(context.settings.model_dump() | retired)
    changed = ProcessContext.create(settings, clock)
    transport = httpx2.ASGITransport(app=create_api(changed))
    verifier = TokenVerifier(JwksKeySource("http://identity/.well-known/jwks.json", transport=transport), clock=clock)
    try:
        old = await verifier.verify(owner.signed_in["access_token"])
        issued = changed.issuer.issue(
            account_id=old.account_id, user_id=old.user_id, session_id=old.session_id, role=Role.OWNER
        )
        new = await verifier.verify(issued.token)
        async with httpx2.AsyncClient(transport=transport, base_url="http://identity") as http:
            own = await _me(http, owner.signed_in["access_token"])
    finally:
        await verifier.close()
        await changed.close()

    assert jwt.get_unverified_header(issued.token)["kid"] == KeyRing.load(new_pem).kid != context.keys.kid
    assert (new.user_id, str(new.account_id)) == (old.user_id, owner.account_id)
    assert own.status_code == 200
