"""When a provider profile has to be left alone.

Ayrshare takes 300 requests per 5 minutes and profile, and suspends a profile after 1,000 refusals for that in 24 hours
(https://www.ayrshare.com/docs/errors/errors-http). So a profile pauses as a whole: shortly before the limit, at each
refusal, and for the rest of the day at a small share of what would suspend it.
"""

from datetime import datetime, timedelta
from random import Random

import structlog
from common.messaging import outbox
from prometheus_client import Counter
from pulseworks_contracts import AuditRecorded, AuditRecordedData
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import WINDOW_SECONDS, RateLimit
from publisher.models import ProviderProfile
from publisher.pacing.repository import PacingRepository
from publisher.pacing.rules import PacingRules

log = structlog.get_logger(__name__)

PAUSES = Counter("pulseworks_provider_profile_pauses", "Pauses of provider profiles.", ["reason"])

DAY = timedelta(hours=24)
SPREAD = timedelta(seconds=10)
"""What was held back comes up again over this long."""


class ProfilePacing:
    """Pauses of the provider profiles of the transaction's account."""

    def __init__(self, session: AsyncSession, now: datetime, random: Random, rules: PacingRules) -> None:
        self._session = session
        self._now = now
        self._random = random
        self._rules = rules
        self._profiles = PacingRepository(session)

    def wait(self, profile: ProviderProfile) -> timedelta | None:
        """Return how long the profile still pauses, spread a little. None: it does not."""
        if profile.paused_until is None or profile.paused_until <= self._now:
            return None
        return profile.paused_until - self._now + SPREAD * self._random.random()

    async def heed(self, ref_id: str, limit: RateLimit) -> None:
        """Pause before the limit is reached. Most answers say that it is far, and cost nothing here."""
        if limit.remaining is None or limit.most is None:
            return
        if limit.remaining <= min(self._rules.calls_kept, limit.most // 10):
            profile = await self._profiles.lock(ref_id)
            if profile is not None:
                await self._pause(profile, timedelta(seconds=limit.resets_in or WINDOW_SECONDS), "near_limit")

    async def refused(self, ref_id: str, limit: RateLimit) -> timedelta:
        """Note that a call was refused with 429; return how long the profile pauses now."""
        profile = await self._profiles.lock(ref_id)
        if profile is None:
            return timedelta(seconds=WINDOW_SECONDS)
        if profile.refused_since is None or self._now - profile.refused_since >= DAY:
            profile.refused_since, profile.refusals = self._now, 0
        profile.refusals += 1
        if profile.refusals >= self._rules.refusals_per_day:
            await self._pause(profile, profile.refused_since + DAY - self._now, "day_stop")
            await self._audit_stop(profile)
        else:
            asked = limit.retry_after if limit.retry_after is not None else limit.resets_in
            seconds = WINDOW_SECONDS if asked is None else min(max(asked, 1.0), DAY.total_seconds())
            await self._pause(profile, timedelta(seconds=seconds), "rate_limited")
        return self.wait(profile) or timedelta(0)

    async def _pause(self, profile: ProviderProfile, length: timedelta, reason: str) -> None:
        until = self._now + length
        if profile.paused_until is not None and profile.paused_until >= until:
            return
        profile.paused_until, profile.pause_reason = until, reason
        held = await self._profiles.hold_back(str(profile.ref_id), length, SPREAD, until)
        PAUSES.labels(reason).inc()
        log.warning("provider_profile_pauses", reason=reason, until=until.isoformat(), held_back=held)

    async def _audit_stop(self, profile: ProviderProfile) -> None:
        data = AuditRecordedData(
            event_type="PROFILE_PAUSED",
            entity_type=profile.__tablename__,
            entity_id=str(profile.id),
            user_id=None,
            occurred_at=self._now,
            metadata={"reason": why_paused(profile), "refusals": profile.refusals},
        )
        event = AuditRecorded(account_id=profile.account_id, subject=str(profile.id), time=self._now, data=data)
        await outbox.add(self._session, event)


def why_paused(profile: ProviderProfile) -> str:
    """Return for people why nothing is sent for this profile at the moment, and until when."""
    until = "later" if profile.paused_until is None else f"{profile.paused_until:%Y-%m-%d %H:%M} UTC"
    if profile.pause_reason == "day_stop":
        return (
            f"The posting provider has refused {profile.refusals} requests for your profile within a day. "
            f"So that it does not suspend the profile, nothing is sent for it before {until}."
        )
    return (
        "The posting provider takes a limited number of requests for your profile in five minutes, and they are "
        f"used up. Nothing is sent before {until}."
    )
