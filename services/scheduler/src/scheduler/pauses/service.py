from common.auth import Principal
from common.clock import Clock
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit.events import AuditLog
from scheduler.coordination.repository import lock_account
from scheduler.eligibility.repository import ActivePauseRepository
from scheduler.eligibility.rules import PostingEligibility
from scheduler.eligibility.service import EligibilityService
from scheduler.holds.rules import HoldResult
from scheduler.holds.service import HoldService
from scheduler.models import AccountPause
from scheduler.pauses.repository import AccountPauseRepository


class PauseService:
    """Holds back all posts of an account until a person resumes them."""

    def __init__(
        self, session: AsyncSession, eligibility: EligibilityService, holds: HoldService, *, clock: Clock
    ) -> None:
        self._session = session
        self._active = ActivePauseRepository(session)
        self._pauses = AccountPauseRepository(session)
        self._eligibility = eligibility
        self._holds = holds
        self._audit = AuditLog(session, clock)
        self._clock = clock

    async def current(self) -> PostingEligibility:
        return await self._eligibility.current()

    async def pause(self, reason: str | None, principal: Principal) -> tuple[PostingEligibility, HoldResult]:
        """Hold back all posts, including new ones. May be repeated, also with another reason."""
        await lock_account(self._session)
        pause = await self._active.account_pause()
        if pause is None:
            pause = AccountPause(
                account_id=principal.account_id, paused_at=self._clock.now(), paused_by=principal.user_id
            )
            self._pauses.add(pause)
            await self._audit.record_account("SCHEDULE_PAUSED", principal, reason=reason or "")
        pause.reason = reason
        await self._session.flush()
        return await self._park_or_release(principal)

    async def resume(self, principal: Principal) -> tuple[PostingEligibility, HoldResult]:
        """Release the posts that nothing else holds back and that are still in time."""
        await lock_account(self._session)
        pause = await self._active.account_pause()
        if pause is not None:
            await self._pauses.remove(pause)
            await self._audit.record_account("SCHEDULE_RESUMED", principal)
        return await self._park_or_release(principal)

    async def _park_or_release(self, principal: Principal) -> tuple[PostingEligibility, HoldResult]:
        result = await self._holds.park_or_release(user_id=principal.user_id)
        return await self._eligibility.current(), result
