"""Finds one of our posts in Ayrshare's history, by its note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pulseworks_contracts import Platform

from publisher.clients.ayrshare.answers import HistoryEntry
from publisher.clients.ayrshare.classification import (
    Accepted,
    Duplicate,
    Rejected,
    RejectedForNow,
    UnderWay,
    classify_post,
)
from publisher.clients.ayrshare.client import HISTORY_LIMIT

# How far Ayrshare's clock and ours may differ.
_CLOCK_SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Absent:
    """No entry has our note. ``conclusive``: the list reaches back to before the call, so an entry would be in it."""

    conclusive: bool


@dataclass(frozen=True)
class Present:
    """There is an entry, and it shows neither a success nor a definite failure."""


Finding = Accepted | Rejected | RejectedForNow | Present | Absent


def find_post(entries: Sequence[HistoryEntry], note: str, platform: Platform, sent_at: datetime) -> Finding:
    """Return what the newest entries show about the post with ``note``.

    A success takes precedence: a second call with the same key may have left an error beside it. An entry marked as a
    duplicate settles nothing, since the post that it duplicates is the one being searched for.
    """
    verdicts = [classify_post(200, entry.raw, platform) for entry in entries if entry.notes == note]
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            return verdict
    if any(isinstance(verdict, UnderWay) for verdict in verdicts):
        return Present()
    for verdict in verdicts:
        if isinstance(verdict, Rejected | RejectedForNow):
            return verdict
    if any(not isinstance(verdict, Duplicate) for verdict in verdicts):
        return Present()
    return Absent(_reaches_back(entries, sent_at))


def _reaches_back(entries: Sequence[HistoryEntry], sent_at: datetime) -> bool:
    if len(entries) < HISTORY_LIMIT:
        return True
    times = [entry.created for entry in entries if entry.created is not None]
    return len(times) == len(entries) and min(times) < sent_at - _CLOCK_SKEW
