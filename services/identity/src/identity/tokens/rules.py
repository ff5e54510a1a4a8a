"""The keys of access tokens: which one signs at a time, and which ones verify."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from common.auth import KEYS_MAX_AGE
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
RELOAD_AFTER = timedelta(seconds=10)
"""How long a replica uses the keys that it has read."""
JWKS_MAX_AGE = timedelta(seconds=60)
"""How long HTTP caches may keep the answer with the public keys."""
_MARGIN = timedelta(minutes=1)
"""For the offset between the clocks of replicas, and for requests in progress."""

PUBLISHED_BEFORE_SIGNING = RELOAD_AFTER + JWKS_MAX_AGE + KEYS_MAX_AGE + _MARGIN
"""After this time every cache has the new public key."""
VERIFIED_AFTER_SIGNING = ACCESS_TOKEN_LIFETIME + RELOAD_AFTER + _MARGIN
"""After this time no token of the earlier key is valid any more."""

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_ALWAYS = datetime.fromtimestamp(0, UTC)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _raw(key: Ed25519PublicKey) -> str:
    return _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def thumbprint(key: Ed25519PublicKey) -> str:
    """Return the key's id: its JWK thumbprint (RFC 7638; for OKP keys RFC 8037, appendix A.3)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _raw(key)}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


class KeyState(StrEnum):
    PUBLISHED = "published"
    """Verifiers learn of it; it does not sign yet."""
    SIGNING = "signing"
    VERIFYING = "verifying"
    """Another key signs; tokens of this one are still accepted."""
    RETIRED = "retired"


@dataclass(frozen=True)
class TokenKey:
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None
    """None: stored under a secret that this process does not have."""
    published_at: datetime = _ALWAYS
    signs_at: datetime = _ALWAYS
    retires_at: datetime | None = None

    @cached_property
    def kid(self) -> str:
        return thumbprint(self.public)

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 8037, section 2)."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _raw(self.public),
            "kid": self.kid,
            "use": "sig",
            "alg": "EdDSA",
        }


@dataclass(frozen=True)
class KeyRing:
    """Every replica derives the same states from the same times, so all change at one instant, without a restart."""

    keys: Sequence[TokenKey]

    def signing(self, now: datetime) -> TokenKey | None:
        """Return the key that signs: of those whose time has come, the one whose time came last."""
        ready = [key for key in self.keys if key.signs_at <= now and not _is_retired(key, now)]
        return max(ready, key=lambda key: key.signs_at, default=None)

    def verifying(self, now: datetime) -> list[TokenKey]:
        """Return the published keys that are not retired, the signing one first."""
        signing = self.signing(now)
        live = [key for key in self.keys if not _is_retired(key, now)]
        return sorted(live, key=lambda key: (key is not signing, key.published_at))

    def state(self, key: TokenKey, now: datetime) -> KeyState:
        if _is_retired(key, now):
            return KeyState.RETIRED
        if key.signs_at > now:
            return KeyState.PUBLISHED
        return KeyState.SIGNING if key is self.signing(now) else KeyState.VERIFYING


def _is_retired(key: TokenKey, now: datetime) -> bool:
    return key.retires_at is not None and key.retires_at <= now


@dataclass(frozen=True)
class KeySecrets:
    """What TOKEN_SIGNING_KEY holds: the first signing key, and what encrypts the later ones in the database."""

    original: Ed25519PrivateKey
    """It signs until the first change of the key. A secret that is added before it does not take its place."""
    fernet: MultiFernet

    @classmethod
    def load(cls, pem: str) -> "KeySecrets":
        """Parse one or more concatenated private keys. Raises ValueError without any part of a key."""
        # In an environment file a PEM is on one line.
        text = pem.replace("\\n", "\n").strip()
        keys = [_private_key(block) for block in _PRIVATE_KEY.findall(text)]
        if not keys or _PRIVATE_KEY.sub("", text).strip():
            raise ValueError(_NOT_A_KEY)
        return cls(keys[-1], MultiFernet([_fernet(key) for key in keys]))

    def first_ring(self) -> KeyRing:
        """Return the keys of a system that has never changed its key."""
        return KeyRing([TokenKey(self.original.public_key(), self.original)])

    def encrypt(self, key: Ed25519PrivateKey) -> bytes:
        return self.fernet.encrypt(key.private_bytes_raw())

    def decrypt(self, stored: bytes) -> Ed25519PrivateKey | None:
        """Return the key, or None if it was stored under another secret."""
        try:
            return Ed25519PrivateKey.from_private_bytes(self.fernet.decrypt(stored))
        except InvalidToken:
            return None


_NOT_A_KEY = "must be an Ed25519 private key in PKCS #8 PEM (openssl genpkey -algorithm ed25519)"


def _private_key(pem: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(_NOT_A_KEY)  # noqa: TRY004 - pydantic reports a ValueError
    return key


def _fernet(key: Ed25519PrivateKey) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"pulseworks identity: signing keys at rest")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.private_bytes_raw())))
