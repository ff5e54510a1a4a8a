"""Requests that call Ayrshare. Each uses short transactions around the calls, never one across a call."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from common.auth import Principal
from common.errors import AppError, BadGatewayError, TooManyRequestsError
from pulseworks_contracts import Platform
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from publisher.clients.ayrshare.answers import LinkSession
from publisher.clients.ayrshare.errors import AyrshareRefusedError, AyrshareUnavailableError
from publisher.connections.errors import ConnectionNotFoundError, NothingLinkedError, ProfileInTheMakingError
from publisher.factory import ProcessContext
from publisher.models import ProviderProfile, PublishingProfile, SocialConnection

log = structlog.get_logger(__name__)


class ConnectionWorkflow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def create_link_session(self, account_id: UUID) -> LinkSession:
        """Return a new page on which the customer connects accounts. It expires after five minutes."""
        key = await self._profile_key(account_id) or await self._create_profile(account_id)
        return await self._context.ayrshare.create_link_session(
            key, redirect=self._context.settings.social_link_redirect_url
        )

    async def refresh(self, account_id: UUID) -> bool:
        """Fetch the linked accounts from Ayrshare and record them. False: the account has no profile there yet."""
        key = await self._profile_key(account_id)
        if key is None:
            return False
        fetched_at = self._context.clock.now()
        linked = await self._context.ayrshare.linked(key)
        async with self._context.database.transaction(account_id) as session:
            await self._context.factory(session).connections().apply_current_linked(linked, fetched_at)
        return True

    async def list_connections(self, account_id: UUID) -> tuple[Sequence[SocialConnection], bool]:
        """Return the connections, and whether they are fresh: False when Ayrshare did not answer."""
        fresh = True
        try:
            await self.refresh(account_id)
        except (BadGatewayError, TooManyRequestsError) as error:
            log.warning("connections_not_refreshed", reason=str(error))
            fresh = False
        async with self._context.database.transaction(account_id) as session:
            return await self._context.factory(session).connections().connections(), fresh

    async def verify(self, principal: Principal, wanted: dict[Platform, str | None]) -> PublishingProfile:
        """Freeze the accounts that a person confirms, if Ayrshare reports now that they are the linked ones."""
        if not await self.refresh(principal.account_id):
            raise NothingLinkedError("Connect Facebook or Instagram first.")
        async with self._context.database.transaction(principal.account_id) as session:
            return await self._context.factory(session).connections().verify(principal, wanted)

    async def disconnect(self, principal: Principal, platform: Platform) -> None:
        key = await self._profile_key(principal.account_id)
        if key is None:
            raise ConnectionNotFoundError(f"{platform} is not connected.")
        try:
            await self._context.ayrshare.unlink(key, platform)
        except AyrshareRefusedError as error:
            # it may already be unlinked at Ayrshare; then only our own record is left to update
            log.info("unlink_refused", platform=platform, reason=str(error))
            if any(account.platform == platform for account in await self._context.ayrshare.linked(key)):
                raise
        async with self._context.database.transaction(principal.account_id) as session:
            service = self._context.factory(session).connections()
            if not await service.unlink(platform, "it was disconnected here", user_id=principal.user_id):
                raise ConnectionNotFoundError(f"{platform} is not connected.")

    async def _profile_key(self, account_id: UUID) -> SecretStr | None:
        async with self._context.database.transaction(account_id) as session:
            sealed = await self._context.factory(session).connections().sealed_profile_key()
        return None if sealed is None else self._context.profile_keys.open(sealed)

    async def _create_profile(self, account_id: UUID) -> SecretStr:
        """Create the account's profile at Ayrshare, once.

        Only the answer contains the key, and titles are unique. So a row is committed before the call, and its id is
        part of the title. If the answer is lost, the row is abandoned, and the next attempt has another title.
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
        return created.profile_key

    async def _begin_profile(self, account_id: UUID) -> ProviderProfile:
        try:
            async with self._context.database.transaction(account_id) as session:
                return await self._context.factory(session).connections().begin_provider_profile(account_id)
        except IntegrityError:
            raise ProfileInTheMakingError from None

    async def _finish_profile(self, profile: ProviderProfile, ref_id: str | None, sealed_key: bytes | None) -> None:
        async with self._context.database.transaction(profile.account_id) as session:
            service = self._context.factory(session).connections()
            await service.finish_provider_profile(profile.id, ref_id, sealed_key)
