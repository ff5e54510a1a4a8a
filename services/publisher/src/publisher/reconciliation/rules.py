"""When a lookup in Ayrshare's history proves that a post did not arrive, and when the next one is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.clients.ayrshare.history import Finding, HistorySearch
from publisher.clients.ayrshare.rate_limit import UNLIMITED, RateLimit
from publisher.models import Delivery
from publisher.placement.rules import MisplacedPost, Target

_STOP_LOOKING_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class HistoryLookup:
    target: Target
    search: HistorySearch
    sent_at: datetime
    """When the last call was made. The search covers the earlier ones with the same key too."""
    began_at: datetime
    """The lookup shows the state at this time, however late it is recorded."""
    ambiguous: bool
    """An entry may be from an earlier call with the same key, because the last call may still be in flight."""


@dataclass(frozen=True)
class Unreadable:
    """The history could not be read."""

    reason: str
    rate_limited: bool


@dataclass(frozen=True)
class Observation:
    """What a lookup found."""

    finding: Finding | MisplacedPost | Unreadable
    limit: RateLimit = UNLIMITED
    cached: bool = False
    """It needed a list that Ayrshare may have cached."""


@dataclass(frozen=True)
class ReconciliationRules:
    settling_time: timedelta
    """After this time a call has either arrived, and the history shows it, or never will arrive."""
    first_pause: timedelta
    limit: timedelta
    """An outcome that is uncertain for longer is shown as unknown."""
    cache_time: timedelta
    """How old a list that Ayrshare may have cached can be."""

    def is_settled(self, delivery: Delivery, lookup: HistoryLookup, observation: Observation) -> bool:
        """Return whether the lookup shows the history at a time after the settling time of the last call."""
        as_of = lookup.began_at - (self.cache_time if observation.cached else timedelta(0))
        return self.settles_in(delivery, as_of) <= timedelta(0)

    def settles_in(self, delivery: Delivery, at: datetime) -> timedelta:
        """Return how long after ``at`` the settling time ends. Zero or less: it has ended."""
        since = delivery.settling_since or at
        return since + self.settling_time - at

    def pause(self, delivery: Delivery, now: datetime) -> timedelta:
        """Return the pause before the next lookup. It doubles, up to the longer of two bounds.

        They are a quarter of the settling time, and a tenth of the time for which the outcome has been uncertain.
        """
        doubling: timedelta = self.first_pause * 2 ** min(delivery.looks, 20)
        return min(doubling, max(self.settling_time / 4, uncertain_for(delivery, now) / 10))

    def unknown_in(self, delivery: Delivery, now: datetime) -> timedelta:
        """Return when the outcome is to be shown as unknown: after the limit, and once the last call has settled.

        A person may have the post sent again at once, so the last call must not be in flight any more.
        """
        return max(self.limit - uncertain_for(delivery, now), self.settles_in(delivery, now))


def uncertain_for(delivery: Delivery, now: datetime) -> timedelta:
    return timedelta(0) if delivery.uncertain_since is None else now - delivery.uncertain_since


def keeps_looking(delivery: Delivery, now: datetime) -> bool:
    """Return whether a post whose outcome is shown as unknown is still searched for."""
    return uncertain_for(delivery, now) < _STOP_LOOKING_AFTER


def is_repeated(delivery: Delivery) -> bool:
    """Return whether more than one call with the current key had no definite result."""
    first, last = delivery.uncertain_since, delivery.settling_since
    return first is not None and last is not None and first < last
