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
from content.writing.schemas import WrittenPost
from content.writing.workflow import PostWriter

# Below the 30 s without a byte after which the gateway gives up.
_TIMEOUT_SECONDS = 25


async def rewrite_part(context: ProcessContext, principal: Principal, content_id: UUID, rewrite: Rewrite) -> ContentOut:
    """Rewrite a part.

    Raises the errors of ``ContentService.editable``, WritingError, TextNotDrawableError, StorageUnavailableError.
    """
    async with context.database.transaction(principal.account_id) as session:
        task = await Factory(context, session).rewriting().prepare(principal, content_id, rewrite)
    written = await _write(context, task)
    design = task.design(written)
    key = ImageKey(principal.account_id, task.item.month, content_id)
    image = None if design is None else await context.images.draw(design, key)
    if image is not None:
        alt_text = alt_text_of(written.alt_text, image, texts=(written.headline, written.subline))
        written = written.model_copy(update={"alt_text": alt_text})
    async with context.database.transaction(principal.account_id) as session:
        items = Factory(context, session).items()
        item = await items.edit(
            principal,
            content_id,
            revision=rewrite.revision,
            changes=task.changes(written),
            image=image,
            action="CONTENT_REGENERATED",
        )
        saved = ContentOut.of(item, await items.posts_of([item]))
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
