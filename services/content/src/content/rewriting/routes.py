from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import PlainRouter, raises, requires
from fastapi import Path

from content.brand.errors import BrandNotFoundError
from content.briefs.errors import BriefNotFoundError
from content.clients.language_model import WritingError
from content.clients.storage import StorageUnavailableError
from content.dependencies import ContextDep
from content.items.errors import EDIT_ERRORS, PlatformRulesError
from content.items.schemas import ContentOut
from content.media.errors import TextNotDrawableError
from content.pictures.errors import PicturesBusyError
from content.rewriting.schemas import Rewrite
from content.rewriting.workflow import rewrite_part
from content.usage.errors import WRITING_CHARGE_ERRORS

router = PlainRouter(prefix="/api/content", tags=["Content"])


@router.post(
    "/{content_id}/regenerate",
    dependencies=[
        raises(
            *EDIT_ERRORS,
            PlatformRulesError,
            TextNotDrawableError,
            BriefNotFoundError,
            BrandNotFoundError,
            WritingError,
            StorageUnavailableError,
        ),
        raises(*WRITING_CHARGE_ERRORS, PicturesBusyError),
    ],
    summary="Regenerate one part of a post",
)
async def regenerate_part(
    content_id: Annotated[UUID, Path(description="Id of the post.")],
    rewrite: Rewrite,
    principal: Annotated[Principal, requires(Permission.CONTENT_EDIT)],
    context: ContextDep,
) -> ContentOut:
    """Let the language model make a new caption, new hashtags or a new image.

    If the post is approved, its approval is withdrawn, and its QUEUED and PARKED schedule items are cancelled. The
    subscription must include generation. Each part counts as one of the `model_calls` of the billing period (or more,
    if a call has to be repeated), and the image also as one of the `pictures`; see `GET /api/content/usage`.
    """
    return await rewrite_part(context, principal, content_id, rewrite)
