from common.runtime.retention import Purge
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.factory import ProcessContext
from publisher.retention.repository import OldRowRepository


def purges(context: ProcessContext) -> list[Purge]:
    """Return what the worker deletes once an hour, beside old inbox rows and idempotency keys."""
    settings = context.settings

    async def old_webhooks(session: AsyncSession) -> None:
        await OldRowRepository(session).delete_webhooks(context.clock.now() - settings.ayrshare_event_kept)

    async def old_preflights(session: AsyncSession) -> None:
        await OldRowRepository(session).delete_preflights(context.clock.now() - settings.preflight_kept)

    return [old_webhooks, old_preflights]
