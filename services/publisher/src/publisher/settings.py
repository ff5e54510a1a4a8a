from datetime import timedelta
from typing import Annotated, Self

from common.settings import BaseUrl, Offline, ServiceSettings
from cryptography.fernet import Fernet
from pydantic import AfterValidator, Field, SecretStr, model_validator


def _fernet_keys(keys: SecretStr) -> SecretStr:
    for key in keys.get_secret_value().split(","):
        try:
            Fernet(key.strip())
        except ValueError:
            raise ValueError(
                "must be Fernet keys separated by commas, each 32 url-safe base64-encoded bytes; the first encrypts"
            ) from None
    return keys


_OFFLINE_KEY = "A" * 43 + "="

FernetKeys = Annotated[SecretStr, AfterValidator(_fernet_keys), Offline(_OFFLINE_KEY)]
"""One or more Fernet keys separated by commas. The first encrypts, all of them decrypt."""

Seconds = Annotated[float, Field(gt=0)]


class PublisherSettings(ServiceSettings):
    ayrshare_base_url: BaseUrl
    """With the path: `https://api.ayrshare.com/api`."""
    ayrshare_api_key: SecretStr
    ayrshare_webhook_secret: SecretStr
    profile_key_secrets: FernetKeys
    social_link_redirect_url: BaseUrl | None = None
    """Where Ayrshare's linking page sends the browser afterwards."""

    delivery_concurrency: int = Field(default=5, ge=1, le=100)
    """Posts that one replica sends at once."""
    delivery_lease_seconds: Seconds = 45
    """A replica that has died is noticed after this long."""
    send_timeout_seconds: Seconds = 30
    provider_timeout_seconds: Seconds = 10
    """For every call but the post itself."""
    records_grace_seconds: Seconds = 60
    """How long a due post waits for events that are still on their way."""
    reconcile_settle_seconds: Seconds = 60
    """A call is taken as not arrived only when this long after it the history still does not show it."""
    reconcile_pause_seconds: Seconds = 2
    """Before the first look into the history; the pauses grow from there."""
    reconcile_limit_seconds: Seconds = 1800
    """An outcome that is unknown for longer is shown to the user."""

    @model_validator(mode="after")
    def _settling_outlasts_a_call(self) -> Self:
        if self.reconcile_settle_seconds <= self.send_timeout_seconds:
            raise ValueError(
                "RECONCILE_SETTLE_SECONDS must be longer than SEND_TIMEOUT_SECONDS: "
                "a call that is still under way must never be taken as not arrived"
            )
        return self

    @property
    def records_grace(self) -> timedelta:
        return timedelta(seconds=self.records_grace_seconds)

    @property
    def delivery_lease(self) -> timedelta:
        return timedelta(seconds=self.delivery_lease_seconds)
