"""The run of a generation: brand, plan, then captions and images concurrently."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from common.due import Done, DueRow, Outcome, Retry
from common.errors import DEFECTS, AppError
from prometheus_client import Histogram

from content.brand.rules import BrandReading
from content.brand.workflow import BrandReader
from content.clients.language_model import ModelUnavailableError, WritingError
from content.factory import Factory, ProcessContext
from content.generation_runs.service import GenerationRun, GenerationRunService
from content.generations.schemas import content_id_of
from content.media.rules import alt_text_of, design_for
from content.media.schemas import StoredImage
from content.media.service import ImageKey
from content.models import BrandProfile, GenerationPost, PlannedPostStatus
from content.pictures.errors import PicturesBusyError
from content.writing.rules import PostSubject
from content.writing.schemas import PlannedPost, WrittenPost
from content.writing.workflow import MonthPlanner, PostWriter

log = structlog.get_logger(__name__)

GENERATION_SECONDS = Histogram(
    "pulseworks_generation_seconds",
    "Duration of the run that ended a generation, by the generation's status: COMPLETED or FAILED.",
    ["status"],
    buckets=(1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900),
)

_BRAND_MAX_AGE = timedelta(days=30)
_MAX_MODEL_ATTEMPTS = 6
"""Runs in a row without a new post that wait for a model which does not respond: about three minutes."""
_LONGEST_PAUSE = timedelta(minutes=10)
"""A model that asks to wait longer is not waited for."""
_MAX_RUNS = 10
"""Runs, crashed ones included, after which a generation fails: its month would stay blocked otherwise."""
_PAUSE = timedelta(seconds=5)


class GenerationRunner:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._reader = BrandReader(context.fetcher, context.language_model)
        self._planner = MonthPlanner(context.language_model)
        self._writer = PostWriter(context.language_model)

    async def run(self, row: DueRow) -> Outcome:
        """Do what is left of the generation. What an earlier run saved is not repeated."""
        try:
            run = await self._begin(row)
        except PicturesBusyError:
            await self._forget_attempts(row)
            return Retry(_PAUSE)
        if run is None:
            return Done()
        if row.attempts > _MAX_RUNS:
            await self._finish(run, error="An internal error occurred several times. Try again later.")
            return Done()
        self._context.images.warm_up()
        try:
            brand = await self._brand(run)
            posts = run.posts or await self._plan(run, brand)
            await self._make_posts(run, brand, posts)
        except ModelUnavailableError as error:
            return await self._wait(run, row, error)
        except WritingError as error:
            await self._finish(run, error=error.detail)
            return Done()
        await self._finish(run)
        return Done()

    async def _wait(self, run: GenerationRun, row: DueRow, error: ModelUnavailableError) -> Outcome:
        """Have the due loop run it again, or finish it if the model has not responded for too long."""
        pause = max(_PAUSE * 2 ** (row.attempts - 1), error.retry_after or timedelta())
        if row.attempts >= _MAX_MODEL_ATTEMPTS or pause > _LONGEST_PAUSE:
            await self._finish(run, error=error.detail)
            return Done()
        await self._report(run, "waiting", f"{error.reason} Trying again.")
        return Retry(pause)

    async def _brand(self, run: GenerationRun) -> BrandProfile:
        if run.brand is not None and _is_fresh(run.brand, run):
            return run.brand
        if run.account.website_url is not None:
            await self._report(run, "reading_website", "Reading the website.")
        return await self._save_brand(run, await self._reader.read(run.account))

    async def _plan(self, run: GenerationRun, brand: BrandProfile) -> list[GenerationPost]:
        count = run.generation.post_count
        async with self._steps(run.account_id) as steps:
            titles = [item.title for item in await steps.existing_posts(run)]
        return await self._save_plan(run, await self._planner.plan(run.brief, brand, count, titles))

    async def _make_posts(self, run: GenerationRun, brand: BrandProfile, posts: Sequence[GenerationPost]) -> None:
        """Make the planned posts. While the model does not respond no further one is begun.

        Raises ModelUnavailableError; the posts that are not made stay planned.
        """
        async with self._steps(run.account_id) as steps:
            captions = [item.caption for item in await steps.existing_posts(run)]
        limit = asyncio.Semaphore(self._context.settings.caption_concurrency)
        unavailable: list[ModelUnavailableError] = []

        async def make(post: GenerationPost) -> None:
            async with limit:
                if unavailable:
                    return  # its turn comes in the next run
                try:
                    await self._make_post(run, brand, post, captions)
                except ModelUnavailableError as error:
                    unavailable.append(error)

        # If even a failure can't be saved, the group cancels the other posts and the whole run is retried.
        async with asyncio.TaskGroup() as group:
            for post in posts:
                if post.status == PlannedPostStatus.PLANNED:
                    group.create_task(make(post))
        if unavailable:
            raise max(unavailable, key=lambda error: error.retry_after or timedelta())

    async def _make_post(
        self, run: GenerationRun, brand: BrandProfile, post: GenerationPost, captions: list[str]
    ) -> None:
        try:
            written = await self._writer.write(run.brief, brand, _subject_of(post), captions)
            image = await self._draw(run, brand, post, written)
            alt_text = alt_text_of(written.alt_text, image, texts=(written.headline, written.subline))
        except ModelUnavailableError:
            raise
        except AppError as error:
            await self._fail_post(run, post, error.detail or error.title)
        except DEFECTS:  # it fails this post alone, logged and shown, and can be retried
            log.exception("post_failed", generation_id=str(run.generation.id), position=post.position)
            await self._fail_post(run, post, "An internal error occurred. Try again.")
        else:
            await self._save_post(run, post, written.model_copy(update={"alt_text": alt_text}), image)

    async def _draw(
        self, run: GenerationRun, brand: BrandProfile, post: GenerationPost, written: WrittenPost
    ) -> StoredImage:
        design = design_for(
            brand, type_=post.type, headline=written.headline, subline=written.subline, layout=post.position
        )
        key = ImageKey(run.account_id, run.generation.month, content_id_of(post.id))
        image = await self._context.images.draw(design, key)
        await self._context.images.set_current(image, key)
        return image

    @asynccontextmanager
    async def _steps(self, account_id: UUID) -> AsyncIterator[GenerationRunService]:
        """Open a transaction for one step."""
        async with self._context.database.transaction(account_id) as session:
            yield Factory(self._context, session).generation_runs()

    async def _begin(self, row: DueRow) -> GenerationRun | None:
        async with self._steps(row.account_id) as steps:
            return await steps.begin(row.account_id, row.id)

    async def _forget_attempts(self, row: DueRow) -> None:
        async with self._steps(row.account_id) as steps:
            await steps.forget_attempts(row.id)

    async def _report(self, run: GenerationRun, kind: str, message: str) -> None:
        async with self._steps(run.account_id) as steps:
            await steps.report(run, kind, message)

    async def _save_brand(self, run: GenerationRun, reading: BrandReading) -> BrandProfile:
        async with self._steps(run.account_id) as steps:
            return await steps.save_brand(run, reading)

    async def _save_plan(self, run: GenerationRun, planned: Sequence[PlannedPost]) -> list[GenerationPost]:
        async with self._steps(run.account_id) as steps:
            return await steps.save_plan(run, planned)

    async def _save_post(
        self, run: GenerationRun, post: GenerationPost, written: WrittenPost, image: StoredImage
    ) -> None:
        async with self._steps(run.account_id) as steps:
            await steps.save_post(run, post, written, image)

    async def _fail_post(self, run: GenerationRun, post: GenerationPost, reason: str) -> None:
        async with self._steps(run.account_id) as steps:
            await steps.fail_post(run, post, reason)

    async def _finish(self, run: GenerationRun, *, error: str | None = None) -> None:
        async with self._steps(run.account_id) as steps:
            finished = await steps.finish(run, error=error)
        if finished is not None and finished.finished_at is not None:
            seconds = (finished.finished_at - run.began_at).total_seconds()
            GENERATION_SECONDS.labels(finished.status).observe(seconds)


def _subject_of(post: GenerationPost) -> PostSubject:
    return PostSubject(type=post.type, title=post.title, angle=post.angle, headline=post.headline, index=post.position)


def _is_fresh(brand: BrandProfile, run: GenerationRun) -> bool:
    if brand.website_url != run.account.website_url:
        return False
    if brand.website_url is None:
        return True
    return brand.read_at is not None and brand.read_at + _BRAND_MAX_AGE > run.generation.created_at
