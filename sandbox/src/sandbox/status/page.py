"""Renders a snapshot as one HTML page without anything from another origin but the stack's own pictures."""

from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.status.snapshot import Snapshot

FOLDER = Path(__file__).parent
EXCERPT = 140
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86_400


def duration(seconds: float) -> str:
    """Return for people how long it is, in one unit: `3 min`."""
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size or (size == _DAY and seconds >= size):
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= _SECOND or seconds <= 0 else f"{seconds * 1000:.0f} ms"


def relative(moment: datetime, now: datetime) -> str:
    """Return for people how far `moment` is from `now`: `3 min ago`, `in 2 d`, `now`."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < _SECOND:
        return "now"
    return f"in {duration(seconds)}" if seconds > 0 else f"{duration(-seconds)} ago"


def lateness(due: datetime, posted: datetime) -> str:
    late = posted - due
    return "on time" if late < timedelta(seconds=1) else f"{duration(late.total_seconds())} after its time"


def excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[:EXCERPT].rsplit(" ", 1)[0] + " …"


def render(snapshot: Snapshot) -> str:
    """Return the page."""
    return _template.render(now=snapshot.taken_at, snapshot=snapshot)


_environment = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.filters |= {"relative": relative, "duration": duration, "excerpt": excerpt, "lateness": lateness}
_template = _environment.get_template("page.html.jinja")
