"""The key that signs access tokens, and the public keys that verify them."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from common.auth import StaticKeySource
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_PUBLIC_KEY = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _raw(key: Ed25519PublicKey) -> str:
    return _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def thumbprint(key: Ed25519PublicKey) -> str:
    """Return the key's id: its JWK thumbprint (RFC 7638; for OKP keys RFC 8037, appendix A.3)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _raw(key)}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _lines(pem: str) -> bytes:
    # In an environment file a PEM is on one line.
    return pem.replace("\\n", "\n").strip().encode()


@dataclass(frozen=True)
class KeyRing:
    """One key signs; it and the retired keys verify."""

    signing: Ed25519PrivateKey
    public: Mapping[str, Ed25519PublicKey]

    @classmethod
    def load(cls, signing_pem: str, retired_pem: str = "") -> "KeyRing":
        """Parse PEM texts. Raises ValueError with the expected format and without any part of the key."""
        try:
            signing = load_pem_private_key(_lines(signing_pem), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            signing = None
        if not isinstance(signing, Ed25519PrivateKey):
            raise ValueError("must be an Ed25519 private key in PKCS #8 PEM (openssl genpkey -algorithm ed25519)")  # noqa: TRY004 - pydantic reports a ValueError
        keys = [signing.public_key(), *cls.public_keys(retired_pem)]
        return cls(signing, {thumbprint(key): key for key in keys})

    @staticmethod
    def public_keys(pem: str) -> list[Ed25519PublicKey]:
        """Parse concatenated public keys. Raises ValueError."""
        text = _lines(pem).decode()
        keys = []
        for block in _PUBLIC_KEY.findall(text):
            try:
                key = load_pem_public_key(block.encode())
            except (ValueError, UnsupportedAlgorithm):
                key = None
            if not isinstance(key, Ed25519PublicKey):
                raise ValueError("must be concatenated Ed25519 public keys in PEM")  # noqa: TRY004 - as above
            keys.append(key)
        if _PUBLIC_KEY.sub("", text).strip():
            raise ValueError("must contain nothing but public keys (BEGIN PUBLIC KEY)")
        return keys

    @property
    def kid(self) -> str:
        """The id of the signing key."""
        return thumbprint(self.signing.public_key())

    def source(self) -> StaticKeySource:
        """Return the key source for identity's own verifier, which needs no HTTP request."""
        return StaticKeySource(self.public)

    def jwks(self) -> list[dict[str, str]]:
        """Return the public keys as JWKs (RFC 8037, section 2), the signing one first."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "x": _raw(key), "kid": kid, "use": "sig", "alg": "EdDSA"}
            for kid, key in self.public.items()
        ]
