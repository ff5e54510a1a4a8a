from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import PlainRouter, requires

from content.dependencies import ContextDep
from content.items.schemas import ContentOut
from content.rewriting.schemas import Rewrite
from content.rewriting.workflow import rewrite_part

router = PlainRouter(prefix="/api/content", tags=["Content"])


@router.post("/{content_id}/regenerate")
async def regenerate_part(
    content_id: UUID,
    rewrite: Rewrite,
    principal: Annotated[Principal, requires(Permission.CONTENT_EDIT)],
    context: ContextDep,
) -> ContentOut:
    """Rewrite one part of a post. This withdraws the approval."""
    return await rewrite_part(context, principal, content_id, rewrite)
