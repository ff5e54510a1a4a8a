"""When an item may change, and which times may be chosen."""

from datetime import datetime, timedelta

from scheduler.items.errors import (
    AlreadyHandedOverError,
    ItemAnsweredError,
    ItemFinishedError,
    TimeInPastError,
    TimeTooFarError,
)
from scheduler.models import NO_OUTCOME, OPEN_STATUSES, ItemStatus, ScheduleItem

_MAX_AHEAD = timedelta(days=400)


def check_future(at: datetime, now: datetime, field: str) -> None:
    """Raise TimeInPastError or TimeTooFarError (422), naming ``field``, unless ``at`` can be scheduled."""
    if at <= now:
        raise TimeInPastError(f"{at.isoformat()} is not after {now.isoformat(timespec='seconds')}.", field=field)
    if at > now + _MAX_AHEAD:
        raise TimeTooFarError(f"{at.isoformat()} is more than {_MAX_AHEAD.days} days away.", field=field)


def check_open(item: ScheduleItem) -> None:
    """Raise AlreadyHandedOverError or ItemFinishedError (409) unless the item can still be changed."""
    if item.status == ItemStatus.SCHEDULED:
        raise handed_over(item.scheduled_for)
    if item.status == ItemStatus.UNKNOWN:
        raise ItemFinishedError(item.error_message)
    if item.status not in OPEN_STATUSES:
        raise ItemFinishedError(f"It is {item.status}. To post the content at another time, schedule it again.")


def check_unanswered(item: ScheduleItem) -> None:
    """Raise AlreadyHandedOverError or ItemAnsweredError (409) unless a person has to resolve the item."""
    if item.status == ItemStatus.SCHEDULED:
        raise handed_over(item.scheduled_for)
    if item.status != ItemStatus.UNKNOWN:
        raise ItemAnsweredError(f"It is {item.status}. Only a post whose result we never received is resolved here.")
    if item.error_code != NO_OUTCOME:
        raise ItemAnsweredError("Resolve its delivery instead.")


def handed_over(at: datetime) -> AlreadyHandedOverError:
    return AlreadyHandedOverError(f"The publisher took it for {at.isoformat()}. Its result appears here shortly.")
