"""What needs Ayrshare: short transactions around its calls, never one across them."""

from datetime import timedelta
from uuid import UUID

import structlog
from common.auth import Principal
from common.clock import Clock
from common.database import Database
from common.errors import AppError
from common.ids import new_id
from pulseworks_contracts import Platform
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from publisher.clients.ayrshare import AyrshareClient, AyrshareRefusedError, AyrshareUnavailableError, LinkSession
from publisher.connections.errors import ConnectionNotFoundError, NothingLinkedError, ProfileInTheMakingError
from publisher.connections.repository import ConnectionRepository
from publisher.connections.service import ConnectionService
from publisher.models import ProviderProfile, PublishingProfile
from publisher.profile_keys import ProfileKeys

log = structlog.get_logger(__name__)

_IN_THE_MAKING = timedelta(minutes=1)
_NAME_CHARACTERS = 60


class Linking:
    def __init__(
        self,
        database: Database,
        ayrshare: AyrshareClient,
        profile_keys: ProfileKeys,
        clock: Clock,
        *,
        redirect: str | None,
    ) -> None:
        self._database = database
        self._ayrshare = ayrshare
        self._profile_keys = profile_keys
        self._clock = clock
        self._redirect = redirect

    async def link(self, account_id: UUID) -> LinkSession:
        """Return the page on which the customer connects accounts, made now: it lives for five minutes."""
        key = await self._profile_key(account_id) or await self._make_profile(account_id)
        return await self._ayrshare.create_link_session(key, redirect=self._redirect)

    async def refresh(self, account_id: UUID) -> bool:
        """Ask Ayrshare what is linked and note it. False: the account has no profile there yet."""
        key = await self._profile_key(account_id)
        if key is None:
            return False
        asked_at = self._clock.now()
        linked = await self._ayrshare.linked(key)
        async with self._database.transaction(account_id) as session:
            connections = ConnectionRepository(session)
            provider = await connections.lock_provider()
            if provider is not None:
                await ConnectionService(connections, self._clock).apply_linked(provider, linked, asked_at)
        return True

    async def verify(self, principal: Principal, wanted: dict[Platform, str | None]) -> PublishingProfile:
        """Freeze the accounts that a person confirms, if Ayrshare says now that they are the linked ones."""
        if not await self.refresh(principal.account_id):
            raise NothingLinkedError("Connect Facebook or Instagram first.")
        async with self._database.transaction(principal.account_id) as session:
            service = ConnectionService(ConnectionRepository(session), self._clock)
            return await service.verify(principal, wanted)

    async def disconnect(self, principal: Principal, platform: Platform) -> None:
        key = await self._profile_key(principal.account_id)
        if key is None:
            raise ConnectionNotFoundError(f"{platform} is not connected.")
        try:
            await self._ayrshare.unlink(key, platform)
        except AyrshareRefusedError as error:
            # it may have been unlinked over there already, and then this is done
            log.info("unlink_refused", platform=platform, reason=str(error))
            if any(account.platform == platform for account in await self._ayrshare.linked(key)):
                raise
        async with self._database.transaction(principal.account_id) as session:
            service = ConnectionService(ConnectionRepository(session), self._clock)
            if not await service.unlink(platform, "it was disconnected here", user_id=principal.user_id):
                raise ConnectionNotFoundError(f"{platform} is not connected.")

    async def _profile_key(self, account_id: UUID) -> SecretStr | None:
        async with self._database.transaction(account_id) as session:
            provider = await ConnectionRepository(session).ready_provider()
        if provider is None or provider.profile_key is None:
            return None
        return self._profile_keys.open(provider.profile_key)

    async def _make_profile(self, account_id: UUID) -> SecretStr:
        """Make the account's profile at Ayrshare, once.

        The key is in the answer and never again, and titles are unique: so there is a row before the call whose id
        is in the title. An attempt whose answer got lost is abandoned, and the next one has another title.
        """
        row = await self._begin_profile(account_id)
        try:
            created = await self._ayrshare.create_profile(row.title)
        except AppError as error:
            if isinstance(error, AyrshareUnavailableError):
                log.warning("provider_profile_may_be_orphaned", title=row.title)
            await self._end_profile(row, None, None)
            raise
        await self._end_profile(row, created.ref_id, self._profile_keys.seal(created.profile_key))
        return created.profile_key

    async def _begin_profile(self, account_id: UUID) -> ProviderProfile:
        now = self._clock.now()
        in_the_making = ProfileInTheMakingError("Another request is making it. Try again shortly.", retry_after=3)
        try:
            async with self._database.transaction(account_id) as session:
                connections = ConnectionRepository(session)
                present = await connections.lock_provider()
                if present is not None:
                    if present.status == "ready" or now - present.created_at < _IN_THE_MAKING:
                        raise in_the_making
                    log.warning("provider_profile_abandoned", title=present.title)
                    present.status = "abandoned"
                    await session.flush()
                row_id = new_id()
                name = (await connections.account_name(account_id) or "PulseWorks")[:_NAME_CHARACTERS]
                row = ProviderProfile(
                    id=row_id, account_id=account_id, title=f"{name} {row_id}", status="creating", created_at=now
                )
                connections.add(row)
        except IntegrityError:
            raise in_the_making from None
        return row

    async def _end_profile(self, row: ProviderProfile, ref_id: str | None, sealed: bytes | None) -> None:
        async with self._database.transaction(row.account_id) as session:
            present = await session.get(ProviderProfile, row.id, with_for_update=True)
            if present is None or present.status != "creating":
                raise ProfileInTheMakingError("It took too long and was begun anew. Try again shortly.", retry_after=3)
            present.ref_id, present.profile_key = ref_id, sealed
            present.status = "abandoned" if sealed is None else "ready"
