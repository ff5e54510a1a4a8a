"""Ayrshare's profile keys at rest. A key is enough to post as that customer."""

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr


class ProfileKeys:
    """Encrypts with the first secret and decrypts with any, so that secrets can be rotated."""

    def __init__(self, secrets: SecretStr) -> None:
        self._fernet = MultiFernet([Fernet(secret.strip()) for secret in secrets.get_secret_value().split(",")])

    def seal(self, profile_key: SecretStr) -> bytes:
        return self._fernet.encrypt(profile_key.get_secret_value().encode())

    def open(self, sealed: bytes) -> SecretStr:
        """Return the key. Raises cryptography.fernet.InvalidToken when no secret can decrypt it."""
        return SecretStr(self._fernet.decrypt(sealed).decode())
