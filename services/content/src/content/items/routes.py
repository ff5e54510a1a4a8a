from typing import Annotated
from uuid import UUID

from common.http import Page, PageQuery, Permission, PlainRouter, Principal, Router, requires
from fastapi import Query, status

from content.briefs.schemas import Month
from content.dependencies import ContextDep, FactoryDep
from content.factory import Factory
from content.items.schemas import Approval, ContentEdit, ContentOut, Preview, Status
from content.models import ContentItem

router = Router(prefix="/api/content", tags=["content"])
drawing_router = PlainRouter(prefix="/api/content", tags=["content"])

Editor = Annotated[Principal, requires(Permission.CONTENT_EDIT)]
Approver = Annotated[Principal, requires(Permission.CONTENT_APPROVE)]
readers = [requires(Permission.CONTENT_READ)]


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
    after = page.after(str, int, UUID)
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
        redrawn = await Factory(context, session).redrawing().prepare(content_id, changes)
    image = (
        None
        if redrawn is None
        else await context.studio.make(
            redrawn.design, account_id=principal.account_id, month=redrawn.month, content_id=content_id
        )
    )
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        # what was drawn belongs to the revision it was drawn from
        revision = edit.revision if redrawn is None else redrawn.revision if edit.revision is None else edit.revision
        item = await factory.items().edit(principal, content_id, revision=revision, changes=changes, image=image)
        return await _out(factory, item)


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
