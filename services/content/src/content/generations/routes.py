from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, PlainRouter, Router, raises, requires
from fastapi import Depends, Header, Path, Query, Response, status
from fastapi.sse import EventSourceResponse, ServerSentEvent

from content.briefs.errors import BriefNotFoundError
from content.briefs.schemas import Month
from content.dependencies import ContextDep, FactoryDep
from content.factory import Factory
from content.generations.errors import (
    GenerationNotFoundError,
    GenerationNotIncludedError,
    GenerationRunningError,
    MonthFullError,
    NothingToRetryError,
)
from content.generations.schemas import PROGRESS_EXAMPLE, GenerationOut, GenerationStart
from content.generations.workflow import stream_progress
from content.models import Generation

router = Router(prefix="/api/content/generations", tags=["Generation"])
stream_router = PlainRouter(prefix="/api/content/generations", tags=["Generation"])

GenerationId = Annotated[UUID, Path(description="The generation.")]
Generator = Annotated[Principal, requires(Permission.CONTENT_GENERATE)]
Reader = Annotated[Principal, requires(Permission.CONTENT_READ)]

_MAX_EVENT_ID = 2**31 - 1


async def _out(factory: Factory, generation: Generation) -> GenerationOut:
    return GenerationOut.of(generation, await factory.generations().posts(generation))


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[raises(BriefNotFoundError, GenerationNotIncludedError, MonthFullError, GenerationRunningError)],
    summary="Generate a month",
)
async def start_generation(
    request: GenerationStart, response: Response, principal: Generator, factory: FactoryDep
) -> GenerationOut:
    """Start the generation of a month in the background; follow it at `/events`."""
    generation = await factory.generations().start(principal, request)
    response.headers["Location"] = f"/api/content/generations/{generation.id}"
    return await _out(factory, generation)


@router.get("", dependencies=[requires(Permission.CONTENT_READ), raises()], summary="List generations")
async def list_generations(
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[Month | None, Query(description="Only generations of this month, `YYYY-MM`.")] = None,
) -> Page[GenerationOut]:
    """List generations, latest first."""
    before = page.after(UUID)
    rows = await factory.generations().page(month=month, before=None if before is None else before[0], limit=page.fetch)
    posts = await factory.generations().posts(*rows)
    return Page.of(
        rows,
        page,
        item=lambda generation: GenerationOut.of(generation, posts),
        key=lambda generation: (generation.id,),
    )


@router.get(
    "/{generation_id}",
    dependencies=[requires(Permission.CONTENT_READ), raises(GenerationNotFoundError)],
    summary="Get a generation",
)
async def get_generation(generation_id: GenerationId, factory: FactoryDep) -> GenerationOut:
    """Return a generation and its progress."""
    return await _out(factory, await factory.generations().get(generation_id))


@router.post(
    "/{generation_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[
        requires(Permission.CONTENT_GENERATE),
        raises(
            GenerationNotFoundError,
            NothingToRetryError,
            GenerationRunningError,
            BriefNotFoundError,
            GenerationNotIncludedError,
            MonthFullError,
        ),
    ],
    summary="Retry failed posts",
)
async def retry_generation(generation_id: GenerationId, factory: FactoryDep) -> GenerationOut:
    """Retry the failed posts."""
    return await _out(factory, await factory.generations().retry(generation_id))


async def _existing(generation_id: GenerationId, principal: Reader, context: ContextDep) -> UUID:
    """Respond with 404 before the stream begins: a stream could only break the connection."""
    async with context.database.transaction(principal.account_id) as session:
        return (await Factory(context, session).generations().get(generation_id)).id


@stream_router.get(
    "/{generation_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Each event's `data` is JSON: `at`, `message`, `done`, `failed`, `post_count`, and for a "
            "post also `title` and `content_id`.",
            "content": {"text/event-stream": {"example": PROGRESS_EXAMPLE}},
        }
    },
    dependencies=[raises(GenerationNotFoundError)],
    summary="Follow a generation",
)
async def watch_generation(
    existing: Annotated[UUID, Depends(_existing)],
    principal: Reader,
    context: ContextDep,
    last_event_id: Annotated[int | None, Header(ge=0, le=_MAX_EVENT_ID, description="Resume after this event.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Follow a generation as server-sent events. The stream ends when the generation has finished.

    Kinds: `started`, `reading_website`, `website_skipped`, `brand_ready`, `plan_ready`, `post_ready`, `post_failed`,
    `waiting`, `finished`.
    """
    async for event in stream_progress(context, principal.account_id, existing, last_event_id):
        yield event
