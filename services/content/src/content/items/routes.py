from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.errors import AppError
from common.http import Page, PageQuery, PlainRouter, Router, body_limit, raises, requires
from fastapi import File, Form, Path, Query, UploadFile, status
from pydantic import Field

from content.briefs.schemas import Month
from content.clients.storage import StorageUnavailableError
from content.dependencies import ContextDep, FactoryDep
from content.factory import Factory
from content.items import workflow
from content.items.errors import (
    EDIT_ERRORS,
    AlreadyApprovedError,
    ApprovedByOthersError,
    ContentChangedError,
    ContentNotFoundError,
    ContentPublishedError,
    NotApprovedError,
    PlatformRulesError,
)
from content.items.schemas import (
    AltText,
    Approval,
    ApprovalRefusal,
    BulkApproval,
    BulkApproved,
    ContentEdit,
    ContentOut,
    Preview,
    Status,
)
from content.media.errors import ImageUnreadableError, TextNotDrawableError
from content.models import ContentItem
from content.pictures.errors import PicturesBusyError
from content.rendering.uploads import MAX_BYTES
from content.usage.errors import CHARGE_ERRORS

ContentId = Annotated[UUID, Path(description="Id of the post.")]
Position = Annotated[int, Field(ge=0, lt=2**31)]

router = Router(prefix="/api/content", tags=["Content"])
image_router = PlainRouter(prefix="/api/content", tags=["Content"])

Editor = Annotated[Principal, requires(Permission.CONTENT_EDIT)]
Approver = Annotated[Principal, requires(Permission.CONTENT_APPROVE)]
readers = [requires(Permission.CONTENT_READ)]

# The multipart form around the file.
_FORM_BYTES = 64 * 1024


async def _out(factory: Factory, item: ContentItem) -> ContentOut:
    return ContentOut.of(item, await factory.items().posts_of([item]))


@router.get("", dependencies=[*readers, raises()], summary="List posts")
async def list_content(
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[Month | None, Query(description="Only posts of this month, `YYYY-MM`.")] = None,
    item_status: Annotated[Status | None, Query(alias="status", description="Only posts with this status.")] = None,
) -> Page[ContentOut]:
    """List the content items, ordered by month and by position in it."""
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


@router.get("/{content_id}", dependencies=[*readers, raises(ContentNotFoundError)], summary="Get a post")
async def get_content(content_id: ContentId, factory: FactoryDep) -> ContentOut:
    """Return a content item."""
    return await _out(factory, await factory.items().get(content_id))


@router.get("/{content_id}/preview", dependencies=[*readers, raises(ContentNotFoundError)], summary="Preview a post")
async def preview_content(content_id: ContentId, factory: FactoryDep) -> Preview:
    """Return exactly what would be sent to each platform, and the hash to approve it with."""
    return Preview.of(await factory.items().get(content_id))


@image_router.patch(
    "/{content_id}",
    dependencies=[
        raises(*EDIT_ERRORS, PlatformRulesError, TextNotDrawableError, StorageUnavailableError),
        raises(*CHARGE_ERRORS, PicturesBusyError),
    ],
    summary="Edit a post",
)
async def edit_content(content_id: ContentId, edit: ContentEdit, principal: Editor, context: ContextDep) -> ContentOut:
    """Edit a post that is not live on any platform.

    If the post is approved and that changes what would be posted, its approval is withdrawn, and its QUEUED and
    PARKED schedule items are cancelled. One that is SCHEDULED or UNKNOWN is not: it may appear as it was.

    A new `headline` or `subline` redraws the image, unless it is an uploaded one. For that, the subscription must
    include generation, and it counts as one of the `pictures` of the billing period. Other edits do not count.
    """
    return await workflow.edit_post(context, principal, content_id, edit)


@image_router.put(
    "/{content_id}/image",
    dependencies=[
        body_limit(MAX_BYTES + _FORM_BYTES),
        raises(*EDIT_ERRORS, PlatformRulesError, ImageUnreadableError, StorageUnavailableError),
        raises(*CHARGE_ERRORS, PicturesBusyError),
    ],
    summary="Upload an image",
)
async def put_own_image(
    content_id: ContentId,
    principal: Editor,
    context: ContextDep,
    file: Annotated[
        UploadFile,
        File(description="PNG or JPEG, at most 10 MiB, at least 320 × 320 pixels. It is cropped to a centred square."),
    ],
    alt_text: Annotated[AltText, Form(description="Alternative text of the new image. If omitted, it is empty.")] = "",
    revision: Annotated[
        int | None,
        Form(
            ge=1,
            description="The `revision` that you last read: if the post has changed since, the upload is refused with "
            "409 `content_changed`. If omitted, it applies to whatever is current.",
        ),
    ] = None,
) -> ContentOut:
    """Replace the image with an uploaded one.

    If the post is approved, its approval is withdrawn, and its QUEUED and PARKED schedule items are cancelled.

    The subscription must include generation. The upload counts as one of the `pictures` of the billing period.
    """
    return await workflow.replace_image(
        context, principal, content_id, await file.read(), revision=revision, alt_text=alt_text
    )


@router.post("/approve", dependencies=[raises()], summary="Approve several posts")
async def approve_several(approval: BulkApproval, principal: Approver, factory: FactoryDep) -> BulkApproved:
    """Approve several posts. Each is approved or refused on its own: see `approved` and `refused`."""
    approved: list[ContentOut] = []
    refused: list[ApprovalRefusal] = []
    # A fixed order: two such requests can't deadlock.
    for one in sorted(approval.items, key=lambda item: item.content_id):
        try:
            item = await factory.items().approve(principal, one.content_id, one.content_hash)
            approved.append(await _out(factory, item))
        except AppError as error:
            refused.append(
                ApprovalRefusal(content_id=one.content_id, code=error.code, title=error.title, detail=error.detail)
            )
    return BulkApproved(approved=approved, refused=refused)


@router.post(
    "/{content_id}/approve",
    dependencies=[
        raises(
            ContentNotFoundError, ContentChangedError, AlreadyApprovedError, ContentPublishedError, PlatformRulesError
        )
    ],
    summary="Approve a post",
)
async def approve_content(
    content_id: ContentId, approval: Approval, principal: Approver, factory: FactoryDep
) -> ContentOut:
    """Approve a post as you last read it: `content_hash` says what that was."""
    return await _out(factory, await factory.items().approve(principal, content_id, approval.content_hash))


@router.post(
    "/{content_id}/withdraw",
    dependencies=[raises(ContentNotFoundError, ContentPublishedError, NotApprovedError)],
    summary="Withdraw an approval",
)
async def withdraw_approval(content_id: ContentId, principal: Approver, factory: FactoryDep) -> ContentOut:
    """Withdraw the approval of a post that is not live: it is a draft again.

    Its QUEUED and PARKED schedule items are cancelled. One that is being
    published (SCHEDULED) or UNKNOWN is not cancelled and may still appear.
    """
    return await _out(factory, await factory.items().withdraw(principal, content_id))


@router.delete(
    "/{content_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[raises(ContentNotFoundError, ContentPublishedError, ApprovedByOthersError)],
    summary="Delete a post",
)
async def delete_content(content_id: ContentId, principal: Editor, factory: FactoryDep) -> None:
    """Delete a post that is not live on any platform.

    Its QUEUED and PARKED schedule items are cancelled. One that is being
    published (SCHEDULED) or UNKNOWN is not cancelled and may still appear.
    """
    await factory.items().delete(principal, content_id)
