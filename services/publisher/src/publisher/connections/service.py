"""What is linked and what is verified, in the database. Calls to Ayrshare are in ``linking``."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.auth import Principal
from common.clock import Clock
from common.ids import new_id
from common.messaging import outbox
from pulseworks_contracts import (
    LIMITS,
    PLATFORMS,
    AuditRecorded,
    AuditRecordedData,
    Platform,
    ProfileNeedsReconnect,
    ProfileNeedsReconnectData,
    ProfileVerified,
    ProfileVerifiedData,
    VerifiedPlatform,
)

from publisher.clients.ayrshare import LinkedAccount
from publisher.connections.errors import NotLinkedNowError, ProfileNotFoundError
from publisher.connections.repository import ConnectionRepository
from publisher.models import ProviderProfile, PublishingProfile, SocialConnection


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

    async def apply_linked(
        self, provider: ProviderProfile, linked: Iterable[LinkedAccount], asked_at: datetime
    ) -> bool:
        """Make the connections what Ayrshare told when it was asked at ``asked_at``. False: a newer answer is known.

        Nor does it undo what has been heard of a connection since it was asked.

        A verified account that is not linked any more, or gave way to another one, makes the profile NEEDS_RECONNECT.
        The very account that was verified makes it VERIFIED again: a person has confirmed it, and it is the same one.
        """
        if provider.refreshed_at is not None and provider.refreshed_at > asked_at:
            return False
        provider.refreshed_at = asked_at
        known = await self._connections.connections()
        now_linked = {account.platform: account for account in linked}
        for platform in PLATFORMS:
            account, connection = now_linked.get(platform), known.get(platform)
            if connection is not None and connection.seen_at > asked_at:
                continue
            if account is not None:
                known[platform] = self._link(provider, connection, account, asked_at)
            elif connection is not None:
                connection.status = "UNLINKED"
                connection.seen_at = asked_at
        profile = await self._connections.lock_profile()
        if profile is not None:
            gone = [p for p in profile.verified_platforms if _leads_elsewhere(profile, p, known.get(p))]
            if profile.provider_profile_id == provider.ref_id:
                await self._revive(profile, [p for p in profile.lost_platforms if p not in gone])
            await self._lose(profile, gone, "no longer connected to the account that was verified")
        return True

    def _link(
        self,
        provider: ProviderProfile,
        connection: SocialConnection | None,
        account: LinkedAccount,
        asked_at: datetime,
    ) -> SocialConnection:
        if connection is None:
            connection = SocialConnection(id=new_id(), account_id=provider.account_id, platform=account.platform)
            self._connections.add(connection)
        connection.provider_profile_id = str(provider.ref_id)
        connection.platform_account_id = account.account_id
        connection.display_name = account.display_name
        connection.profile_url = account.profile_url
        connection.status = "LINKED"
        connection.seen_at = asked_at
        return connection

    async def verify(self, principal: Principal, wanted: dict[Platform, str | None]) -> PublishingProfile:
        """Freeze what a person confirmed, if it is what is linked.

        Raises NotLinkedNowError that names what is linked instead.
        """
        provider = await self._connections.lock_provider()
        connections = await self._connections.connections()
        for platform, account_id in wanted.items():
            if account_id is not None:
                _check_linked(platform, account_id, connections.get(platform))
        profile = await self._connections.lock_profile()
        if profile is None:
            profile = PublishingProfile(id=new_id(), account_id=principal.account_id, revision=0)
            self._connections.add(profile)
        profile.provider_profile_id = str(provider.ref_id if provider is not None else "")
        for platform, account_id in wanted.items():
            name = connections[platform].display_name if account_id is not None else None
            profile.freeze(platform, account_id, name)
        profile.status, profile.lost_platforms, profile.reason = "VERIFIED", [], None
        profile.verified_at, profile.verified_by = self._clock.now(), principal.user_id
        profile.revision += 1
        await self._tell_verified(profile)
        return profile

    async def unlink(
        self, platform: Platform, reason: str, *, at: datetime | None = None, user_id: UUID | None = None
    ) -> bool:
        """Note that a platform was unlinked. ``at``: when; an event older than what we have seen since changes nothing.

        Returns whether it was applied.
        """
        await self._connections.lock_provider()
        connection = (await self._connections.connections()).get(platform)
        if connection is None or (at is not None and connection.seen_at > at):
            return False
        connection.status = "UNLINKED"
        connection.seen_at = self._clock.now()
        metadata = {"platform": platform, "platform_account_id": connection.platform_account_id, "reason": reason}
        await self._audit("SOCIAL_DISCONNECTED", connection, user_id, metadata)
        profile = await self._connections.lock_profile()
        if profile is not None and profile.account_on(platform) is not None:
            await self._lose(profile, [platform], reason)
        return True

    async def _lose(self, profile: PublishingProfile, platforms: Sequence[Platform], reason: str) -> None:
        new = [platform for platform in platforms if platform not in profile.lost_platforms]
        if not new:
            return
        names = " and ".join(LIMITS[platform].display_name for platform in new)
        profile.lost_platforms = sorted({*profile.lost_platforms, *new})
        profile.status = "NEEDS_RECONNECT"
        profile.reason = f"{names}: {reason}. Connect and verify again; until then nothing is posted there."
        profile.revision += 1
        await self._emit_lost(profile)
        await self._audit("PROFILE_NEEDS_RECONNECT", profile, None, {"platforms": new, "reason": profile.reason})

    async def _emit_lost(self, profile: PublishingProfile) -> None:
        data = ProfileNeedsReconnectData(
            revision=profile.revision,
            platforms=[platform for platform in PLATFORMS if platform in profile.lost_platforms],
            reason=profile.reason or "",
        )
        event = ProfileNeedsReconnect(
            account_id=profile.account_id, subject=str(profile.id), time=self._clock.now(), data=data
        )
        await outbox.add(self._connections.session, event)

    async def _revive(self, profile: PublishingProfile, back: Sequence[str]) -> None:
        """Take back the loss of platforms whose verified accounts are linked again."""
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
        await self._emit_verified(profile)
        metadata = {"platforms": list(back), "revision": profile.revision}
        await self._audit("PROFILE_RECONNECTED", profile, None, metadata)
        if still_lost:
            # what was verified is told as a whole, so what is still lost has to be said after it
            profile.revision += 1
            await self._emit_lost(profile)

    async def _tell_verified(self, profile: PublishingProfile) -> None:
        platforms = await self._emit_verified(profile)
        metadata = {
            "provider_profile_id": profile.provider_profile_id,
            "platforms": [platform.model_dump() for platform in platforms],
            "revision": profile.revision,
        }
        await self._audit("PROFILE_VERIFIED", profile, profile.verified_by, metadata)

    async def _emit_verified(self, profile: PublishingProfile) -> list[VerifiedPlatform]:
        platforms = [
            VerifiedPlatform(
                platform=platform,
                platform_account_id=profile.account_on(platform) or "",
                display_name=profile.name_on(platform) or "",
            )
            for platform in profile.verified_platforms
        ]
        data = ProfileVerifiedData(
            revision=profile.revision,
            provider_profile_id=profile.provider_profile_id,
            platforms=platforms,
            verified_by=profile.verified_by,
            verified_at=profile.verified_at,
        )
        event = ProfileVerified(
            account_id=profile.account_id, subject=str(profile.id), time=self._clock.now(), data=data
        )
        await outbox.add(self._connections.session, event)
        return platforms

    async def _audit(
        self,
        event_type: str,
        entity: PublishingProfile | SocialConnection,
        user_id: UUID | None,
        metadata: dict[str, Any],
    ) -> None:
        data = AuditRecordedData(
            event_type=event_type,
            entity_type=entity.__tablename__,
            entity_id=str(entity.id),
            user_id=user_id,
            occurred_at=self._clock.now(),
            metadata=metadata,
        )
        event = AuditRecorded(account_id=entity.account_id, subject=str(entity.id), data=data)
        await outbox.add(self._connections.session, event)


def _leads_elsewhere(profile: PublishingProfile, platform: Platform, connection: SocialConnection | None) -> bool:
    return (
        connection is None
        or connection.status != "LINKED"
        or connection.platform_account_id != profile.account_on(platform)
    )


def _check_linked(platform: Platform, account_id: str, connection: SocialConnection | None) -> None:
    name = LIMITS[platform].display_name
    if connection is None or connection.status != "LINKED":
        raise NotLinkedNowError(f"{name} is not connected. Connect it first, then verify {account_id}.")
    if connection.platform_account_id != account_id:
        raise NotLinkedNowError(
            f"{account_id} is not what is connected on {name}: that is {connection.display_name} "
            f"({connection.platform_account_id}). Verify that one, or connect the other."
        )
