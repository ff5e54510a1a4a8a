import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from common.runtime.settings import offline_settings
from cryptography.fernet import Fernet
from publisher.clients.ayrshare.answers import HistoryQuery, PostRequest
from publisher.clients.ayrshare.client import AyrshareClient
from publisher.clients.ayrshare.errors import ProfileKeyMissingError, ProfileKeyUnreadableError
from publisher.clients.ayrshare.profile_keys import ProfileKeys
from publisher.settings import PublisherSettings
from publisher.webhooks.rules import is_signed
from pydantic import SecretStr, ValidationError

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
KEY = SecretStr("AAAA-BBBB-CCCC-DDDD")
SECRET = SecretStr("webhook-secret")
BODY = b'{"action": "social"}'
REQUEST = PostRequest("key-1", "FACEBOOK", "text", (), ())


@pytest.mark.invariant("M3")
def test_an_encrypted_key_is_not_readable_and_opens_with_an_earlier_secret() -> None:
    sealed = ProfileKeys(SecretStr(OLD)).seal(KEY)
    assert KEY.get_secret_value().encode() not in sealed
    assert ProfileKeys(SecretStr(f"{NEW}, {OLD}")).open(sealed) == KEY
    with pytest.raises(ProfileKeyUnreadableError):
        ProfileKeys(SecretStr(NEW)).open(sealed)


@pytest.mark.invariant("P4")
@pytest.mark.parametrize("key", ["", "  "])
async def test_a_post_without_a_profile_key_is_stopped_before_the_call(key: str) -> None:
    client = AyrshareClient("http://127.0.0.1:1/api", SecretStr("k"), timeout=1, send_timeout=1)
    with pytest.raises(ProfileKeyMissingError):
        await client.post(SecretStr(key), REQUEST)
    with pytest.raises(ProfileKeyMissingError):
        await client.history(SecretStr(key), HistoryQuery("FACEBOOK", datetime.now(UTC)))
    await client.close()


@pytest.mark.invariant("M1", "M3")
@pytest.mark.parametrize("name", ["ayrshare_webhook_secret", "ayrshare_api_key", "profile_key_secrets"])
def test_an_empty_secret_prevents_the_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = offline_settings(PublisherSettings).model_dump(include={"identity_jwks_url", "ayrshare_base_url"})
    values = {
        **given,
        "database_url": "postgresql://publisher:x@127.0.0.1/x",
        "amqp_url": "amqp://127.0.0.1/",
        "ayrshare_api_key": "k",
        "ayrshare_webhook_secret": "s",
        "profile_key_secrets": OLD,
    }
    for key, value in {**values, name: ""}.items():
        monkeypatch.setenv(key.upper(), str(value))
    with pytest.raises(ValidationError, match=name):
        PublisherSettings.load()


def test_an_invalid_fernet_key_is_reported_without_its_value() -> None:
    with pytest.raises(ValidationError) as caught:
        offline_settings(PublisherSettings, {"profile_key_secrets": SecretStr(f"{OLD},short")})
    assert "Fernet" in str(caught.value)
    assert "short" not in str(caught.value)


@pytest.mark.invariant("P5")
def test_the_settling_time_outlasts_a_call() -> None:
    with pytest.raises(ValidationError, match="RECONCILE_SETTLE_SECONDS"):
        offline_settings(PublisherSettings, {"reconcile_settle_seconds": 20, "send_timeout_seconds": 20})


def sign(body: bytes, secret: SecretStr = SECRET) -> bytes:
    return hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).digest()


@pytest.mark.invariant("M1")
def test_both_encodings_and_the_rotation_header_are_accepted() -> None:
    digest = sign(BODY)
    other = sign(BODY, SecretStr("other")).hex()
    assert is_signed(BODY, SECRET, digest.hex(), None)
    assert is_signed(BODY, SECRET, base64.b64encode(digest).decode(), None)
    assert is_signed(BODY, SECRET, other, f"v1={other}, v1={digest.hex()}")


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("signature", [None, "", "v1=", "ä", sign(BODY + b" ").hex(), sign(BODY).hex()[:-1]])
def test_any_other_signature_is_refused(signature: str | None) -> None:
    assert not is_signed(BODY, SECRET, signature, None)
    assert not is_signed(BODY, SECRET, None, signature)
