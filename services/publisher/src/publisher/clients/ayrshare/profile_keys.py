"""Ayrshare's profile keys at rest. A key is enough to post as that customer."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError


class ProfileKeys:
    """Encrypts with the first secret and decrypts with any, so that secrets can be rotated."""

    def __init__(self, secrets: SecretStr) -> None:
        self._fernets = [Fernet(secret.strip()) for secret in secrets.get_secret_value().split(",")]
        self._all = MultiFernet(self._fernets)

    def seal(self, profile_key: SecretStr) -> bytes:
        return self._all.encrypt(profile_key.get_secret_value().encode())

    def open(self, sealed: bytes) -> SecretStr:
        """Return the key. Raises ProfileKeyUnreadableError when no secret can decrypt it."""
        try:
            return SecretStr(self._all.decrypt(sealed).decode())
        except InvalidToken:
            raise ProfileKeyUnreadableError from None

    def renewed(self, sealed: bytes) -> bytes | None:
        """Return the key encrypted with the first secret. None: it is already.

        Raises ProfileKeyUnreadableError when no secret can decrypt it.
        """
        try:
            self._fernets[0].decrypt(sealed)
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None
