from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.errors import AppError
from common.http import Page, PageQuery, PlainRouter, Router, body_limit, requires
from fastapi import File, Form, Query, UploadFile, status
from pydantic import Field

from content.briefs.schemas import Month
from content.dependencies import ContextDep, FactoryDep
from content.factory import Factory
from content.items.schemas import (
    AltText,
    Approval,
    BulkApproval,
    BulkApproved,
    ContentEdit,
    ContentOut,
    Preview,
    Refusal,
    Status,
)
from content.media.own import MAX_BYTES
from content.media.studio import Shelf
from content.models import ContentItem

Position = Annotated[int, Field(ge=0, lt=2**31)]

router = Router(prefix="/api/content", tags=["Content"])
drawing_router = PlainRouter(prefix="/api/content", tags=["Content"])

Editor = Annotated[Principal, requires(Permission.CONTENT_EDIT)]
Approver = Annotated[Principal, requires(Permission.CONTENT_APPROVE)]
readers = [requires(Permission.CONTENT_READ)]

# beside the file, a form holds its own lines
_FORM_BYTES = 64 * 1024


async def _out(factory: Factory, item: ContentItem) -> ContentOut:
    return ContentOut.of(item, await factory.items().posts_of([item]))


@router.get("", dependencies=readers)
async def list_content(
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[Month | None, Query()] = None,
    item_status: Annotated[Status | None, Query(alias="status")] = None,
) -> Page[ContentOut]:
    """List posts in the order of their month's plan."""
    after = page.after(str, Position, UUID)
    rows = await factory.items().page(
        month=month,
        status=item_status,
        after=None if after is None else (after[0], after[1], after[2]),
        limit=page.fetch,
    )
    posts = await factory.items().posts_of(rows)
    return Page.of(
        rows,
        page,
        item=lambda item: ContentOut.of(item, posts),
        key=lambda item: (item.month, item.position, item.id),
    )


@router.get("/{content_id}", dependencies=readers)
async def get_content(content_id: UUID, factory: FactoryDep) -> ContentOut:
    """Return a post."""
    return await _out(factory, await factory.items().get(content_id))


@router.get("/{content_id}/preview", dependencies=readers)
async def preview_content(content_id: UUID, factory: FactoryDep) -> Preview:
    """Return exactly what would be sent to each platform, and its hash."""
    return Preview.of(await factory.items().get(content_id))


@drawing_router.patch("/{content_id}")
async def edit_content(content_id: UUID, edit: ContentEdit, principal: Editor, context: ContextDep) -> ContentOut:
    """Change a post. New words in the picture draw it anew; an approval is withdrawn."""
    changes = edit.changes()
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        item = await factory.items().editable(principal, content_id, revision=edit.revision, changes=changes)
        design = await factory.designs().redrawn(item, changes)
    if design is None:
        async with context.database.transaction(principal.account_id) as session:
            factory = Factory(context, session)
            edited = await factory.items().edit(principal, content_id, revision=edit.revision, changes=changes)
            return await _out(factory, edited)
    shelf = Shelf(principal.account_id, item.month, content_id)
    image = await context.studio.draw(design, shelf)
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        # what was drawn belongs to the revision it was drawn from
        edited = await factory.items().edit(principal, content_id, revision=item.revision, changes=changes, image=image)
        out = await _out(factory, edited)
    await context.studio.show_if_possible(image, shelf)
    return out


@drawing_router.put("/{content_id}/image", dependencies=[body_limit(MAX_BYTES + _FORM_BYTES)])
async def put_own_image(  # noqa: PLR0917 - FastAPI calls it by name
    content_id: UUID,
    principal: Editor,
    context: ContextDep,
    file: Annotated[UploadFile, File(description="PNG or JPEG, at least 320 × 320; its middle is cut to a square.")],
    alt_text: Annotated[AltText, Form(description="The picture in words, for who can't see it.")] = "",
    revision: Annotated[
        int | None, Form(ge=1, description="The revision that you saw; 409 when it is no longer it.")
    ] = None,
) -> ContentOut:
    """Use a picture of your own instead of the drawn one; an approval is withdrawn."""
    changes = {"alt_text": alt_text}
    async with context.database.transaction(principal.account_id) as session:
        item = (
            await Factory(context, session).items().editable(principal, content_id, revision=revision, changes=changes)
        )
    shelf = Shelf(principal.account_id, item.month, content_id)
    image = await context.studio.take(await file.read(), shelf)
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        edited = await factory.items().edit(principal, content_id, revision=revision, changes=changes, image=image)
        out = await _out(factory, edited)
    await context.studio.show_if_possible(image, shelf)
    return out


@router.post("/approve")
async def approve_several(approval: BulkApproval, principal: Approver, factory: FactoryDep) -> BulkApproved:
    """Approve several posts, each exactly as you saw it. One that can't be approved does not stop the others."""
    approved: list[ContentOut] = []
    refused: list[Refusal] = []
    # in one order for everybody: two such requests must not wait for each other
    for wanted in sorted(approval.items, key=lambda item: item.content_id):
        try:
            item = await factory.items().approve(principal, wanted.content_id, wanted.content_hash)
            approved.append(await _out(factory, item))
        except AppError as error:
            refused.append(
                Refusal(content_id=wanted.content_id, code=error.code, title=error.title, detail=error.detail)
            )
    return BulkApproved(approved=approved, refused=refused)


@router.post("/{content_id}/approve")
async def approve_content(content_id: UUID, approval: Approval, principal: Approver, factory: FactoryDep) -> ContentOut:
    """Approve exactly the post that you saw; 409 when it has changed since."""
    return await _out(factory, await factory.items().approve(principal, content_id, approval.content_hash))


@router.post("/{content_id}/withdraw")
async def withdraw_approval(content_id: UUID, principal: Approver, factory: FactoryDep) -> ContentOut:
    """Take an approval back; what is scheduled from it is cancelled."""
    return await _out(factory, await factory.items().withdraw(principal, content_id))


@router.delete("/{content_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_content(content_id: UUID, principal: Editor, factory: FactoryDep) -> None:
    """Delete a post that is not live."""
    await factory.items().delete(principal, content_id)
