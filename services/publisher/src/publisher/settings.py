from datetime import timedelta
from typing import Annotated, Self, cast

from common.runtime.settings import BaseUrl, Offline, ServiceSettings
from cryptography.fernet import Fernet
from pulseworks_contracts import LIMITS
from pydantic import AfterValidator, Field, SecretStr, model_validator

from publisher.preflight.rules import InstagramLimits
from publisher.provider.rules import STATUS_SECONDS, PacingRules
from publisher.reconciliation.rules import ReconciliationRules


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
    """Where Ayrshare's linking page redirects the browser afterwards."""

    delivery_concurrency: int = Field(default=5, ge=1, le=100)
    """Posts that one replica sends at the same time."""
    delivery_concurrency_per_account: int = Field(default=2, ge=1, le=100)
    """How many of these may belong to one account: a profile accepts at most one post a second anyway."""
    delivery_lease_seconds: Seconds = 45
    """The deliveries of a dead replica are taken over after this time."""
    send_timeout_seconds: Seconds = 30
    """For the call that posts. A worker that stops waits for it: the grace period of docker-compose.yml and k8s/ grows
    with it. The log line `process_started` has the sum as `grace_seconds`."""
    provider_timeout_seconds: Seconds = 10
    """For every request except the post itself. The grace period grows with it too."""
    records_grace_seconds: Seconds = 60
    """How long a due post waits for events that have not arrived yet."""
    connection_fresh_seconds: float = Field(default=5, ge=0)
    """How long the linked accounts that Ayrshare reported count as current; then they are fetched before a post."""
    reconcile_settle_seconds: Seconds = 60
    """A call counts as not arrived only if the history does not show it after this time."""
    reconcile_pause_seconds: Seconds = 2
    """Before the first lookup in the history; later pauses are longer."""
    reconcile_limit_seconds: Seconds = 1800
    """An outcome that is uncertain for longer is shown to the user."""
    history_cache_seconds: float = Field(default=60, ge=0)
    """How long Ayrshare caches a list of more than 25 posts. One shows no call that ended later than this before it."""

    connections_max_age_seconds: float = Field(default=60, ge=1)
    """How old the list of connections may be that the API returns without a request to Ayrshare."""
    linking_max_age_seconds: float = Field(default=3, ge=1)
    """The same for ten minutes after a linking page was created, until a change of the accounts has been seen."""
    unused_profile_grace_days: float = Field(default=30, gt=0)
    """A profile at Ayrshare without a connection or without a subscription is deleted there after this time."""
    profile_check_hours: float = Field(default=24, gt=0)
    """How often each profile is checked for whether it is still used."""

    profile_refusals_per_day: int = Field(default=50, ge=1, le=900)
    """After this many 429s within 24 hours a profile pauses for the rest of them; 1,000 would suspend it."""
    profile_calls_kept: int = Field(default=20, ge=0, le=250)
    """This many of the 300 calls per 5 minutes are reserved for requests other than posts; at most a tenth of them."""
    breaker_failures: int = Field(default=5, ge=1)
    """Unanswered calls in a row, over all accounts, after which only single probes are sent."""
    breaker_pause_seconds: Seconds = 15
    """Before the first probe; doubles with each failed one."""
    breaker_longest_seconds: Seconds = 60

    preflight_concurrency: int = Field(default=4, ge=1, le=100)
    preflight_again_seconds: Seconds = 120
    """A problem is checked again after this time, so that its fix is reported too."""
    preflight_last_seconds: Seconds = 60
    """This long before the scheduled time the preflight ends: there is no time left to act."""
    instagram_hashtags: int = Field(default=cast("int", _INSTAGRAM.max_hashtags), ge=0, le=30)
    instagram_mentions: int = Field(default=cast("int", _INSTAGRAM.max_mentions), ge=0, le=20)
    instagram_daily_posts: int = Field(default=cast("int", _INSTAGRAM.max_posts_per_day), ge=1, le=100)

    ayrshare_event_keep_days: int = Field(default=30, ge=2)
    """How long a processed webhook is kept, to recognise a repeat and for support."""
    preflight_keep_days: int = Field(default=30, ge=1)
    """How long the result of a preflight is kept after the time of its post."""

    @model_validator(mode="after")
    def _settling_outlasts_a_call(self) -> Self:
        if self.reconcile_settle_seconds <= self.send_timeout_seconds:
            raise ValueError(
                "RECONCILE_SETTLE_SECONDS must be longer than SEND_TIMEOUT_SECONDS: "
                "a call that is still in progress must never count as not arrived"
            )
        return self

    @property
    def pacing_rules(self) -> PacingRules:
        return PacingRules(refusals_per_day=self.profile_refusals_per_day, calls_kept=self.profile_calls_kept)

    @property
    def reconciliation_rules(self) -> ReconciliationRules:
        return ReconciliationRules(
            settling_time=timedelta(seconds=self.reconcile_settle_seconds),
            first_pause=timedelta(seconds=self.reconcile_pause_seconds),
            limit=timedelta(seconds=self.reconcile_limit_seconds),
            cache_time=timedelta(seconds=self.history_cache_seconds),
        )

    @property
    def instagram_limits(self) -> InstagramLimits:
        return InstagramLimits(self.instagram_hashtags, self.instagram_mentions, self.instagram_daily_posts)

    @property
    def records_grace(self) -> timedelta:
        return timedelta(seconds=self.records_grace_seconds)

    @property
    def ayrshare_event_kept(self) -> timedelta:
        return timedelta(days=self.ayrshare_event_keep_days)

    @property
    def preflight_kept(self) -> timedelta:
        return timedelta(days=self.preflight_keep_days)

    @property
    def delivery_finish(self) -> timedelta:
        """The requests of one delivery: status of the profile, post, and, on another account, status and removal."""
        seconds = STATUS_SECONDS + self.send_timeout_seconds + STATUS_SECONDS + self.provider_timeout_seconds
        return timedelta(seconds=seconds)

    @property
    def delivery_lease(self) -> timedelta:
        return timedelta(seconds=self.delivery_lease_seconds)
