"""How old the list of connections may be before it is fetched again."""

from dataclasses import dataclass
from datetime import timedelta

FIRST_PROFILE_CHECK = timedelta(minutes=15)
"""After the creation of a profile began: by then it has ended, and Ayrshare's cached list of profiles is newer."""


@dataclass(frozen=True)
class ConnectionAges:
    """How old the list may be, usually and while a person is linking accounts."""

    usual: timedelta
    while_linking: timedelta


@dataclass(frozen=True)
class Freshness:
    """Whether the known connections are recent enough; if not, whether the caller has to fetch them."""

    is_fresh: bool
    fetch: bool = False
