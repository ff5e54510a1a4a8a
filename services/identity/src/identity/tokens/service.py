"""Signed access tokens, and random secrets (refresh tokens, invitations) of which only the hash is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from common.auth import Role
from common.auth.verifier import ALGORITHM, AUDIENCE, ISSUER
from common.clock import Clock
from common.ids import new_id

from identity.tokens.rules import KeyRing

_SECRET_BYTES = 32


def new_secret(kind: str) -> str:
    """Return 256 random bits as text, with a prefix that secret scanners can recognise: `pw_refresh_…`."""
    return f"pw_{kind}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def hash_of(secret: str) -> bytes:
    """Return the stored form of a secret. A single fast hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class AccessToken:
    token: str
    expires_at: datetime
    lifetime_seconds: int


class TokenIssuer:
    def __init__(self, keys: KeyRing, clock: Clock, lifetime: timedelta) -> None:
        self._keys = keys
        self._clock = clock
        self._kid = keys.kid
        self.lifetime = lifetime

    def issue(self, *, account_id: UUID, user_id: UUID, session_id: UUID, role: Role) -> AccessToken:
        now = self._clock.now().replace(microsecond=0)
        expires_at = now + self.lifetime
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "acc": str(account_id),
            "role": str(role),
            "sid": str(session_id),
            "jti": str(new_id()),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        token = jwt.encode(claims, self._keys.signing, algorithm=ALGORITHM, headers={"kid": self._kid})
        return AccessToken(token, expires_at, int(self.lifetime.total_seconds()))
