import asyncio
from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import PlainRouter, requires

from content.clients.writer import WritingError
from content.dependencies import ContextDep
from content.factory import Factory, ProcessContext
from content.generations.authoring import Author
from content.generations.prompts import WrittenPost
from content.items.schemas import ContentOut
from content.media.studio import Shelf
from content.rewriting.schemas import Rewrite
from content.rewriting.service import Assignment

router = PlainRouter(prefix="/api/content", tags=["Content"])

# below the 30 s of silence after which the gateway answers for us
_SECONDS = 25


@router.post("/{content_id}/regenerate")
async def regenerate_part(
    content_id: UUID,
    wanted: Rewrite,
    principal: Annotated[Principal, requires(Permission.CONTENT_EDIT)],
    context: ContextDep,
) -> ContentOut:
    """Write one part of a post anew; an approval is withdrawn."""
    async with context.database.transaction(principal.account_id) as session:
        assignment = await Factory(context, session).rewriting().prepare(principal, content_id, wanted)
    written = await _written(context, assignment)
    design = assignment.design(written)
    shelf = Shelf(principal.account_id, assignment.item.month, content_id)
    image = None if design is None else await context.studio.draw(design, shelf)
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        item = await factory.items().edit(
            principal,
            content_id,
            revision=wanted.revision,
            changes=assignment.changes(written),
            image=image,
            act="CONTENT_REGENERATED",
        )
        out = ContentOut.of(item, await factory.items().posts_of([item]))
    if image is not None:
        await context.studio.show_if_possible(image, shelf)
    return out


async def _written(context: ProcessContext, assignment: Assignment) -> WrittenPost:
    try:
        async with asyncio.timeout(_SECONDS):
            return await Author(context.writer).write(
                assignment.brief,
                assignment.brand,
                assignment.subject,
                assignment.taken,
                variation=assignment.variation,
            )
    except TimeoutError:
        raise WritingError("It took too long. Try again.", temporary=True) from None
