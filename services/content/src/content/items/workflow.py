"""Edits that store an image between two transactions. Others cost nothing and need one."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.auth import Principal

from content.factory import Factory, ProcessContext
from content.items.schemas import ContentEdit, ContentOut
from content.media.rules import alt_text_of, check_texts, design_for, image_texts
from content.media.schemas import StoredImage
from content.media.service import ImageKey
from content.models import ContentItem
from content.rendering.design import PostDesign
from content.usage.rules import Activity, Kind
from content.usage.workflow import charged

_ONE_PICTURE = {Kind.PICTURES: 1}


@dataclass(frozen=True)
class NewImage:
    image: StoredImage
    work_id: UUID
    """What it was charged for."""


async def edit_post(context: ProcessContext, principal: Principal, content_id: UUID, edit: ContentEdit) -> ContentOut:
    """Apply an edit and redraw the image if its texts change.

    Raises the errors of ``ContentService.editable``, and if the image is redrawn TextNotDrawableError and those of
    ``UsageService.charge``.
    """
    changes = edit.changes()
    async with AsyncExitStack() as work:
        async with context.database.transaction(principal.account_id) as session:
            factory = Factory(context, session)
            item = await factory.items().editable(principal, content_id, revision=edit.revision, changes=changes)
            design = await _changed_design(factory, item, changes)
            if design is None:
                return await _edited(factory, principal, content_id, revision=edit.revision, changes=changes)
            work_id = await work.enter_async_context(charged(context, principal.account_id))
            await _charge_picture(factory, item, work_id)
        key = ImageKey(principal.account_id, item.month, content_id)
        image = await context.images.draw(design, key)
        if "alt_text" not in changes:
            named = (item.headline, item.subline, design.headline, design.subline)
            changes["alt_text"] = alt_text_of(item.alt_text, image, texts=named)
        # The image belongs to the revision that it was drawn from.
        drawn = NewImage(image, work_id)
        saved = await _save(context, principal, content_id, revision=item.revision, changes=changes, new=drawn)
    await context.images.try_set_current(image, key)
    return saved


async def replace_image(
    context: ProcessContext,
    principal: Principal,
    content_id: UUID,
    upload: bytes,
    *,
    revision: int | None,
    alt_text: str,
) -> ContentOut:
    """Replace the image with an uploaded one.

    Raises the errors of ``ContentService.editable`` and of ``UsageService.charge``.
    """
    changes = {"alt_text": alt_text}
    async with charged(context, principal.account_id) as work_id:
        async with context.database.transaction(principal.account_id) as session:
            factory = Factory(context, session)
            item = await factory.items().editable(principal, content_id, revision=revision, changes=changes)
            await _charge_picture(factory, item, work_id)
        key = ImageKey(principal.account_id, item.month, content_id)
        image = await context.images.store_upload(upload, key)
        uploaded = NewImage(image, work_id)
        saved = await _save(context, principal, content_id, revision=revision, changes=changes, new=uploaded)
    await context.images.try_set_current(image, key)
    return saved


async def _charge_picture(factory: Factory, item: ContentItem, work_id: UUID) -> None:
    await factory.usage().charge(Activity.PICTURE, work_id, _ONE_PICTURE)
    await factory.pictures().storing(item.month, [item.id])


async def _changed_design(factory: Factory, item: ContentItem, changes: dict[str, Any]) -> PostDesign | None:
    """Return the design to draw after ``changes``; None if the image stays."""
    texts = image_texts(item, changes)
    if not texts:
        return None
    check_texts({name: text for name, text in texts.items() if text != getattr(item, name)})
    brand = await factory.brands().find()
    return None if brand is None else design_for(brand, type_=item.type, layout=item.media["layout"], **texts)


async def _save(
    context: ProcessContext,
    principal: Principal,
    content_id: UUID,
    *,
    revision: int | None,
    changes: dict[str, Any],
    new: NewImage,
) -> ContentOut:
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        saved = await _edited(factory, principal, content_id, revision=revision, changes=changes, image=new.image)
        await factory.usage().finish(new.work_id, _ONE_PICTURE)
        return saved


async def _edited(
    factory: Factory,
    principal: Principal,
    content_id: UUID,
    *,
    revision: int | None,
    changes: dict[str, Any],
    image: StoredImage | None = None,
) -> ContentOut:
    items = factory.items()
    item = await items.edit(principal, content_id, revision=revision, changes=changes, image=image)
    return ContentOut.of(item, await items.posts_of([item]))
