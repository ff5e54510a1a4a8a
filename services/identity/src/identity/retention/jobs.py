"""What identity keeps for a limited time only. Accounts, users and the audit log stay."""

from datetime import timedelta

from common.runtime.retention import Purge
from sqlalchemy.ext.asyncio import AsyncSession

from identity.factory import ProcessContext
from identity.retention.repository import RetentionRepository

KEEP_ENDED = timedelta(days=30)
"""Sessions after their end and invitations after they were accepted or expired: for questions about them."""


class IdentityRetention:
    def __init__(self, context: ProcessContext) -> None:
        self._clock = context.clock

    def purges(self) -> list[Purge]:
        """Return what deletes old rows of all accounts, each in a transaction of its own.

        A refresh locks its session before its token, so one transaction that deletes tokens and then sessions could
        deadlock with it.
        """
        return [self._purge_tokens, self._purge_sessions, self._purge_others]

    async def _purge_tokens(self, session: AsyncSession) -> None:
        now = self._clock.now()
        await RetentionRepository(session).delete_refresh_tokens(now, sessions_ended_before=now - KEEP_ENDED)

    async def _purge_sessions(self, session: AsyncSession) -> None:
        await RetentionRepository(session).delete_sessions(ended_before=self._clock.now() - KEEP_ENDED)

    async def _purge_others(self, session: AsyncSession) -> None:
        now = self._clock.now()
        rows = RetentionRepository(session)
        await rows.delete_invitations(closed_before=now - KEEP_ENDED)
        await rows.delete_devices(now)
        await rows.delete_rate_limits(now)
