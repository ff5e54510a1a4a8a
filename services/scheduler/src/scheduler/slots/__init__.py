"""Posting times as a pure function of rule, zone, account and month. Nothing here reads a clock or a database."""

from scheduler.slots.planner import Limits, MonthSlots, Slot, explicit_why, month_slots
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow, Window
from scheduler.slots.why import PassedOver, Reason, Why, WhyChange, WhyRule
from scheduler.slots.zones import ClockChange, Moment, resolve

__all__ = [
    "ClockChange",
    "Frequency",
    "Limits",
    "Moment",
    "MonthSlots",
    "PassedOver",
    "Reason",
    "Slot",
    "SlotRule",
    "TimeWindow",
    "Why",
    "WhyChange",
    "WhyRule",
    "Window",
    "explicit_why",
    "month_slots",
    "resolve",
]
