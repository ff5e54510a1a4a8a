"""When an item may change, and which times may be chosen."""

from datetime import datetime, timedelta
from typing import cast

from pulseworks_contracts import LIMITS, Platform

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
        raise ItemFinishedError(f"The post is {item.status}. To publish at another time, schedule the content again.")


def check_unanswered(item: ScheduleItem) -> None:
    """Raise AlreadyHandedOverError or ItemAnsweredError (409) unless a person has to resolve the item."""
    if item.status == ItemStatus.SCHEDULED:
        raise handed_over(item.scheduled_for)
    if item.status != ItemStatus.UNKNOWN:
        raise ItemAnsweredError(
            f"The post is {item.status}. Only a post with the error `{NO_OUTCOME}` can be resolved here."
        )
    if item.error_code != NO_OUTCOME:
        raise ItemAnsweredError(
            "This post has a delivery: resolve that with POST /api/social/deliveries/{delivery_id}/resolve instead."
        )


def slot_taken(platform: str, at: datetime) -> str:
    name = LIMITS[cast("Platform", platform)].display_name
    return f"Another post is scheduled on {name} at {at.isoformat()}. Choose another time."


def handed_over(at: datetime) -> AlreadyHandedOverError:
    return AlreadyHandedOverError(
        f"The post of {at.isoformat()} is being published and can't be changed any more. Its outcome appears here; if "
        "that takes long, the error of the post says why."
    )
