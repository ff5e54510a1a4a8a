"""Finds one of our posts in Ayrshare's history, by its note.

``GET /history`` (https://www.ayrshare.com/docs/apis/history/get-history) returns the newest posts between two dates,
both inclusive, and has no cursor. So the search goes back page by page: the next page ends where the last one ended.
Lists of more than 25 posts are cached for a minute; they serve only when a second holds more than 25 posts.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pulseworks_contracts import Platform

from publisher.clients.ayrshare.answers import History, HistoryEntry, HistoryQuery
from publisher.clients.ayrshare.classification import (
    Accepted,
    Duplicate,
    Rejected,
    RejectedForNow,
    UnderWay,
    classify_post,
)
from publisher.clients.ayrshare.rate_limit import RateLimit

SHORT_PAGE, LONG_PAGE = 25, 500
"""The most posts of a page that is never cached, and of any page that every edition of the documentation allows."""

# How far Ayrshare's clock and ours may differ.
_CLOCK_SKEW = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)
_MOST_SHORT_PAGES = 4
_MOST_PAGES = 8


@dataclass(frozen=True)
class Absent:
    """No entry has our note. ``conclusive``: the list reaches back to before the call, so an entry would be in it."""

    conclusive: bool


@dataclass(frozen=True)
class Present:
    """There is an entry, and it shows neither a success nor a definite failure."""


Finding = Accepted | Rejected | RejectedForNow | Present | Absent


@dataclass(frozen=True)
class HistorySearch:
    """What the history shows about the post with ``note``, first sent at ``since``."""

    note: str
    platform: Platform
    since: datetime

    @property
    def first_page(self) -> HistoryQuery:
        return HistoryQuery(self.platform, self.since - _CLOCK_SKEW, most=SHORT_PAGE)


@dataclass(frozen=True)
class SearchResult:
    finding: Finding
    limit: RateLimit
    """Of the last answer."""
    cached: bool
    """The finding needed a list that Ayrshare may have cached: it shows the state of up to a minute earlier."""


ReadPage = Callable[[HistoryQuery], Awaitable[History]]


async def search_history(
    read: ReadPage, search: HistorySearch, *, may_continue: Callable[[RateLimit], bool]
) -> SearchResult:
    """Read pages until the post is found live or the list reaches back to before its first call.

    Gives up, inconclusively, after a few pages and when ``may_continue`` denies another request.
    """
    query, entries, cached = search.first_page, list[HistoryEntry](), False
    for number in range(1, _MOST_PAGES + 1):
        page = await read(query)
        entries += page.entries
        complete = _reaches_back(page.entries, query)
        finding = find_post(entries, search.note, search.platform, complete=complete)
        following = None if complete or isinstance(finding, Accepted) else _following(query, page.entries, number)
        if following is None or not may_continue(page.limit):
            break
        query = following
        cached = cached or query.most > SHORT_PAGE
    return SearchResult(finding, page.limit, cached)


def find_post(entries: Sequence[HistoryEntry], note: str, platform: Platform, *, complete: bool) -> Finding:
    """Return what these entries show about the post with ``note``. ``complete``: none since its first call is missing.

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
            # a success may be on an older page that was not read
            return verdict if complete else Present()
    if any(not isinstance(verdict, Duplicate) for verdict in verdicts):
        return Present()
    return Absent(complete)


def _reaches_back(entries: Sequence[HistoryEntry], query: HistoryQuery) -> bool:
    """Return whether the page contains the oldest post that the search needs.

    A page that is not full does, unless it is a long one with no more than a short one had: then Ayrshare cut it.
    """
    if len(entries) < query.most and (query.most == SHORT_PAGE or len(entries) > SHORT_PAGE):
        return True
    oldest = _oldest(entries)
    return oldest is not None and oldest < query.start


def _following(query: HistoryQuery, entries: Sequence[HistoryEntry], number: int) -> HistoryQuery | None:
    """Return the page before this full one. None: there is no way to request it."""
    oldest = _oldest(entries)
    # one second later: the posts of one second may be on both pages, and none may be missing between them
    end = None if oldest is None else oldest.replace(microsecond=0) + _SECOND
    if end is not None and (query.end is None or end < query.end) and number < _MOST_SHORT_PAGES:
        return replace(query, end=end)
    if query.most < LONG_PAGE:
        # more posts in a second than a short page holds, or very many of them
        return replace(query, end=query.end if end is None else end, most=LONG_PAGE)
    return replace(query, end=end) if end is not None and (query.end is None or end < query.end) else None


def _oldest(entries: Sequence[HistoryEntry]) -> datetime | None:
    """Return the time of the oldest entry. None: one of them has no time."""
    times = [entry.created for entry in entries if entry.created is not None]
    return min(times) if times and len(times) == len(entries) else None
