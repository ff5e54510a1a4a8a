from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ENDED = "(revoked_at < :ended_before OR expires_at < :ended_before)"


class RetentionRepository:
    """Deletes old rows of all accounts; its session has the cross-account role."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def delete_refresh_tokens(self, now: datetime, *, sessions_ended_before: datetime) -> None:
        """Delete expired tokens and those of old sessions. A used token stays, so that a reuse is recognised."""
        statement = text(
            "DELETE FROM identity.refresh_token WHERE expires_at <= :now OR session_id IN "
            f"(SELECT id FROM identity.session WHERE {_ENDED})"
        )
        await self._session.execute(statement, {"now": now, "ended_before": sessions_ended_before})

    async def delete_sessions(self, *, ended_before: datetime) -> None:
        statement = text(
            f"DELETE FROM identity.session AS s WHERE {_ENDED} "
            "AND NOT EXISTS (SELECT FROM identity.refresh_token AS t WHERE t.session_id = s.id)"
        )
        await self._session.execute(statement, {"ended_before": ended_before})

    async def delete_invitations(self, *, closed_before: datetime) -> None:
        """Delete accepted and expired invitations, which hold the address of a person."""
        statement = text("DELETE FROM identity.invitation WHERE accepted_at < :before OR expires_at < :before")
        await self._session.execute(statement, {"before": closed_before})

    async def delete_devices(self, now: datetime) -> None:
        await self._session.execute(text("DELETE FROM identity.device WHERE expires_at <= :now"), {"now": now})

    async def delete_rate_limits(self, now: datetime) -> None:
        await self._session.execute(
            text("DELETE FROM identity.rate_limit_window WHERE expires_at <= :now"), {"now": now}
        )
