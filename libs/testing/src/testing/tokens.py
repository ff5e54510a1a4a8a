"""Access tokens like identity's, signed with a key of the test's own."""

from datetime import datetime, timedelta
from uuid import UUID

import jwt
from common.auth import Role, StaticKeySource, TokenVerifier
from common.auth.verifier import AUDIENCE, ISSUER
from common.clock import Clock, SystemClock
from common.ids import new_id
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["TokenMinter"]


class TokenMinter:
    """Mints tokens, and provides the verifier that accepts them: `minter.verifier()`."""

    def __init__(
        self, key: Ed25519PrivateKey | None = None, *, kid: str = "test-key", clock: Clock | None = None
    ) -> None:
        self._key = key or Ed25519PrivateKey.generate()
        self._clock = clock or SystemClock()
        self.kid = kid

    @property
    def key_source(self) -> StaticKeySource:
        return StaticKeySource({self.kid: self._key.public_key()})

    def verifier(self) -> TokenVerifier:
        return TokenVerifier(self.key_source, clock=self._clock)

    def mint(
        self,
        account_id: UUID,
        role: Role = Role.OWNER,
        *,
        user_id: UUID | None = None,
        session_id: UUID | None = None,
        issued_at: datetime | None = None,
        lifetime: timedelta = timedelta(minutes=15),
        **claims: object,
    ) -> str:
        """Return a token. `claims` replace or add claims; one that is None is left out."""
        now = issued_at or self._clock.now()
        content: dict[str, object] = {
            "sub": str(user_id or new_id()),
            "acc": str(account_id),
            "role": str(role),
            "sid": str(session_id or new_id()),
            "jti": str(new_id()),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "iss": ISSUER,
            "aud": AUDIENCE,
            **claims,
        }
        present = {name: value for name, value in content.items() if value is not None}
        return jwt.encode(present, self._key, algorithm="EdDSA", headers={"kid": self.kid})

    def headers(self, account_id: UUID, role: Role = Role.OWNER, *, user_id: UUID | None = None) -> dict[str, str]:
        """Return the headers of a signed-in request."""
        return {"Authorization": f"Bearer {self.mint(account_id, role, user_id=user_id)}"}
