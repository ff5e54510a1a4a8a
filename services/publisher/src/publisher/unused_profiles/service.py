from datetime import datetime, timedelta
from uuid import UUID

import structlog
from common.clock import Clock
from common.messaging import outbox

from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError
from publisher.clients.ayrshare.profile_keys import ProfileKeys
from publisher.connections.rules import FIRST_PROFILE_CHECK
from publisher.connections.service import ConnectionService
from publisher.models import ProfileCheck, ProviderProfile
from publisher.unused_profiles import events
from publisher.unused_profiles.repository import UnusedProfileRepository
from publisher.unused_profiles.rules import (
    AskWhetherLinked,
    DeleteProfile,
    Finished,
    RemoveOrphan,
    Step,
    Wait,
    next_check,
)

log = structlog.get_logger(__name__)

_REASON = "the connection was removed because posting was not used for a long time"


class UnusedProfileService:
    """Decides whether a profile at Ayrshare is still needed, and records its end."""

    def __init__(
        self,
        profiles: UnusedProfileRepository,
        connections: ConnectionService,
        keys: ProfileKeys,
        clock: Clock,
        *,
        grace: timedelta,
        interval: timedelta,
    ) -> None:
        self._profiles = profiles
        self._connections = connections
        self._keys = keys
        self._clock = clock
        self._grace = grace
        self._interval = interval

    async def next_step(self, profile_id: UUID, *, asked: bool) -> Step:
        """Return what to do. ``asked``: Ayrshare has just reported what is linked, and it was recorded.

        A deletion is committed before its call, so that nothing else uses the profile, and a repeated one continues.
        """
        now = self._clock.now()
        profile = await self._profiles.lock(profile_id)
        age = now - profile.created_at
        match profile.status:
            case "creating" | "abandoned" if age < FIRST_PROFILE_CHECK:
                return Wait(FIRST_PROFILE_CHECK - age)
            case "creating":
                profile.status = "abandoned"
                return RemoveOrphan(profile.title)
            case "abandoned":
                return RemoveOrphan(profile.title)
            case "deleting":
                return self._deletion(profile)
            case "ready":
                return await self._check(profile, now, asked=asked)
            case _:
                return Finished()

    async def finish(self, profile_id: UUID) -> None:
        """Record that the profile does not exist at Ayrshare any more."""
        profile = await self._profiles.lock(profile_id)
        if profile.status != "deleting":
            return
        check = await self._profiles.check(profile_id)
        profile.status, profile.profile_key = "deleted", None
        await self._connections.end_connections(_REASON)
        entry = events.profile_deleted(profile, check.unused_since, self._clock.now())
        await outbox.add(self._profiles.session, entry)

    async def _check(self, profile: ProviderProfile, now: datetime, *, asked: bool) -> Step:
        check: ProfileCheck = await self._profiles.check(profile.id)
        use = await self._profiles.use_of(profile)
        check.unused_since = None if use.is_used else check.unused_since or now
        after = next_check(check.unused_since, now, grace=self._grace, interval=self._interval)
        if after > timedelta(0):
            return Wait(after)
        if use.posting and not asked:
            return AskWhetherLinked()
        log.info("provider_profile_unused", title=profile.title, unused_since=str(check.unused_since))
        profile.status = "deleting"
        return self._deletion(profile)

    def _deletion(self, profile: ProviderProfile) -> DeleteProfile:
        try:
            key = None if profile.profile_key is None else self._keys.open(profile.profile_key)
        except ProfileKeyUnreadableError:
            key = None
        return DeleteProfile(str(profile.ref_id), profile.title, key)
