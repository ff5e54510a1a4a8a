"""Records what the provider says about a profile: pauses between calls, and the state of the profile.

Ayrshare accepts 300 requests per 5 minutes and profile, and suspends a profile after 1,000 refusals for that reason in
24 hours (https://www.ayrshare.com/docs/errors/errors-http). So a profile pauses as a whole: shortly before the limit,
after each refusal, and for the rest of the day at a small share of the refusals that would suspend it.
"""

from datetime import datetime, timedelta
from random import Random

import structlog
from common.messaging import outbox
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare.errors import AyrshareRateLimitedError
from publisher.clients.ayrshare.rate_limit import UNLIMITED, WINDOW_SECONDS, RateLimit
from publisher.connections.service import ConnectionService
from publisher.models import ProviderProfile
from publisher.provider import events
from publisher.provider.repository import ProviderProfileRepository
from publisher.provider.rules import DAY, PacingRules, ProfileStatus, pause_after_refusal, pause_message

log = structlog.get_logger(__name__)

PAUSES = Counter("pulseworks_provider_profile_pauses", "Pauses of provider profiles.", ["reason"])
for _reason in ("near_limit", "rate_limited", "day_stop"):
    PAUSES.labels(_reason)  # from the start, because Prometheus sees no increase in the first value of a series

SPREAD = timedelta(seconds=10)
"""Deferred deliveries come due again over this long."""


class ProfilePacing:
    """Pauses of the provider profiles of the transaction's account."""

    def __init__(self, session: AsyncSession, now: datetime, random: Random, rules: PacingRules) -> None:
        self._session = session
        self._now = now
        self._random = random
        self._rules = rules
        self._profiles = ProviderProfileRepository(session)

    def wait(self, profile: ProviderProfile) -> timedelta | None:
        """Return how long the profile still pauses, with some jitter. None: it does not pause."""
        if profile.paused_until is None or profile.paused_until <= self._now:
            return None
        return profile.paused_until - self._now + SPREAD * self._random.random()

    async def require_unpaused(self, ref_id: str) -> None:
        """Raise AyrshareRateLimitedError while the profile pauses."""
        profile = await self._profiles.get(ref_id)
        wait = None if profile is None else self.wait(profile)
        if profile is not None and wait is not None:
            message = f"{pause_message(profile)} Try again after that."
            raise AyrshareRateLimitedError(message, retry_after=wait.total_seconds(), limit=UNLIMITED)

    async def apply_limit(self, ref_id: str, limit: RateLimit) -> None:
        """Pause the profile shortly before its limit is reached. Most answers are far from it and need no query."""
        if self._rules.is_near_limit(limit):
            profile = await self._profiles.lock(ref_id)
            if profile is not None:
                await self._pause(profile, timedelta(seconds=limit.resets_in or WINDOW_SECONDS), "near_limit")

    async def refused(self, ref_id: str, limit: RateLimit) -> timedelta:
        """Record a refusal with 429 and return how long the profile pauses now."""
        profile = await self._profiles.lock(ref_id)
        if profile is None:
            return timedelta(seconds=WINDOW_SECONDS)
        if profile.refused_since is None or self._now - profile.refused_since >= DAY:
            profile.refused_since, profile.refusals = self._now, 0
        profile.refusals += 1
        if profile.refusals >= self._rules.refusals_per_day:
            await self._pause(profile, profile.refused_since + DAY - self._now, "day_stop")
            await outbox.add(self._session, events.profile_paused(profile, self._now))
        else:
            await self._pause(profile, pause_after_refusal(limit), "rate_limited")
        return self.wait(profile) or timedelta(0)

    async def _pause(self, profile: ProviderProfile, length: timedelta, reason: str) -> None:
        until = self._now + length
        if profile.paused_until is not None and profile.paused_until >= until:
            return
        profile.paused_until, profile.pause_reason = until, reason
        deferred = await self._profiles.defer_waiting(str(profile.ref_id), length, SPREAD, until)
        PAUSES.labels(reason).inc()
        log.warning("provider_profile_paused", reason=reason, until=until.isoformat(), deferred=deferred)


class ProfileStatusService:
    def __init__(self, connections: ConnectionService, pacing: ProfilePacing) -> None:
        self._connections = connections
        self._pacing = pacing

    async def record(self, ref_id: str, status: ProfileStatus) -> None:
        """Persist a fetched status; a lost connection is announced (``ProfileNeedsReconnect``)."""
        if status.failure == "rate_limited":
            await self._pacing.refused(ref_id, status.limit)
        if status.details is None:
            return
        recorded = await self._connections.apply_details(
            ref_id, status.details, status.fetched_at, with_quota=status.with_quota
        )
        if recorded:
            await self._pacing.apply_limit(ref_id, status.limit)
