"""Requests that call Ayrshare. Each uses short transactions around the calls, never one across a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from common.auth import Principal
from common.errors import AppError, BadGatewayError, TooManyRequestsError
from pulseworks_contracts import Platform
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from publisher.clients.ayrshare.answers import LinkSession, ProfileDetails
from publisher.clients.ayrshare.errors import (
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyUnreadableError,
)
from publisher.connections.errors import (
    ConnectionNotFoundError,
    NothingLinkedError,
    PostingNotIncludedError,
    ProfileInTheMakingError,
)
from publisher.connections.rules import ConnectionAges
from publisher.factory import ProcessContext
from publisher.models import ProviderProfile, PublishingProfile, SocialConnection
from publisher.paced_calls.workflow import paced

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class UsableProfile:
    """A profile at Ayrshare with its key."""

    id: UUID
    ref_id: str
    key: SecretStr


class ConnectionWorkflow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def create_link_session(self, account_id: UUID) -> LinkSession:
        """Return a new page on which the customer connects accounts. It expires after five minutes.

        Raises PostingNotIncludedError when that would create a profile, which costs money, without a subscription.
        """
        profile = await self._profile(account_id) or await self._create_profile(account_id)
        redirect = self._context.settings.social_link_redirect_url
        session = await paced(
            self._context,
            account_id,
            profile.ref_id,
            lambda: self._context.ayrshare.create_link_session(profile.key, redirect=redirect),
        )
        async with self._context.database.transaction(account_id) as database:
            await self._context.factory(database).connections().begin_linking(profile.id)
        return session

    async def refresh(self, account_id: UUID) -> bool:
        """Fetch the linked accounts from Ayrshare and record them. False: the account has no profile there yet."""
        profile = await self._profile(account_id)
        if profile is None:
            return False
        fetched_at = self._context.clock.now()
        details = await self._fetch(account_id, profile)
        async with self._context.database.transaction(account_id) as session:
            await self._context.factory(session).connections().apply_current_linked(details.linked, fetched_at)
        return True

    async def list_connections(self, account_id: UUID) -> tuple[Sequence[SocialConnection], bool]:
        """Return the connections, and whether they are fresh. They are fetched only if they are too old.

        False when Ayrshare could not be asked.
        """
        async with self._context.database.transaction(account_id) as session:
            freshness = await self._context.factory(session).connections().begin_refresh(self._ages)
        is_fresh = freshness.is_fresh
        if freshness.fetch:
            try:
                is_fresh = await self.refresh(account_id)
            except (BadGatewayError, TooManyRequestsError, ProfileKeyUnreadableError) as error:
                log.warning("connections_not_refreshed", reason=str(error))
        async with self._context.database.transaction(account_id) as session:
            return await self._context.factory(session).connections().connections(), is_fresh

    async def verify(self, principal: Principal, wanted: dict[Platform, str | None]) -> PublishingProfile:
        """Freeze the accounts that a person confirms, if Ayrshare reports now that they are the linked ones."""
        if not await self.refresh(principal.account_id):
            raise NothingLinkedError("Connect Facebook or Instagram first.")
        async with self._context.database.transaction(principal.account_id) as session:
            return await self._context.factory(session).connections().verify(principal, wanted)

    async def disconnect(self, principal: Principal, platform: Platform) -> None:
        account_id = principal.account_id
        profile = await self._profile(account_id)
        if profile is None:
            raise ConnectionNotFoundError(f"{platform} is not connected.")
        ayrshare = self._context.ayrshare
        try:
            await paced(self._context, account_id, profile.ref_id, lambda: ayrshare.unlink(profile.key, platform))
        except AyrshareRefusedError as error:
            # it may already be unlinked at Ayrshare; then only our own record is left to update
            log.info("unlink_refused", platform=platform, reason=str(error))
            details = await self._fetch(account_id, profile)
            if any(account.platform == platform for account in details.linked):
                raise
        async with self._context.database.transaction(principal.account_id) as session:
            service = self._context.factory(session).connections()
            if not await service.unlink(platform, "it was disconnected here", user_id=principal.user_id):
                raise ConnectionNotFoundError(f"{platform} is not connected.")

    @property
    def _ages(self) -> ConnectionAges:
        settings = self._context.settings
        return ConnectionAges(
            timedelta(seconds=settings.connections_max_age_seconds), timedelta(seconds=settings.linking_max_age_seconds)
        )

    async def _fetch(self, account_id: UUID, profile: UsableProfile) -> ProfileDetails:
        return await paced(
            self._context, account_id, profile.ref_id, lambda: self._context.ayrshare.profile(profile.key)
        )

    async def _profile(self, account_id: UUID) -> UsableProfile | None:
        async with self._context.database.transaction(account_id) as session:
            provider = await self._context.factory(session).connections().ready_provider()
        if provider is None or provider.profile_key is None or provider.ref_id is None:
            return None
        return UsableProfile(provider.id, provider.ref_id, self._context.profile_keys.open(provider.profile_key))

    async def _create_profile(self, account_id: UUID) -> UsableProfile:
        """Create the account's profile at Ayrshare, once.

        Only the answer contains the key, and titles are unique. So a row is committed before the call, and its id is
        part of the title. If the answer is lost, the row is abandoned, and the next attempt has another title;
        ``unused_profiles`` removes what the first one may have left.
        """
        profile = await self._begin_profile(account_id)
        try:
            created = await self._context.ayrshare.create_profile(profile.title)
        except AppError as error:
            if isinstance(error, AyrshareUnavailableError):
                log.warning("provider_profile_may_be_orphaned", title=profile.title)
            await self._finish_profile(profile, None, None)
            raise
        await self._finish_profile(profile, created.ref_id, self._context.profile_keys.seal(created.profile_key))
        return UsableProfile(profile.id, created.ref_id, created.profile_key)

    async def _begin_profile(self, account_id: UUID) -> ProviderProfile:
        try:
            async with self._context.database.transaction(account_id) as session:
                factory = self._context.factory(session)
                subscription = await factory.subscriptions().get()
                if subscription is None or not subscription.posting:
                    raise PostingNotIncludedError
                return await factory.connections().begin_provider_profile(account_id)
        except IntegrityError:
            raise ProfileInTheMakingError from None

    async def _finish_profile(self, profile: ProviderProfile, ref_id: str | None, sealed_key: bytes | None) -> None:
        async with self._context.database.transaction(profile.account_id) as session:
            service = self._context.factory(session).connections()
            await service.finish_provider_profile(profile.id, ref_id, sealed_key)
