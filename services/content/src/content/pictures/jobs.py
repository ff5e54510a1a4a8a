"""Remove the pictures that nothing uses from the bucket."""

from datetime import timedelta

import structlog
from common.due import Done, DueRow, DueTable, Outcome, Retry, Settled

from content.clients.storage import StorageRefusedError, StorageUnavailableError
from content.factory import Factory, ProcessContext
from content.media.service import ImageKey
from content.models import SERVICE

TABLE = DueTable(SERVICE, "post_pictures", columns=("month",))

_PAUSE = timedelta(minutes=1)
_PAUSE_AFTER_REFUSAL = timedelta(hours=6)

log = structlog.get_logger(__name__)


class PictureRemover:
    """For one post: list its pictures, mark the unused ones in a transaction, delete them, end the mark.

    While the mark is set, no picture of the post is stored. It stays after a crash and after a timeout, since the
    store may still be deleting; the next run ends it.
    """

    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._grace = timedelta(days=context.settings.picture_grace_days)

    async def run(self, row: DueRow) -> Outcome:
        key = ImageKey(row.account_id, row.values["month"], row.id)
        try:
            stored = await self._context.images.stored(key)
        except StorageUnavailableError as error:
            log.warning("pictures_not_listed", content_id=str(row.id), error=error.detail)
            return Retry(_PAUSE_AFTER_REFUSAL if isinstance(error, StorageRefusedError) else _PAUSE)
        async with self._context.database.transaction(row.account_id) as session:
            removal = await Factory(self._context, session).pictures().begin(row.id, row.lease, stored)
        if removal is None:
            return Settled()
        if not removal.certain:
            return Retry(self._grace)
        refused = False
        try:
            await self._context.images.remove(removal.keys)
        except StorageRefusedError as error:
            refused = True
            log.error("pictures_not_removed", content_id=str(row.id), error=error.detail)  # noqa: TRY400 - the answer is the whole cause
        except StorageUnavailableError as error:
            log.warning("pictures_not_removed", content_id=str(row.id), error=error.detail)
            return Retry(_PAUSE)
        else:
            log.info("pictures_removed", content_id=str(row.id), count=len(removal.keys))
        left = len(stored) - (0 if refused else len(removal.keys))
        async with self._context.database.transaction(row.account_id) as session:
            unchanged = await Factory(self._context, session).pictures().finish(row.id, removal, left=left)
        if refused:
            return Retry(_PAUSE_AFTER_REFUSAL)
        return Done() if unchanged else Retry(self._grace)
