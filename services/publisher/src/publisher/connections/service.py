"""Which accounts are linked and which are verified, in the database. ``workflow`` calls Ayrshare."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from common.auth import Principal
from common.clock import Clock
from common.ids import new_id
from common.messaging import outbox
from pulseworks_contracts import LIMITS, PLATFORMS, Event, Platform

from publisher.clients.ayrshare.answers import LinkedAccount, ProfileDetails
from publisher.connections import events
from publisher.connections.errors import NotLinkedNowError, ProfileInTheMakingError, ProfileNotFoundError
from publisher.connections.repository import ConnectionRepository
from publisher.connections.rules import FIRST_PROFILE_CHECK, ConnectionAges, Freshness
from publisher.models import ProfileCheck, ProviderProfile, PublishingProfile, SocialConnection

log = structlog.get_logger(__name__)

_CREATION_TIMEOUT = timedelta(minutes=1)
_NAME_CHARACTERS = 60
_LINKING_TIME = timedelta(minutes=10)
_REFRESH_TIMEOUT = timedelta(seconds=15)


class ConnectionService:
    def __init__(self, connections: ConnectionRepository, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock

    async def connections(self) -> Sequence[SocialConnection]:
        return list((await self._connections.connections()).values())

    async def profile(self) -> PublishingProfile:
        profile = await self._connections.profile()
        if profile is None:
            raise ProfileNotFoundError("Connect your Page or account, then verify it.")
        return profile

    # The profile at Ayrshare.

    async def ready_provider(self) -> ProviderProfile | None:
        """Return the account's usable profile at Ayrshare. None: there is none yet."""
        return await self._connections.ready_provider()

    async def begin_linking(self, profile_id: UUID) -> None:
        """Record that a page for linking was created: the accounts may change from now on."""
        provider = await self._connections.lock_provider_by_id(profile_id)
        if provider is not None:
            provider.link_session_at = self._clock.now()

    async def begin_refresh(self, ages: ConnectionAges) -> Freshness:
        """Decide whether the connections have to be fetched, and if so, note that this caller does it.

        One caller at a time fetches, however many ask.
        """
        provider = await self._connections.lock_provider()
        if provider is None or provider.status != "ready":
            return Freshness(is_fresh=True)
        now, linking = self._clock.now(), provider.link_session_at
        is_linking = linking is not None and now - linking < _LINKING_TIME
        age = ages.while_linking if is_linking else ages.usual
        if provider.refreshed_at is not None and now - provider.refreshed_at < age:
            return Freshness(is_fresh=True)
        if provider.refresh_began_at is not None and now - provider.refresh_began_at < min(age, _REFRESH_TIMEOUT):
            return Freshness(is_fresh=False)
        provider.refresh_began_at = now
        return Freshness(is_fresh=False, fetch=True)

    async def begin_provider_profile(self, account_id: UUID) -> ProviderProfile:
        """Add the row of a profile that is about to be created at Ayrshare; one that took too long is abandoned.

        Raises ProfileInTheMakingError while another request creates it.
        """
        now = self._clock.now()
        current = await self._connections.lock_provider()
        if current is not None:
            if current.status == "deleting":
                raise ProfileInTheMakingError("Your former profile there is being removed. Try again in a minute.")
            if current.status == "ready" or now - current.created_at < _CREATION_TIMEOUT:
                raise ProfileInTheMakingError
            log.warning("provider_profile_abandoned", title=current.title)
            current.status = "abandoned"
            await self._connections.flush()
        row_id = new_id()
        name = (await self._connections.account_name(account_id) or "PulseWorks")[:_NAME_CHARACTERS]
        profile = ProviderProfile(
            id=row_id, account_id=account_id, title=f"{name} {row_id}", status="creating", created_at=now
        )
        self._connections.add(profile)
        await self._connections.flush()
        self._connections.add(ProfileCheck(id=row_id, account_id=account_id, due_at=now + FIRST_PROFILE_CHECK))
        return profile

    async def finish_provider_profile(self, profile_id: UUID, ref_id: str | None, sealed_key: bytes | None) -> None:
        """Record the created profile, or (without a key) that the creation failed."""
        current = await self._connections.lock_provider_by_id(profile_id)
        if current is None or current.status != "creating":
            raise ProfileInTheMakingError("It took too long and was started again. Try again shortly.")
        current.ref_id, current.profile_key = ref_id, sealed_key
        current.status = "abandoned" if sealed_key is None else "ready"

    # Linked accounts.

    async def apply_details(
        self, ref_id: str, details: ProfileDetails, fetched_at: datetime, *, with_quota: bool
    ) -> bool:
        """Record what Ayrshare returned for a profile. False: it is not the account's current profile."""
        provider = await self._connections.lock_provider()
        if provider is None or provider.ref_id != ref_id:
            return False
        if await self.apply_linked(provider, details.linked, fetched_at):
            provider.suspended = details.suspended
            if details.instagram_used is not None:
                provider.instagram_used = details.instagram_used
            if with_quota:
                provider.details_at = fetched_at
        return True

    async def apply_current_linked(self, linked: Iterable[LinkedAccount], fetched_at: datetime) -> None:
        """Apply the linked accounts to the account's current profile, if there is one."""
        provider = await self._connections.lock_provider()
        if provider is not None:
            await self.apply_linked(provider, linked, fetched_at)

    async def apply_linked(
        self, provider: ProviderProfile, linked: Iterable[LinkedAccount], fetched_at: datetime
    ) -> bool:
        """Set the connections to what Ayrshare returned to a request at ``fetched_at``. False: a newer answer is known.

        A connection that changed after ``fetched_at`` (an unlink by webhook or by the user) stays as it is.

        If a verified account is no longer linked, or another one is linked instead, the profile becomes
        NEEDS_RECONNECT. When the verified account is linked again, it becomes VERIFIED: a person has confirmed it.
        """
        if provider.refreshed_at is not None and provider.refreshed_at > fetched_at:
            return False
        provider.refreshed_at = fetched_at
        known = await self._connections.connections()
        before = _linked_ids(known)
        now_linked = {account.platform: account for account in linked}
        for platform in PLATFORMS:
            account, connection = now_linked.get(platform), known.get(platform)
            if connection is not None and connection.seen_at > fetched_at:
                continue
            if account is not None:
                known[platform] = self._link(provider, connection, account, fetched_at)
            elif connection is not None:
                connection.status = "UNLINKED"
                connection.seen_at = fetched_at
        if _linked_ids(known) != before:
            provider.link_session_at = None
        profile = await self._connections.lock_profile()
        if profile is not None:
            lost = [p for p in profile.verified_platforms if not _is_linked_as_verified(profile, p, known.get(p))]
            if profile.provider_profile_id == provider.ref_id:
                await self._restore(profile, [p for p in profile.lost_platforms if p not in lost])
            await self._lose(profile, lost, "no longer connected to the account that was verified")
        return True

    def _link(
        self,
        provider: ProviderProfile,
        connection: SocialConnection | None,
        account: LinkedAccount,
        fetched_at: datetime,
    ) -> SocialConnection:
        if connection is None:
            connection = SocialConnection(id=new_id(), account_id=provider.account_id, platform=account.platform)
            self._connections.add(connection)
        connection.provider_profile_id = str(provider.ref_id)
        connection.platform_account_id = account.account_id
        connection.display_name = account.display_name
        connection.profile_url = account.profile_url
        connection.status = "LINKED"
        connection.seen_at = fetched_at
        return connection

    async def unlink(
        self, platform: Platform, reason: str, *, at: datetime | None = None, user_id: UUID | None = None
    ) -> bool:
        """Record that a platform was unlinked ``at`` that time; return whether it was applied.

        An unlink that is older than the connection's last known state is not applied.
        """
        await self._connections.lock_provider()
        connection = (await self._connections.connections()).get(platform)
        if connection is None or (at is not None and connection.seen_at > at):
            return False
        connection.status = "UNLINKED"
        connection.seen_at = self._clock.now()
        metadata = {"platform": platform, "platform_account_id": connection.platform_account_id, "reason": reason}
        await self._emit(
            events.audit_entry("SOCIAL_DISCONNECTED", connection, metadata, self._clock.now(), user_id=user_id)
        )
        profile = await self._connections.lock_profile()
        if profile is not None and profile.account_on(platform) is not None:
            await self._lose(profile, [platform], reason)
        return True

    # The verified profile.

    async def verify(self, principal: Principal, wanted: dict[Platform, str | None]) -> PublishingProfile:
        """Freeze the accounts that a person confirmed, if they are the linked ones.

        Raises NotLinkedNowError, whose text names the account that is linked instead.
        """
        provider = await self._connections.lock_provider()
        connections = await self._connections.connections()
        for platform, account_id in wanted.items():
            if account_id is not None:
                _require_linked(platform, account_id, connections.get(platform))
        profile = await self._connections.lock_profile()
        if profile is None:
            profile = PublishingProfile(id=new_id(), account_id=principal.account_id, revision=0)
            self._connections.add(profile)
        profile.provider_profile_id = str(provider.ref_id if provider is not None else "")
        for platform, account_id in wanted.items():
            name = connections[platform].display_name if account_id is not None else None
            profile.freeze(platform, account_id, name)
        now = self._clock.now()
        profile.status, profile.lost_platforms, profile.reason = "VERIFIED", [], None
        profile.verified_at, profile.verified_by = now, principal.user_id
        profile.revision += 1
        await self._emit(events.profile_verified(profile, now))
        metadata = {
            "provider_profile_id": profile.provider_profile_id,
            "platforms": [platform.model_dump() for platform in events.verified_platforms(profile)],
            "revision": profile.revision,
        }
        await self._emit(events.audit_entry("PROFILE_VERIFIED", profile, metadata, now, user_id=profile.verified_by))
        return profile

    async def end_connections(self, reason: str) -> None:
        """Record that the profile with all its connections is gone."""
        connections = await self._connections.connections()
        for connection in connections.values():
            connection.status = "UNLINKED"
            connection.seen_at = self._clock.now()
        profile = await self._connections.lock_profile()
        if profile is not None:
            await self._lose(profile, profile.verified_platforms, reason)

    async def _lose(self, profile: PublishingProfile, platforms: Sequence[Platform], reason: str) -> None:
        new = [platform for platform in platforms if platform not in profile.lost_platforms]
        if not new:
            return
        names = " and ".join(LIMITS[platform].display_name for platform in new)
        profile.lost_platforms = sorted({*profile.lost_platforms, *new})
        profile.status = "NEEDS_RECONNECT"
        profile.reason = f"{names}: {reason}. Connect and verify again; until then nothing is posted there."
        profile.revision += 1
        now = self._clock.now()
        await self._emit(events.profile_needs_reconnect(profile, now))
        metadata = {"platforms": new, "reason": profile.reason}
        await self._emit(events.audit_entry("PROFILE_NEEDS_RECONNECT", profile, metadata, now))

    async def _restore(self, profile: PublishingProfile, back: Sequence[str]) -> None:
        """Undo the loss of platforms whose verified accounts are linked again."""
        if not back:
            return
        profile.lost_platforms = [platform for platform in profile.lost_platforms if platform not in back]
        still_lost = [platform for platform in PLATFORMS if platform in profile.lost_platforms]
        profile.revision += 1
        if still_lost:
            names = " and ".join(LIMITS[platform].display_name for platform in still_lost)
            profile.reason = (
                f"{names}: no longer connected. Connect and verify again; until then nothing is posted there."
            )
        else:
            profile.status, profile.reason = "VERIFIED", None
        now = self._clock.now()
        await self._emit(events.profile_verified(profile, now))
        metadata = {"platforms": list(back), "revision": profile.revision}
        await self._emit(events.audit_entry("PROFILE_RECONNECTED", profile, metadata, now))
        if still_lost:
            # ProfileVerified covers all platforms, so the ones still lost are announced after it
            profile.revision += 1
            await self._emit(events.profile_needs_reconnect(profile, now))

    async def _emit(self, event: Event) -> None:
        await outbox.add(self._connections.session, event)


def _linked_ids(connections: Mapping[Platform, SocialConnection]) -> dict[str, str]:
    return {platform: c.platform_account_id for platform, c in connections.items() if c.status == "LINKED"}


def _is_linked_as_verified(profile: PublishingProfile, platform: Platform, connection: SocialConnection | None) -> bool:
    return (
        connection is not None
        and connection.status == "LINKED"
        and connection.platform_account_id == profile.account_on(platform)
    )


def _require_linked(platform: Platform, account_id: str, connection: SocialConnection | None) -> None:
    name = LIMITS[platform].display_name
    if connection is None or connection.status != "LINKED":
        raise NotLinkedNowError(f"{name} is not connected. Connect it first, then verify {account_id}.")
    if connection.platform_account_id != account_id:
        raise NotLinkedNowError(
            f"{account_id} is not the account that is connected on {name}: that is {connection.display_name} "
            f"({connection.platform_account_id}). Verify that one, or connect the other."
        )
