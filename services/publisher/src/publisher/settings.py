from datetime import timedelta
from typing import Annotated, Self, cast

from common.runtime.settings import BaseUrl, Offline, ServiceSettings
from cryptography.fernet import Fernet
from pulseworks_contracts import LIMITS
from pydantic import AfterValidator, Field, SecretStr, model_validator

from publisher.pacing.rules import PacingRules


def _fernet_keys(keys: SecretStr) -> SecretStr:
    for key in keys.get_secret_value().split(","):
        try:
            Fernet(key.strip())
        except ValueError:
            raise ValueError(
                "must be Fernet keys separated by commas, each 32 url-safe base64-encoded bytes; the first encrypts"
            ) from None
    return keys


_INSTAGRAM = LIMITS["INSTAGRAM"]
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
    delivery_concurrency_per_account: int = Field(default=2, ge=1, le=100)
    """Of these, how many may be one account's: its profile takes one post a second at most anyway."""
    delivery_lease_seconds: Seconds = 45
    """A replica that has died is noticed after this long."""
    send_timeout_seconds: Seconds = 30
    provider_timeout_seconds: Seconds = 10
    """For every call but the post itself."""
    records_grace_seconds: Seconds = 60
    """How long a due post waits for events that are still on their way."""
    connection_fresh_seconds: float = Field(default=5, ge=0)
    """What Ayrshare said is linked counts for this long; after it, it is asked again before a post is sent."""
    reconcile_settle_seconds: Seconds = 60
    """A call is taken as not arrived only when this long after it the history still does not show it."""
    reconcile_pause_seconds: Seconds = 2
    """Before the first look into the history; the pauses grow from there."""
    reconcile_limit_seconds: Seconds = 1800
    """An outcome that is unknown for longer is shown to the user."""

    profile_refusals_per_day: int = Field(default=50, ge=1, le=900)
    """At this many 429s within 24 hours a profile rests for the rest of them; 1,000 would suspend it."""
    profile_calls_kept: int = Field(default=20, ge=0, le=250)
    """So many of the 300 calls per 5 minutes posts leave to everything else; at most a tenth of what is allowed."""
    breaker_failures: int = Field(default=5, ge=1)
    """Calls in a row without an answer, over all accounts, after which nothing is sent but a probe now and then."""
    breaker_pause_seconds: Seconds = 15
    """Before the first probe; doubles with each one that fails."""
    breaker_longest_seconds: Seconds = 60

    preflight_concurrency: int = Field(default=4, ge=1, le=100)
    preflight_again_seconds: Seconds = 120
    """A problem that was found is looked at again, so that a mended one is told too."""
    preflight_last_seconds: Seconds = 60
    """So long before the post's time looking ahead is over: nobody could act any more."""
    instagram_hashtags: int = Field(default=cast("int", _INSTAGRAM.max_hashtags), ge=0, le=30)
    instagram_mentions: int = Field(default=cast("int", _INSTAGRAM.max_mentions), ge=0, le=20)
    instagram_daily_posts: int = Field(default=cast("int", _INSTAGRAM.max_posts_per_day), ge=1, le=100)

    @model_validator(mode="after")
    def _settling_outlasts_a_call(self) -> Self:
        if self.reconcile_settle_seconds <= self.send_timeout_seconds:
            raise ValueError(
                "RECONCILE_SETTLE_SECONDS must be longer than SEND_TIMEOUT_SECONDS: "
                "a call that is still under way must never be taken as not arrived"
            )
        return self

    @property
    def pacing_rules(self) -> PacingRules:
        return PacingRules(refusals_per_day=self.profile_refusals_per_day, calls_kept=self.profile_calls_kept)

    @property
    def records_grace(self) -> timedelta:
        return timedelta(seconds=self.records_grace_seconds)

    @property
    def delivery_lease(self) -> timedelta:
        return timedelta(seconds=self.delivery_lease_seconds)
