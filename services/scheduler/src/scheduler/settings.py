from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from common.runtime.settings import BaseUrl, ServiceSettings
from pydantic import Field, model_validator

_MINUTE = 60
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Windows:
    """Time spans around the time of a post."""

    missed: timedelta
    """A post that is overdue by more than this is missed."""
    preflight: timedelta
    """How long before its time a post is checked."""
    recheck: timedelta
    """How long before its time a post at risk is checked again."""
    outcome: timedelta
    """How long after a post's expiry the wait for its outcome ends."""


class SchedulerSettings(ServiceSettings):
    """All times are in seconds."""

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
        default=30 * _MINUTE,
        ge=0,
        description="How long before its time a post is checked, while someone can still act.",
    )
    recheck_seconds: int = Field(
        default=5 * _MINUTE, ge=0, description="How long before its time a post at risk is checked again."
    )
    # A post may be sent until its expiry. After that the publisher needs up to 2,000 s to report it as unknown:
    #     35  the call: it starts within 5, then SEND_TIMEOUT_SECONDS (30)
    #     45  detecting a crash during the call: DELIVERY_LEASE_SECONDS
    #   1860  searching for the post: RECONCILE_LIMIT_SECONDS (1800), RECONCILE_SETTLE_SECONDS (60)
    #     60  difference between the services' clocks
    # The rest of the hour is for a publisher that restarts or has a backlog. Raise it with the publisher's limit.
    outcome_grace_seconds: int = Field(
        default=_HOUR,
        ge=10 * _MINUTE,
        description="How long after a post's expiry the publisher may take to report its outcome. "
        "Then the outcome is unknown and a person decides.",
    )
    months_ahead: int = Field(
        default=12, ge=0, le=120, description="How many months after the present one a month may be planned."
    )
    public_api_url: BaseUrl | None = Field(
        default=None, description="Where callers reach the gateway. Calendar URLs begin with it."
    )

    @model_validator(mode="after")
    def _recheck_not_before_check(self) -> Self:
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
