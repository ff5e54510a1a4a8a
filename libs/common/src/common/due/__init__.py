"""Rows with a due time, run once each by whoever claims them first.

The outbox relay, the scheduler's timer, generation jobs and deliveries are this one mechanism.
"""

from common.due.loop import DueLoop, backoff
from common.due.settling import DATABASE_ERRORS
from common.due.store import wake
from common.due.table import Again, DueRow, DueTable, Finished, Outcome, Settled

__all__ = [
    "DATABASE_ERRORS",
    "Again",
    "DueLoop",
    "DueRow",
    "DueTable",
    "Finished",
    "Outcome",
    "Settled",
    "backoff",
    "wake",
]
