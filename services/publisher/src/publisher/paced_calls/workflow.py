"""Calls for a profile outside of deliveries and preflights, which plan their own pace."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from publisher.clients.ayrshare.errors import AyrshareRateLimitedError
from publisher.clients.ayrshare.rate_limit import RateLimit
from publisher.factory import ProcessContext


class _WithLimit(Protocol):
    @property
    def limit(self) -> RateLimit: ...


AnswerT = TypeVar("AnswerT", bound=_WithLimit)


async def paced(
    context: ProcessContext, account_id: UUID, ref_id: str, call: Callable[[], Awaitable[AnswerT]]
) -> AnswerT:
    """Make one call for a profile, outside of any transaction, and record what its answer says about the limit.

    Raises AyrshareRateLimitedError while the profile pauses, without a call, and when Ayrshare refuses it with 429.
    """
    await require_unpaused(context, account_id, ref_id)
    try:
        answer = await call()
    except AyrshareRateLimitedError as error:
        await record_refusal(context, account_id, ref_id, error.limit)
        raise
    async with context.database.transaction(account_id) as session:
        await context.factory(session).pacing().apply_limit(ref_id, answer.limit)
    return answer


async def require_unpaused(context: ProcessContext, account_id: UUID, ref_id: str) -> None:
    """Raise AyrshareRateLimitedError while the profile pauses."""
    async with context.database.transaction(account_id) as session:
        await context.factory(session).pacing().require_unpaused(ref_id)


async def record_refusal(context: ProcessContext, account_id: UUID, ref_id: str, limit: RateLimit) -> None:
    """Record a 429, which starts or extends the pause of the profile."""
    async with context.database.transaction(account_id) as session:
        await context.factory(session).pacing().refused(ref_id, limit)
