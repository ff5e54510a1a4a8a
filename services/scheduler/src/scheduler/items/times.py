from datetime import datetime, timedelta

from common.clock import Clock

from scheduler.items.errors import TimeInPastError, TimeTooFarError

_FARTHEST = timedelta(days=400)


class FutureTimes:
    """The rule for times that somebody names."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def check(self, at: datetime, field: str) -> None:
        """Raise TimeInPastError or TimeTooFarError (422), naming ``field``, unless ``at`` can be scheduled."""
        now = self._clock.now()
        if at <= now:
            raise TimeInPastError(f"{at.isoformat()} is not after {now.isoformat(timespec='seconds')}.", field=field)
        if at > now + _FARTHEST:
            raise TimeTooFarError(f"{at.isoformat()} is more than {_FARTHEST.days} days away.", field=field)
