from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from identity.settings import IdentitySettings
from identity.tokens.rules import KeyRing, thumbprint
from identity.tokens.service import hash_of, new_secret
from pydantic import ValidationError


def _private(key: PrivateKeyTypes) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_the_key_id_is_the_thumbprint_of_rfc_8037() -> None:
    """RFC 8037, appendices A.2 and A.3."""
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert thumbprint(Ed25519PublicKey.from_public_bytes(raw)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.invariant("T2")
def test_the_key_set_contains_the_signing_key_first_and_no_private_key() -> None:
    signing, first, second = (Ed25519PrivateKey.generate() for _ in range(3))
    ring = KeyRing.load(_private(signing), _public(first) + "\n" + _public(second))

    keys = ring.jwks()

    assert [key["kid"] for key in keys] == [thumbprint(key.public_key()) for key in (signing, first, second)]
    assert ring.kid == keys[0]["kid"]
    assert {name for key in keys for name in key} == {"kty", "crv", "x", "kid", "use", "alg"}


def test_a_pem_may_be_on_one_line() -> None:
    key = Ed25519PrivateKey.generate()
    assert KeyRing.load(_private(key).strip().replace("\n", "\\n")).kid == thumbprint(key.public_key())


def _settings(**fields: Any) -> IdentitySettings:
    urls = {"database_url": "postgresql://identity:pw@127.0.0.1/db", "amqp_url": "amqp://127.0.0.1/"}
    return IdentitySettings(**(urls | {"token_signing_key": _private(Ed25519PrivateKey.generate())} | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"token_signing_key": "not a key"},
        {"token_signing_key": _private(ec.generate_private_key(ec.SECP256R1()))},
        {"token_signing_key": _public(Ed25519PrivateKey.generate())},
        {"token_retired_keys": _private(Ed25519PrivateKey.generate())},
        {"token_retired_keys": _public(ec.generate_private_key(ec.SECP256R1()))},
        {"token_retired_keys": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
        {"login_limit_per_email": "often"},
    ],
)
def test_an_invalid_setting_is_named_without_its_value(fields: dict[str, Any]) -> None:
    (name, value), *_ = fields.items()
    with pytest.raises(ValidationError) as wrong:
        _settings(**fields)
    assert wrong.value.errors(include_input=False)[0]["loc"] == (name,)
    assert value not in str(wrong.value)
    assert "must " in str(wrong.value)


def test_repr_hides_the_signing_key() -> None:
    settings = _settings()
    assert "PRIVATE" not in repr(settings)


def test_secrets_are_256_random_bits_stored_as_hashes() -> None:
    secrets = {new_secret("refresh") for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret.removeprefix("pw_refresh_")) == 43 for secret in secrets)
    assert {len(hash_of(secret)) for secret in secrets} == {32}
