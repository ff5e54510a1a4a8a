from datetime import timedelta
from typing import Self

from common.runtime.settings import BaseUrl, ServiceSettings
from pydantic import Field, model_validator

from scheduler.items.windows import Windows

_MINUTE = 60
_HOUR = 3600


class SchedulerSettings(ServiceSettings):
    """All times in seconds."""

    missed_window_seconds: int = Field(
        default=6 * _HOUR, ge=60, description="A post that is overdue by more than this is missed, not sent late."
    )
    minimum_lead_seconds: int = Field(
        default=_HOUR // 4, ge=0, description="From now to the first slot that a plan may use."
    )
    minimum_spacing_seconds: int = Field(
        default=4 * _HOUR, ge=0, description="Between two posts of an account, in plans."
    )
    preflight_seconds: int = Field(
        default=30 * _MINUTE, ge=0, description="Before a post's time, when it is checked while someone can still act."
    )
    recheck_seconds: int = Field(
        default=5 * _MINUTE, ge=0, description="Before a post's time, when one that is at risk is checked once more."
    )
    # A post may be sent until its expiry, and from there the publisher itself needs up to 2,000 s to call it unknown:
    #     35  a call: 5 until it must have begun, then SEND_TIMEOUT_SECONDS (30)
    #     45  a crash during the call is noticed: DELIVERY_LEASE_SECONDS
    #   1860  the search for the post: RECONCILE_LIMIT_SECONDS (1800), RECONCILE_SETTLE_SECONDS (60)
    #     60  the services' clocks may be apart
    # The rest of the hour is for a publisher that restarts or works off a backlog. Raise it with the publisher's limit.
    outcome_grace_seconds: int = Field(
        default=_HOUR,
        ge=10 * _MINUTE,
        description="After a post may not be sent any more, how long the publisher may take to report its outcome. "
        "Then the outcome is unknown and a person decides.",
    )
    public_api_url: BaseUrl | None = Field(
        default=None, description="Where callers reach the gateway; calendar addresses are made with it."
    )

    @model_validator(mode="after")
    def _recheck_after_check(self) -> Self:
        if self.recheck_seconds > self.preflight_seconds:
            raise ValueError("RECHECK_SECONDS must not exceed PREFLIGHT_SECONDS")
        return self

    @property
    def windows(self) -> Windows:
        return Windows(
            missed=timedelta(seconds=self.missed_window_seconds),
            preflight=timedelta(seconds=self.preflight_seconds),
            recheck=timedelta(seconds=self.recheck_seconds),
            outcome=timedelta(seconds=self.outcome_grace_seconds),
        )

    @property
    def minimum_lead(self) -> timedelta:
        return timedelta(seconds=self.minimum_lead_seconds)

    @property
    def minimum_spacing(self) -> timedelta:
        return timedelta(seconds=self.minimum_spacing_seconds)
