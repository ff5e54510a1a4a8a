"""Access tokens (T2)."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from identity.factory import ProcessContext
from testing import ManualClock

from .conftest import Person


def _token(context: ProcessContext, person: Person, **overrides: Any) -> str:
    """Return a token with some claims changed, signed with the real key."""
    claims = jwt.decode(person.signed_in["access_token"], options={"verify_signature": False})
    kid, key = context.keys.signing()
    return jwt.encode(claims | overrides, key, algorithm="EdDSA", headers={"kid": kid})


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
    for kid in (context.keys.signing()[0], "unknown"):
        forged = jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": kid})
        answer = await _me(http, forged)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.invariant("T2")
async def test_a_token_without_signature_or_with_another_algorithm_is_rejected(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    claims = jwt.decode(owner.signed_in["access_token"], options={"verify_signature": False})
    kid, key = context.keys.signing()
    unsigned = f"{_encoded({'alg': 'none', 'kid': kid})}.{_encoded(claims)}."
    public = key.public_key().public_bytes_raw()
    symmetric = jwt.encode(claims, public, algorithm="HS256", headers={"kid": kid})
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
