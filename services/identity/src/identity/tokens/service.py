"""Signed access tokens, and random secrets (refresh tokens, invitations) of which only the hash is stored."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
import structlog
from common.auth import KeysUnavailableError, Role
from common.auth.verifier import ALGORITHM, AUDIENCE, ISSUER
from common.clock import Clock
from common.database import DATABASE_ERRORS
from common.ids import new_id
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import SigningKey
from identity.tokens.repository import SigningKeyRepository
from identity.tokens.rules import RELOAD_AFTER, KeyRing, KeySecrets, TokenKey

Transaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]

_SECRET_BYTES = 32
_log = structlog.get_logger(__name__)


def new_secret(kind: str) -> str:
    """Return 256 random bits as text, with a prefix that secret scanners can recognise: `pw_refresh_…`."""
    return f"pw_{kind}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def new_salt() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def derive_successor(kind: str, secret: str, salt: bytes) -> str:
    """Return the secret that follows another one: HMAC-SHA256 of it, with a random key.

    The same secret and salt yield the same successor, so that it can be returned twice without being stored. The stored
    salt is worthless without the secret, of which only a hash is stored; a stolen secret is worthless without the salt.
    """
    digest = hmac.digest(salt, secret.encode("utf-8", "surrogatepass"), "sha256")
    return f"pw_{kind}_{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def hash_of(secret: str) -> bytes:
    """Return the stored form of a secret. A single fast hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class AccessToken:
    token: str
    expires_at: datetime
    lifetime_seconds: int


class SigningKeys:
    """The keys as this process last read them from the database. It is also the key source of identity's own verifier.

    A change is stored long before it takes effect (see `rotate`), so that it does not matter that a replica reads it a
    few seconds later than another one.
    """

    def __init__(self, secrets: KeySecrets, transaction: Transaction, clock: Clock) -> None:
        self._secrets = secrets
        self._transaction = transaction
        self._clock = clock
        self._ring: KeyRing | None = None
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def ring(self) -> KeyRing:
        """Return the keys; read them in a transaction of its own if that was some time ago."""
        if self._ring is None or self._is_stale():
            async with self._lock:
                if self._ring is None or self._is_stale():
                    await self._read_again()
        return self._known()

    async def refresh(self, session: AsyncSession) -> None:
        """Read the keys in the caller's transaction, if that was some time ago, so that the request needs one only."""
        if self._ring is None or self._is_stale():
            await self._read(session)

    async def _read_again(self) -> None:
        try:
            async with self._transaction() as session:
                await self._read(session)
        except DATABASE_ERRORS as error:
            if self._ring is None:
                raise
            # The known keys stay in use; the requests that wait here do not all try again.
            self._read_at = self._clock.now()
            _log.warning("signing_keys_not_read", error=repr(error))

    async def _read(self, session: AsyncSession) -> None:
        rows = await SigningKeyRepository(session).all()
        self._ring = KeyRing([self._key(row) for row in rows]) if rows else self._secrets.first_ring()
        self._read_at = self._clock.now()

    def _key(self, row: SigningKey) -> TokenKey:
        return TokenKey(
            Ed25519PublicKey.from_public_bytes(row.public_key),
            self._secrets.decrypt(row.private_key),
            published_at=row.published_at,
            signs_at=row.signs_at,
            retires_at=row.retires_at,
        )

    def _is_stale(self) -> bool:
        return self._read_at is None or not timedelta(0) <= self._clock.now() - self._read_at < RELOAD_AFTER

    def _known(self) -> KeyRing:
        if self._ring is None:
            raise KeysUnavailableError("The signing keys have not been read. Try again shortly.", retry_after=2)
        return self._ring

    def signing(self) -> tuple[str, Ed25519PrivateKey]:
        """Return id and private part of the key that signs now, as last read. Raises `KeysUnavailableError`."""
        key = self._known().signing(self._clock.now())
        if key is None or key.private is None:
            _log.error("signing_key_unusable", kid=None if key is None else key.kid)
            raise KeysUnavailableError("Signing in is not possible at the moment. Try again shortly.", retry_after=30)
        return key.kid, key.private

    async def check(self) -> None:
        """Raise unless this process can sign: a readiness probe."""
        await self.ring()
        self.signing()

    async def find(self, kid: str) -> Ed25519PublicKey | None:
        ring = await self.ring()
        return next((key.public for key in ring.verifying(self._clock.now()) if key.kid == kid), None)

    async def close(self) -> None:
        return None


class TokenIssuer:
    def __init__(self, keys: SigningKeys, clock: Clock, lifetime: timedelta) -> None:
        self.keys = keys
        self._clock = clock
        self.lifetime = lifetime

    def issue(
        self, *, account_id: UUID, user_id: UUID, session_id: UUID, role: Role, session_ends_at: datetime | None = None
    ) -> AccessToken:
        """Return a token that does not outlive its session, signed with a key of those last read.

        Raises `KeysUnavailableError`.
        """
        now = self._clock.now().replace(microsecond=0)
        expires_at = now + self.lifetime
        if session_ends_at is not None:
            expires_at = min(expires_at, session_ends_at.replace(microsecond=0))
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
        kid, key = self.keys.signing()
        token = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})
        return AccessToken(token, expires_at, int((expires_at - now).total_seconds()))
