"""What content keeps for a limited time only. Posts, briefs and the brand stay until their account deletes them."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.factory import ProcessContext
from content.retention.repository import RetentionRepository


class ContentRetention:
    """Deletes the progress of old generations, which nobody follows any more, and old usage."""

    def __init__(self, context: ProcessContext) -> None:
        self._clock = context.clock
        self._progress = timedelta(days=context.settings.progress_days)
        self._usage = timedelta(days=context.settings.usage_days)

    async def purge(self, session: AsyncSession) -> None:
        """Delete old rows of all accounts."""
        now = self._clock.now()
        rows = RetentionRepository(session)
        await rows.delete_progress(now - self._progress)
        await rows.delete_usage(now - self._usage)
