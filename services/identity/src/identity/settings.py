from datetime import timedelta
from typing import Annotated

from common.runtime.settings import DatabaseSettings
from limits import RateLimitItem, parse
from pydantic import AfterValidator, Field, SecretStr

from identity.tokens.keys import KeyRing

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
INVITATION_LIFETIME = timedelta(days=7)


def _signing_key(pem: SecretStr) -> SecretStr:
    KeyRing.load(pem.get_secret_value())
    return pem


def _retired_keys(pem: str) -> str:
    KeyRing.public_keys(pem)
    return pem


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError:
        raise ValueError("must look like 10/5 minutes") from None
    return text


Rate = Annotated[str, AfterValidator(_rate)]
"""How often, in the notation of the package `limits`: `10/5 minutes`."""


class IdentitySettings(DatabaseSettings):
    token_signing_key: Annotated[SecretStr, AfterValidator(_signing_key)]
    """Ed25519 private key, PKCS #8 PEM; `\\n` may stand for a line's end."""

    token_retired_keys: Annotated[str, AfterValidator(_retired_keys)] = ""
    """Public keys (PEM, one after the other) whose tokens are still accepted after a change of key."""

    login_limit_per_email: Rate = "10/5 minutes"
    login_limit_per_client: Rate = "100/minute"
    signup_limit_per_client: Rate = "30/minute"
    token_limit_per_client: Rate = "600/minute"  # noqa: S105 - a rate
    """Refreshes and accepted invitations: guessing 256 bits is hopeless, this only bounds the noise."""

    password_threads: int = Field(default=2, ge=1, le=32)
    """Argon2 computations at once; each takes 19 MiB and a core for some 30 ms."""

    password_queue: int = Field(default=64, ge=0, le=10_000)
    """Computations that may wait for a thread; beyond that the answer is 503 at once."""

    def rate(self, name: str) -> RateLimitItem:
        value: str = getattr(self, name)
        return parse(value)
