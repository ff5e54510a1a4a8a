from datetime import timedelta

from common.settings import ServiceSettings
from pydantic import Field

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

    @property
    def missed_window(self) -> timedelta:
        return timedelta(seconds=self.missed_window_seconds)

    @property
    def minimum_lead(self) -> timedelta:
        return timedelta(seconds=self.minimum_lead_seconds)

    @property
    def minimum_spacing(self) -> timedelta:
        return timedelta(seconds=self.minimum_spacing_seconds)
