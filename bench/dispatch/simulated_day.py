"""Simulates a day of 10,000 accounts' calendars in two minutes: do the processes grow?

The planner gives each account its slots of a week, in its own zone and window, with two platforms at each. They are
inserted as they would wait in production, with time running 720 times as fast. Memory is read at each hour of that day.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import mean
from zoneinfo import ZoneInfo, available_timezones

from common.ids import new_id
from scheduler.slots.planner import Limits, month_slots
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow

from dispatch.marks import Marks
from dispatch.posts import make_posts
from dispatch.systems.base import Place, Round
from dispatch.systems.ours import Ours

_DAY_STARTS = datetime(2026, 12, 9, tzinfo=UTC)
_HOURS = 24
_WAITING = timedelta(days=7)
_PLATFORMS = 2
_SETTLED_HOURS = 4
"""After this many hours every buffer and cache has been used."""


def measure(place: Place, accounts: int = 10_000, seconds: float = 120.0) -> str:
    """Return the memory by hour as a Markdown table."""
    offsets = sorted(_offsets(accounts))
    today = sum(offset < timedelta(hours=_HOURS) for offset in offsets)
    folder = place.folder / "day"
    folder.mkdir()
    marks = Marks(folder / "marks", len(offsets))
    system = Ours(place)
    system.prepare()
    programs = system.start(Round(folder, marks, len(offsets)))
    try:
        for program in programs:
            program.wait_until_ready()
        start = time.time() + 3.0 + len(offsets) / 2000
        speed = _HOURS * 3600 / seconds
        system.enqueue(make_posts([start + offset.total_seconds() / speed for offset in offsets]))
        if time.time() > start:
            raise RuntimeError(f"inserting {len(offsets)} posts took too long")
        memory: dict[str, list[float]] = {program.name: [] for program in programs}
        for hour in range(_HOURS + 1):
            time.sleep(max(0.0, start + hour * seconds / _HOURS - time.time()))
            for program in programs:
                memory[program.name].append(_resident_mib(program.pid))
        time.sleep(1.0)
        done = sum(1 for moment in marks.read()[:today] if moment)
    finally:
        for program in programs:
            program.stop()
    shown = [0, _SETTLED_HOURS, 8, 12, 16, 20, 24]
    lines = [
        "",
        f"**a day of {accounts:,} accounts**: {done:,} of {today:,} posts, {len(offsets) - today:,} more wait",
        "",
    ]
    lines += ["| MiB at hour | " + " | ".join(map(str, shown)) + " | last four hours ÷ hours 4 to 8 |"]
    lines += ["|---|" + "---:|" * (len(shown) + 1)]
    for name, each in memory.items():
        growth = mean(each[-4:]) / mean(each[_SETTLED_HOURS : _SETTLED_HOURS + 4])
        lines += [f"| {name} | " + " | ".join(f"{each[hour]:.1f}" for hour in shown) + f" | {growth:.3f} |"]
    return "\n".join(lines)


def _offsets(accounts: int) -> Iterator[timedelta]:
    """Return for each post how long after the start of the day it is due."""
    zones = cycle(ZoneInfo(name) for name in sorted(available_timezones()))
    windows = cycle(TimeWindow)
    limits = Limits(now=_DAY_STARTS, lead=timedelta(0), spacing=timedelta(hours=4))
    for number, zone, window in zip(range(accounts), zones, windows, strict=False):
        days = tuple(sorted((number + step) % 7 + 1 for step in (0, 2, 4)))
        rule = SlotRule(Frequency.THREE_WEEKLY, days, window.window)
        for slot in month_slots(rule, zone, new_id(), date(2026, 12, 1), limits=limits).slots:
            if _DAY_STARTS <= slot.at < _DAY_STARTS + _WAITING:
                yield from [slot.at - _DAY_STARTS] * _PLATFORMS


def _resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"the process {pid} has exited")
