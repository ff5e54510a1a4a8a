"""Looking for a post of ours in Ayrshare's history, by its note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pulseworks_contracts import Platform

from publisher.clients.ayrshare import HISTORY_LIMIT, HistoryEntry
from publisher.deliveries.classification import (
    Accepted,
    Duplicate,
    Rejected,
    RejectedForNow,
    UnderWay,
    classify_post,
)

# How far Ayrshare's clock and ours may be apart.
_CLOCKS = timedelta(minutes=2)


@dataclass(frozen=True)
class Absent:
    """No entry with our note. ``conclusive``: the list reaches back to before the call, so it would show there."""

    conclusive: bool


@dataclass(frozen=True)
class Present:
    """There is an entry, and it says neither success nor failure that settles the matter."""


Finding = Accepted | Rejected | RejectedForNow | Present | Absent


def find(entries: Sequence[HistoryEntry], note: str, platform: Platform, sent_at: datetime) -> Finding:
    """Return what the newest entries say about the post with ``note``.

    A success counts above all: a second call with the same key may have left an error of its own beside it. An entry
    that says duplicate settles nothing, since the post that it duplicates is the one that is looked for.
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
    return len(times) == len(entries) and min(times) < sent_at - _CLOCKS
