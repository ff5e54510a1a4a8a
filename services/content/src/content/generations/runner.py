"""The work of a generation: brand, plan, then captions and pictures in parallel."""

import asyncio
from datetime import timedelta

import structlog
from common.due import Done, DueRow, Outcome, Retry
from common.errors import AppError

from content.brand.reader import BrandReader
from content.brand.schemas import text_of
from content.clients.writer import Writer, WritingError
from content.generations import prompts
from content.generations.authoring import Author
from content.generations.job import Job, JobStore, subject_of
from content.generations.schemas import content_id_of
from content.media.designs import design_for
from content.media.studio import Shelf, Studio
from content.models import BrandProfile, GenerationPost, PostStatus

log = structlog.get_logger(__name__)

_BRAND_LASTS = timedelta(days=30)
_PATIENCE = 3
"""Claims in which a model that does not answer is waited for."""
_MOST_CLAIMS = 10
"""Claims, crashes included, after which a generation is given up: it would keep its month closed for ever."""
_PAUSE = timedelta(seconds=5)


class GenerationRunner:
    def __init__(
        self, store: JobStore, reader: BrandReader, writer: Writer, studio: Studio, *, caption_concurrency: int
    ) -> None:
        self._store = store
        self._reader = reader
        self._writer = writer
        self._author = Author(writer)
        self._studio = studio
        self._concurrency = caption_concurrency

    async def run(self, row: DueRow) -> Outcome:
        """Do what is left of the generation; what an earlier run kept is not done again."""
        job = await self._store.load(row.account_id, row.id)
        if job is None:
            return Done()
        if row.attempts > _MOST_CLAIMS:
            await self._store.end(job, error="Something went wrong on our side, again and again. Try again later.")
            return Done()
        self._studio.warm_up()
        try:
            brand = await self._brand(job)
            await self._plan(job, brand)
        except WritingError as error:
            if error.temporary and row.attempts < _PATIENCE:
                await self._store.tell(job, "waiting", f"{error.detail} Trying again.")
                return Retry(_PAUSE * row.attempts)
            await self._store.end(job, error=f"{error.detail} Try again later.")
            return Done()
        await self._posts(job, brand)
        await self._store.end(job)
        return Done()

    async def _brand(self, job: Job) -> BrandProfile:
        brand = job.brand
        if brand is not None and _is_fresh(brand, job):
            return brand
        if job.account.website_url is not None:
            await self._store.tell(job, "reading_website", "Reading the website.")
        return await self._store.keep_brand(job, await self._reader.read(job.account))

    async def _plan(self, job: Job, brand: BrandProfile) -> None:
        if job.posts:
            return
        count = job.generation.post_count
        existing = await self._store.titles(job)
        task = prompts.plan_task(job.brief, text_of(brand), count, existing)
        answer = prompts.plan_of(count, promo=job.brief.promo_enabled)
        plan = await self._writer.write(prompts.PLAN_INSTRUCTIONS, task, answer)
        await self._store.keep_plan(job, plan.posts)

    async def _posts(self, job: Job, brand: BrandProfile) -> None:
        captions = await self._store.captions(job)
        room = asyncio.Semaphore(self._concurrency)

        async def one(post: GenerationPost) -> None:
            async with room:
                await self._post(job, brand, post, captions)

        # when a post can't even be told to have failed, the others stop too, and the run comes back as a whole
        async with asyncio.TaskGroup() as group:
            for post in job.posts:
                if post.status == PostStatus.PLANNED:
                    group.create_task(one(post))

    async def _post(self, job: Job, brand: BrandProfile, post: GenerationPost, captions: list[str]) -> None:
        try:
            written = await self._author.write(job.brief, brand, subject_of(post), captions)
            design = design_for(
                brand, type_=post.type, headline=written.headline, subline=written.subline, layout=post.position
            )
            shelf = Shelf(job.account_id, job.generation.month, content_id_of(post.id))
            image = await self._studio.draw(design, shelf)
            await self._studio.show(image, shelf)
        except AppError as error:
            await self._store.fail_post(job, post, f"{error.detail or error.title} Try it again.")
        except Exception:  # one post must not take the others along; it is logged, shown as failed and can be retried
            log.exception("post_failed", generation_id=str(job.generation.id), position=post.position)
            await self._store.fail_post(job, post, "Something went wrong on our side. Try it again.")
        else:
            await self._store.keep_post(job, post, written, image)


def _is_fresh(brand: BrandProfile, job: Job) -> bool:
    if brand.website_url != job.account.website_url:
        return False
    if brand.website_url is None:
        return True
    return brand.read_at is not None and brand.read_at + _BRAND_LASTS > job.generation.created_at
