from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, PlainRouter, Router, raises, requires
from common.months import MonthOutOfRangeError
from fastapi import Depends, Header, Path, Query, Response, status
from fastapi.sse import EventSourceResponse, ServerSentEvent

from content.briefs.errors import BriefNotFoundError
from content.briefs.schemas import Month
from content.dependencies import ContextDep, FactoryDep
from content.factory import Factory
from content.generations.errors import (
    GenerationNotFoundError,
    GenerationRunningError,
    MonthHasItsPostsError,
    NothingToRetryError,
)
from content.generations.schemas import PROGRESS_EXAMPLE, GenerationOut, GenerationStart
from content.generations.workflow import stream_progress
from content.models import Generation
from content.usage.errors import WRITING_CHARGE_ERRORS, MonthFullError

router = Router(prefix="/api/content/generations", tags=["Generation"])
stream_router = PlainRouter(prefix="/api/content/generations", tags=["Generation"])

GenerationId = Annotated[UUID, Path(description="Id of the generation run.")]
Generator = Annotated[Principal, requires(Permission.CONTENT_GENERATE)]
Reader = Annotated[Principal, requires(Permission.CONTENT_READ)]

_MAX_EVENT_ID = 2**31 - 1


async def _out(factory: Factory, generation: Generation) -> GenerationOut:
    return GenerationOut.of(generation, await factory.generations().posts(generation))


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[
        raises(MonthOutOfRangeError, BriefNotFoundError, GenerationRunningError, MonthHasItsPostsError),
        raises(MonthFullError, *WRITING_CHARGE_ERRORS),
    ],
    summary="Generate a month",
)
async def start_generation(
    request: GenerationStart, response: Response, principal: Generator, factory: FactoryDep
) -> GenerationOut:
    """Start to generate a month of posts from its brief, in the background. They are saved as drafts.

    Follow the run at `/api/content/generations/{generation_id}/events`.

    The posts count in the current billing period, whichever month they are for; see `GET /api/content/usage`. A post
    that fails does not count. A post that is deleted later still does.
    """
    generation = await factory.generations().start(principal, request)
    response.headers["Location"] = f"/api/content/generations/{generation.id}"
    return await _out(factory, generation)


@router.get("", dependencies=[requires(Permission.CONTENT_READ), raises()], summary="List generation runs")
async def list_generations(
    factory: FactoryDep,
    page: PageQuery,
    month: Annotated[Month | None, Query(description="Only generation runs of this month, `YYYY-MM`.")] = None,
) -> Page[GenerationOut]:
    """List generation runs, latest first."""
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
    summary="Get a generation run",
)
async def get_generation(generation_id: GenerationId, factory: FactoryDep) -> GenerationOut:
    """Return the status and progress of a generation run."""
    return await _out(factory, await factory.generations().get(generation_id))


@router.post(
    "/{generation_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[
        requires(Permission.CONTENT_GENERATE),
        raises(GenerationNotFoundError, NothingToRetryError, GenerationRunningError, MonthOutOfRangeError),
        raises(MonthFullError, *WRITING_CHARGE_ERRORS),
    ],
    summary="Retry the failed posts of a run",
)
async def retry_generation(generation_id: GenerationId, factory: FactoryDep) -> GenerationOut:
    """Generate the failed posts of a run again, in the background. Those that succeed count as `posts`."""
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
            "description": "Server-sent events. `data` is JSON: `at` (time), `message` (text for people), `done`, "
            "`failed` and `post_count` as in the run. `post_ready` and `post_failed` also have `title`, and "
            "`post_ready` has `content_id`.",
            "content": {"text/event-stream": {"example": PROGRESS_EXAMPLE}},
        }
    },
    dependencies=[raises(GenerationNotFoundError)],
    summary="Follow a generation run",
)
async def watch_generation(
    existing: Annotated[UUID, Depends(_existing)],
    principal: Reader,
    context: ContextDep,
    last_event_id: Annotated[
        int | None,
        Header(
            ge=0,
            le=_MAX_EVENT_ID,
            description="`id` of the last event that you received: the stream continues after it. Without it, the "
            "stream begins with the latest `started`.",
        ),
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Stream the progress of a generation run as server-sent events. The stream closes when the run has finished.

    Event types:

    - `started`: the run has begun, or has begun again after a retry.
    - `reading_website`: the website is being read.
    - `website_skipped`: the website could not be used; `message` says why.
    - `website_read_in_part`: a part of the website could not be understood; `message` says which.
    - `brand_ready`: the brand profile is saved.
    - `plan_ready`: the posts are planned.
    - `post_ready`, `post_failed`: a post is saved as a draft, or has failed.
    - `waiting`: the language model is unavailable; the run continues when it is available again.
    - `finished`: the run has finished. It is the last event.
    """
    async for event in stream_progress(context, principal.account_id, existing, last_event_id):
        yield event
