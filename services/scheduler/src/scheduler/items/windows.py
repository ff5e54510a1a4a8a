from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Windows:
    """Spans around the time of a post."""

    missed: timedelta
    """Overdue by more than this, it is missed."""
    preflight: timedelta
    """So long before, it is checked."""
    recheck: timedelta
    """So long before, one that is at risk is checked once more."""
    outcome: timedelta
    """So long after it may not be sent any more, the wait for its outcome ends."""
