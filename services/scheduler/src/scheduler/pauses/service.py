from common.auth import Principal
from common.clock import Clock
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit import record
from scheduler.locks import lock_account
from scheduler.models import AccountPause
from scheduler.pauses.repository import PauseRepository
from scheduler.standing.service import Held, StandingService
from scheduler.standing.standing import Standing


class PauseService:
    """Holds back all posts of an account until somebody resumes them."""

    def __init__(self, session: AsyncSession, standing: StandingService, clock: Clock) -> None:
        self._session = session
        self._repository = PauseRepository(session)
        self._standing = standing
        self._clock = clock

    async def current(self) -> Standing:
        return await self._standing.current()

    async def pause(self, reason: str | None, principal: Principal) -> tuple[Standing, Held]:
        """Hold all back, those too that will be scheduled from now on. May be repeated, with another reason."""
        await lock_account(self._session)
        pause = await self._repository.of_account()
        if pause is None:
            pause = AccountPause(
                account_id=principal.account_id, paused_at=self._clock.now(), paused_by=principal.user_id
            )
            self._repository.add(pause)
            await record(self._session, self._clock, principal, "SCHEDULE_PAUSED", reason=reason or "")
        pause.reason = reason
        await self._session.flush()
        return await self._settled(principal)

    async def resume(self, principal: Principal) -> tuple[Standing, Held]:
        """Bring back what nothing else holds and is still in time."""
        await lock_account(self._session)
        pause = await self._repository.of_account()
        if pause is not None:
            await self._repository.remove(pause)
            await record(self._session, self._clock, principal, "SCHEDULE_RESUMED")
        return await self._settled(principal)

    async def _settled(self, principal: Principal) -> tuple[Standing, Held]:
        held = await self._standing.hold_or_release(user_id=principal.user_id)
        return await self._standing.current(), held
