"""Whether an item still goes out at the wall time that was planned for it.

An item keeps its instant when the account gets another time zone, and when new zone data move a zone's offset. Its
explanation has the wall time that was meant.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.slots.explanation import SlotExplanation
from scheduler.slots.zones import Moment, format_offset, resolve


def planned_moment(why: SlotExplanation, zone: ZoneInfo) -> Moment:
    """Return the moment of the planned wall time in ``zone``, by the zone data of this process."""
    wall = why.local_time.replace(tzinfo=None)
    moment = resolve(zone, wall.date(), wall.hour * 60 + wall.minute)
    rest = timedelta(seconds=wall.second, microseconds=wall.microsecond)
    return Moment(moment.at + rest, (moment.at + rest).astimezone(zone), moment.change)


def is_shifted(at: datetime, why: SlotExplanation, zone: ZoneInfo) -> bool:
    """Return whether an item at ``at`` goes out at another wall time in ``zone`` than planned.

    A "publish now" was meant as an instant. In an hour that occurs twice both instants have the planned wall time.
    """
    planned = why.local_time.replace(tzinfo=None)
    return (
        why.kind != "now" and at.astimezone(zone).replace(tzinfo=None) != planned and planned_moment(why, zone).at != at
    )


def explain_again(why: SlotExplanation, moment: Moment, zone: ZoneInfo) -> SlotExplanation:
    """Return the explanation of an item that was moved to its planned wall time."""
    return why.model_copy(
        update={
            "zone": zone.key,
            "utc_offset": format_offset(moment.offset),
            "local_time": datetime.fromisoformat(moment.local.isoformat()),
            "clock_change": moment.change,
        }
    )
