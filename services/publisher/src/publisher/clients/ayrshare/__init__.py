"""Ayrshare, which posts to Facebook and Instagram for us."""

from publisher.clients.ayrshare.answers import (
    NETWORKS,
    Answered,
    AnswerLost,
    CreatedProfile,
    History,
    HistoryEntry,
    LinkedAccount,
    LinkSession,
    NeverSent,
    PostAnswer,
    PostRequest,
    ProfileDetails,
    parse_time,
)
from publisher.clients.ayrshare.client import HISTORY_LIMIT, AyrshareClient
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyMissingError,
)
from publisher.clients.ayrshare.limits import UNLIMITED, WINDOW_SECONDS, RateLimit

__all__ = [
    "HISTORY_LIMIT",
    "NETWORKS",
    "UNLIMITED",
    "WINDOW_SECONDS",
    "AnswerLost",
    "Answered",
    "AyrshareClient",
    "AyrshareRateLimitedError",
    "AyrshareRefusedError",
    "AyrshareUnavailableError",
    "CreatedProfile",
    "History",
    "HistoryEntry",
    "LinkSession",
    "LinkedAccount",
    "NeverSent",
    "PostAnswer",
    "PostRequest",
    "ProfileDetails",
    "ProfileKeyMissingError",
    "RateLimit",
    "parse_time",
]
