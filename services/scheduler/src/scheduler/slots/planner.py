"""The slots of a posting rule in a month. Pure: equal arguments yield equal slots."""

import hashlib
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduler.slots.explanation import AppliedRule, SkippedDay, SkipReason, SlotExplanation
from scheduler.slots.rule import SlotRule, Window, clock_face
from scheduler.slots.zones import ClockChange, Moment, format_offset, resolve

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """``now`` is in UTC. ``lead`` is from now to the first slot, ``spacing`` between any two posts of the account."""

    now: datetime
    lead: timedelta
    spacing: timedelta


@dataclass(frozen=True, slots=True)
class Slot:
    """``at`` is in UTC."""

    at: datetime
    explanation: SlotExplanation


@dataclass(frozen=True, slots=True)
class MonthSlots:
    """The slots of a month in order, and the days that were skipped after the last one."""

    slots: list[Slot]
    skipped_days: list[SkippedDay]


def month_slots(
    rule: SlotRule, zone: ZoneInfo, account_id: UUID, month: date, *, limits: Limits, taken: Iterable[datetime] = ()
) -> MonthSlots:
    """Return the slots of ``rule`` in the month of ``month``, a calendar month in ``zone``.

    ``taken`` are the instants of the account's existing posts. They count in their week, and new slots keep the
    spacing from them.
    """
    plan = _Plan(rule, zone, limits, taken)
    slots: list[Slot] = []
    skipped: list[SkippedDay] = []
    # a second post of a day only where the days do not suffice
    for window in rule.windows:
        found, rest = _slots_in(plan, account_id, month, window)
        slots += found
        skipped += rest
    slots.sort(key=lambda slot: slot.at)
    skipped.sort(key=lambda skip: skip.day)
    return MonthSlots(slots, skipped)


def _slots_in(plan: "_Plan", account_id: UUID, month: date, window: Window) -> tuple[list[Slot], list[SkippedDay]]:
    """Return the slots in one window of the rule's days, and the days that were skipped after the last one."""
    slots: list[Slot] = []
    skipped: list[SkippedDay] = []
    for day in _days_of_month(month):
        if day.isoweekday() not in plan.rule.days_of_week:
            continue
        minute, moment, reason = plan.choose(account_id, day, window)
        if reason is not None:
            skipped.append(SkippedDay(day=day, reason=reason[0], detail=reason[1]))
            continue
        plan.take(day, moment)
        slots.append(Slot(moment.at, _explain(plan, window, minute, moment, skipped)))
        skipped = []
    return slots, skipped


def minute_of(account_id: UUID, day: date, window: Window) -> int:
    """Return the account's own minute of the window on that day. It spreads the accounts over the window."""
    digest = hashlib.sha256(f"{account_id}/{day.isoformat()}".encode()).digest()
    return window.start + int.from_bytes(digest[:8], "big") % (window.end - window.start)


def explain_chosen_time(
    at: datetime, zone: ZoneInfo, *, kind: Literal["explicit", "now"] = "explicit"
) -> SlotExplanation:
    """Explain a time that a user chose, or the moment of a "publish now"."""
    local = at.astimezone(zone)
    # the local time of an instant exists, so the other fold differs only if that time occurs twice
    repeated = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return SlotExplanation(
        kind=kind,
        zone=zone.key,
        utc_offset=format_offset(local.utcoffset() or timedelta()),
        local_time=_fixed_offset(local),
        clock_change=ClockChange.REPEATED if repeated else ClockChange.NONE,
        rule=None,
        minute=None,
        passed_over=[],
        changes=[],
    )


class _Plan:
    """The posts of a month so far."""

    def __init__(self, rule: SlotRule, zone: ZoneInfo, limits: Limits, taken: Iterable[datetime]) -> None:
        self.rule = rule
        self.zone = zone
        self._limits = limits
        self._taken = sorted({at.astimezone(UTC) for at in taken})
        self._weeks = Counter(_week(at.astimezone(zone).date()) for at in self._taken)

    def take(self, day: date, moment: Moment) -> None:
        insort(self._taken, moment.at)
        self._weeks[_week(day)] += 1

    def choose(self, account_id: UUID, day: date, window: Window) -> tuple[int, Moment, tuple[SkipReason, str] | None]:
        """Return the account's minute of the day and its moment, and why the day gets no post (None: it does).

        In the second window the minute gives way to a post that is too close, such as the day's first one.
        """
        minute = minute_of(account_id, day, window)
        moment = resolve(self.zone, day, minute)
        reason = self.reason_to_skip(day, moment)
        if window is self.rule.second_window and reason is not None and reason[0] is SkipReason.TOO_CLOSE:
            length = window.end - window.start
            for offset in range(1, length):
                other = window.start + (minute - window.start + offset) % length
                candidate = resolve(self.zone, day, other)
                if self.reason_to_skip(day, candidate) is None:
                    return other, candidate, None
        return minute, moment, reason

    def reason_to_skip(self, day: date, moment: Moment) -> tuple[SkipReason, str] | None:
        """Return why the day gets no post; None if it can have one."""
        if day in self.rule.blackout_dates:
            return SkipReason.BLACKOUT, "This date is blacked out in the posting rule."
        if moment.local.date() != day:
            return SkipReason.NO_SUCH_DAY, f"This date does not exist (or ends early) in {self.zone.key}."
        return self._too_early(moment) or self._too_much(day, moment)

    def _too_early(self, moment: Moment) -> tuple[SkipReason, str] | None:
        limits = self._limits
        if moment.at <= limits.now:
            return SkipReason.PAST, f"{_clock(moment)} has passed."
        if moment.at < limits.now + limits.lead:
            return SkipReason.TOO_SOON, f"{_clock(moment)} is less than {limits.lead} away."
        return None

    def _too_much(self, day: date, moment: Moment) -> tuple[SkipReason, str] | None:
        if self._weeks[_week(day)] >= self.rule.per_week:
            return SkipReason.WEEK_FULL, f"The week already has {self._weeks[_week(day)]} posts."
        near = self._nearest(moment.at)
        if near is not None and abs(moment.at - near) < self._limits.spacing:
            other = near.astimezone(self.zone)
            return (
                SkipReason.TOO_CLOSE,
                f"{_clock(moment)} is less than {self._limits.spacing} from the post at {other:%H:%M}.",
            )
        return None

    def _nearest(self, at: datetime) -> datetime | None:
        place = bisect_left(self._taken, at)
        return min(self._taken[max(place - 1, 0) : place + 1], key=lambda other: abs(other - at), default=None)


def _explain(plan: _Plan, window: Window, minute: int, moment: Moment, skipped: list[SkippedDay]) -> SlotExplanation:
    rule, zone = plan.rule, plan.zone
    return SlotExplanation(
        kind="rule",
        zone=zone.key,
        utc_offset=format_offset(moment.offset),
        local_time=_fixed_offset(moment.local),
        clock_change=moment.change,
        rule=AppliedRule(
            frequency=rule.frequency,
            posts_per_week=rule.per_week,
            days_of_week=sorted(set(rule.days_of_week)),
            window=str(window),
        ),
        minute=clock_face(minute),
        passed_over=list(skipped),
        changes=[],
    )


def _fixed_offset(local: datetime) -> datetime:
    """Return the same time with a fixed offset. A stored time must not change with a later version of tzdata."""
    return datetime.fromisoformat(local.isoformat())


def _clock(moment: Moment) -> str:
    return f"{moment.local:%H:%M}"


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week


def _days_of_month(month: date) -> Iterator[date]:
    day = month.replace(day=1)
    while day.month == month.month:
        yield day
        day += _DAY
