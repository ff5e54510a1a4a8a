from datetime import timedelta
from typing import Annotated

from common.runtime.settings import DatabaseSettings
from limits import parse
from pydantic import AfterValidator, Field, SecretStr

from identity.tokens.rules import KeySecrets

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""Of an unused token. Each refresh starts it again."""
REFRESH_OVERLAP = timedelta(seconds=10)
SESSION_LIFETIME = timedelta(days=90)
"""Since the sign-in, however often the session is refreshed."""
INVITATION_LIFETIME = timedelta(days=7)


def _signing_key(pem: SecretStr) -> SecretStr:
    KeySecrets.load(pem.get_secret_value())
    return pem


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError:
        raise ValueError("must look like 10/5 minutes") from None
    return text


Rate = Annotated[str, AfterValidator(_rate)]
"""A rate in the notation of the `limits` package: `10/5 minutes`."""


class IdentitySettings(DatabaseSettings):
    token_signing_key: Annotated[SecretStr, AfterValidator(_signing_key)]
    """Ed25519 private key, PKCS #8 PEM; `\\n` may replace a line break. It signs until `signing-keys rotate` stores a
    new key, and encrypts those that are stored. Of several concatenated keys the first encrypts, each decrypts."""

    login_limit_per_email: Rate = "100/day"
    """Failed sign-ins with one address, on devices that the user has not used before. Beyond it such devices are let in
    at the rate `login_limit_under_attack`."""

    login_limit_under_attack: Rate = "1/minute"
    password_limit_per_user: Rate = "10/5 minutes"  # noqa: S105 - a rate
    """Attempts to change the password."""

    login_limit_per_client: Rate = "100/minute"
    signup_limit_per_client: Rate = "30/minute"
    token_limit_per_client: Rate = "600/minute"  # noqa: S105 - a rate
    """Refreshes. 256 random bits can't be guessed; this only bounds the load."""

    invitation_limit_per_client: Rate = "30/minute"
    """Attempts to accept an invitation. Each that succeeds hashes a password."""

    password_threads: int = Field(default=2, ge=1, le=32)
    """Concurrent Argon2 computations; each takes 19 MiB and about 30 ms of a core."""

    password_queue: int = Field(default=64, ge=0, le=10_000)
    """Computations that may wait for a thread; further requests get 503 immediately."""
