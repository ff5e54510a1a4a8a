from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.models import ScheduleItem
from scheduler.slots.explanation import SlotExplanation
from scheduler.slots.wall_time import is_shifted, planned_moment
from scheduler.slots.zones import Moment


@dataclass(frozen=True, slots=True)
class ShiftedItem:
    """An item that goes out at another wall time than planned, and the moment of the planned one."""

    item: ScheduleItem
    why: SlotExplanation
    planned: Moment


def shifted_items(items: Iterable[ScheduleItem], zone: ZoneInfo) -> list[ShiftedItem]:
    """Return the shifted ones, ordered so that each may take the place that the one before it has left."""
    found = []
    for item in items:
        why = SlotExplanation.from_stored(item.why)
        if is_shifted(item.scheduled_for, why, zone):
            found.append(ShiftedItem(item, why, planned_moment(why, zone)))
    later = [one for one in found if one.planned.at > one.item.scheduled_for]
    earlier = [one for one in found if one.planned.at <= one.item.scheduled_for]
    return [*sorted(later, key=_time, reverse=True), *sorted(earlier, key=_time)]


def _time(shifted: ShiftedItem) -> datetime:
    return shifted.item.scheduled_for
