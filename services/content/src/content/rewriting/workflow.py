"""Rewrite one part of a post: the model writes and the image is drawn between two transactions."""

import asyncio
from uuid import UUID

from common.auth import Principal

from content.clients.language_model import WritingError
from content.factory import Factory, ProcessContext
from content.items.schemas import ContentOut
from content.media.rules import alt_text_of
from content.media.service import ImageKey
from content.rewriting.schemas import Rewrite
from content.rewriting.service import RewriteTask
from content.usage.rules import Activity
from content.usage.workflow import charged
from content.writing.schemas import WrittenPost
from content.writing.workflow import PostWriter

# Below the 30 s without a byte after which the gateway gives up.
_TIMEOUT_SECONDS = 25


async def rewrite_part(context: ProcessContext, principal: Principal, content_id: UUID, rewrite: Rewrite) -> ContentOut:
    """Rewrite a part.

    Raises the errors of ``ContentService.editable`` and of ``UsageService.charge``, WritingError,
    TextNotDrawableError, and StorageUnavailableError.
    """
    async with charged(context, principal.account_id) as work_id:
        async with context.database.transaction(principal.account_id) as session:
            factory = Factory(context, session)
            task = await factory.rewriting().prepare(principal, content_id, rewrite)
            await factory.usage().charge(Activity.REWRITE, work_id, task.amounts)
            if task.part == "IMAGE":
                await factory.pictures().storing(task.item.month, [content_id])
        return await _rewrite(context, principal, task, work_id)


async def _rewrite(context: ProcessContext, principal: Principal, task: RewriteTask, work_id: UUID) -> ContentOut:
    written = await _write(context, task)
    design = task.design(written)
    content_id = task.item.id
    key = ImageKey(principal.account_id, task.item.month, content_id)
    image = None if design is None else await context.images.draw(design, key)
    if image is not None:
        alt_text = alt_text_of(written.alt_text, image, texts=(written.headline, written.subline))
        written = written.model_copy(update={"alt_text": alt_text})
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        items = factory.items()
        item = await items.edit(
            principal,
            content_id,
            revision=task.revision,
            changes=task.changes(written),
            image=image,
            action="CONTENT_REGENERATED",
        )
        saved = ContentOut.of(item, await items.posts_of([item]))
        await factory.usage().finish(work_id, task.pictures)
    if image is not None:
        await context.images.try_set_current(image, key)
    return saved


async def _write(context: ProcessContext, task: RewriteTask) -> WrittenPost:
    writer = PostWriter(context.language_model.for_requests())
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await writer.write(
                task.brief, task.brand, task.subject, task.other_captions, variation=task.variation
            )
    except TimeoutError:
        raise WritingError("Writing took too long.", advice="Try again.") from None
