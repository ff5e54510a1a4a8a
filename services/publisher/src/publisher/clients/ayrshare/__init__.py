"""Ayrshare, which posts to Facebook and Instagram for us."""

from publisher.clients.ayrshare.answers import (
    NETWORKS,
    Answered,
    AnswerLost,
    CreatedProfile,
    HistoryEntry,
    LinkedAccount,
    LinkSession,
    NeverSent,
    PostAnswer,
    PostRequest,
    parse_time,
)
from publisher.clients.ayrshare.client import HISTORY_LIMIT, AyrshareClient
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyMissingError,
)

__all__ = [
    "HISTORY_LIMIT",
    "NETWORKS",
    "AnswerLost",
    "Answered",
    "AyrshareClient",
    "AyrshareRateLimitedError",
    "AyrshareRefusedError",
    "AyrshareUnavailableError",
    "CreatedProfile",
    "HistoryEntry",
    "LinkSession",
    "LinkedAccount",
    "NeverSent",
    "PostAnswer",
    "PostRequest",
    "ProfileKeyMissingError",
    "parse_time",
]
