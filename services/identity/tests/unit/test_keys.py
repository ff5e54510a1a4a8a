from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from identity.settings import IdentitySettings
from identity.tokens.rules import KeyRing, KeySecrets, KeyState, TokenKey, thumbprint
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


START = datetime(2026, 11, 2, tzinfo=UTC)


def _key(hours: int, *, until: int | None = None) -> TokenKey:
    """Return a key that signs after some hours, published an hour before."""
    private = Ed25519PrivateKey.generate()
    signs_at = START + timedelta(hours=hours)
    retires_at = None if until is None else START + timedelta(hours=until)
    return TokenKey(private.public_key(), private, signs_at - timedelta(hours=1), signs_at, retires_at)


@pytest.mark.invariant("T2")
def test_a_key_is_published_then_signs_then_verifies_then_is_retired() -> None:
    old, new = _key(-10, until=2), _key(1)
    ring = KeyRing([old, new])

    states = [tuple(ring.state(key, START + timedelta(hours=hour)) for key in (old, new)) for hour in (0, 1, 2)]

    assert states == [("signing", "published"), ("verifying", "signing"), ("retired", "signing")]


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=5), st.integers(-6, 6))
def test_the_signing_key_verifies_and_comes_first_and_a_retired_one_does_neither(
    times: list[tuple[int, int]], hour: int
) -> None:
    ring = KeyRing([_key(signs, until=retires) for signs, retires in times] + [_key(-5)])
    now = START + timedelta(hours=hour)

    signing, verifying = ring.signing(now), ring.verifying(now)

    assert (signing is None) == (hour < -5)
    assert signing is None or verifying[0] is signing
    for key in ring.keys:
        assert (ring.state(key, now) is KeyState.RETIRED) == (key not in verifying)
    assert [ring.state(key, now) for key in ring.keys].count(KeyState.SIGNING) == (signing is not None)


def test_a_jwk_has_no_private_part() -> None:
    key = _key(0)
    assert key.jwk.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    assert key.jwk["kid"] == key.kid == thumbprint(key.public)


def test_a_pem_may_be_on_one_line() -> None:
    key = Ed25519PrivateKey.generate()
    loaded = KeySecrets.load(_private(key).strip().replace("\n", "\\n")).original
    assert thumbprint(loaded.public_key()) == thumbprint(key.public_key())


def test_stored_keys_are_encrypted_with_the_first_secret_and_readable_with_each() -> None:
    old, new, signing = (Ed25519PrivateKey.generate() for _ in range(3))
    before, changing, after = (KeySecrets.load("".join(map(_private, keys))) for keys in ([old], [new, old], [new]))

    assert thumbprint(changing.original.public_key()) == thumbprint(old.public_key())
    assert before.encrypt(signing) != signing.private_bytes_raw()
    for stored, readers, strangers in (
        (before.encrypt(signing), (before, changing), (after,)),
        (changing.encrypt(signing), (changing, after), (before,)),
    ):
        assert [thumbprint(_known(reader, stored)) for reader in readers] == [thumbprint(signing.public_key())] * 2
        assert [stranger.decrypt(stored) for stranger in strangers] == [None]


def _known(secrets: KeySecrets, stored: bytes) -> Ed25519PublicKey:
    key = secrets.decrypt(stored)
    assert key is not None
    return key.public_key()


def _settings(**fields: Any) -> IdentitySettings:
    urls = {"database_url": "postgresql://identity:pw@127.0.0.1/db", "amqp_url": "amqp://127.0.0.1/"}
    return IdentitySettings(**(urls | {"token_signing_key": _private(Ed25519PrivateKey.generate())} | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"token_signing_key": "not a key"},
        {"token_signing_key": _private(ec.generate_private_key(ec.SECP256R1()))},
        {"token_signing_key": _public(Ed25519PrivateKey.generate())},
        {"token_signing_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"},
        {"token_signing_key": _private(Ed25519PrivateKey.generate()) + "and more"},
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
