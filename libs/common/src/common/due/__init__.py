"""Rows with a due time; the process that claims one first runs it.

The outbox relay, the scheduler's timer, generation jobs and deliveries all use it.
"""

from common.due.loop import DueLoop, backoff
from common.due.store import overdue, wake
from common.due.table import Done, DueRow, DueTable, Outcome, Retry, Settled

__all__ = [
    "Done",
    "DueLoop",
    "DueRow",
    "DueTable",
    "Outcome",
    "Retry",
    "Settled",
    "backoff",
    "overdue",
    "wake",
]
