from dataclasses import dataclass

from common.auth import Principal
from common.http.idempotency import IdempotencyKeys
from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class RepeatablePost:
    """A POST with an `Idempotency-Key` that takes several transactions. The fingerprint does not cover its body."""

    keys: IdempotencyKeys
    key: str
    principal: Principal
    request: Request

    async def find(self, session: AsyncSession) -> Response | None:
        """Return the answer to repeat, without claiming the key. Raises `IdempotencyKeyReusedError`."""
        savepoint = await session.begin_nested()
        answered = await self.claim(session)
        await savepoint.rollback()
        return answered

    async def claim(self, session: AsyncSession) -> Response | None:
        """Claim the key in the transaction of the effects, or return the answer of an earlier request to repeat.

        Raises `IdempotencyKeyReusedError`.
        """
        return await self.keys.claim(session, self.principal, self.key, self.request, b"")

    async def keep(self, session: AsyncSession, answer: Response) -> None:
        await self.keys.keep(session, self.principal, self.key, answer)
