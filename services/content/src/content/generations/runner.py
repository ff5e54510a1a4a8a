"""The work of a generation: brand, plan, then captions and pictures in parallel."""

import asyncio
from datetime import timedelta
from difflib import SequenceMatcher
from typing import cast

import structlog
from common.due import Again, DueRow, Finished, Outcome
from common.errors import AppError

from content.brand.reader import BrandReader
from content.brand.schemas import text_of
from content.clients.writer import Writer, WritingError
from content.generations import prompts
from content.generations.job import Job, JobStore, content_id_of
from content.generations.prompts import PlannedPost, WrittenPost
from content.media.designs import design_for
from content.media.studio import Studio
from content.models import BrandProfile, GenerationPost, PostStatus

log = structlog.get_logger(__name__)

_BRAND_LASTS = timedelta(days=30)
_PATIENCE = 3
_PAUSE = timedelta(seconds=5)
# Above this two captions are the same text with a word changed (0 to 1, difflib's ratio).
_TOO_ALIKE = 0.9


class GenerationRunner:
    def __init__(
        self, store: JobStore, reader: BrandReader, writer: Writer, studio: Studio, *, caption_concurrency: int
    ) -> None:
        self._store = store
        self._reader = reader
        self._writer = writer
        self._studio = studio
        self._concurrency = caption_concurrency

    async def run(self, row: DueRow) -> Outcome:
        """Do what is left of the generation; what an earlier run kept is not done again."""
        job = await self._store.load(row.account_id, row.id)
        if job is None:
            return Finished()
        try:
            brand = await self._brand(job)
            await self._plan(job, brand)
        except WritingError as error:
            if error.temporary and row.attempts < _PATIENCE:
                await self._store.tell(job, "waiting", f"{error.detail} Trying again.")
                return Again(_PAUSE * row.attempts)
            await self._store.end(job, error=f"{error.detail} Try again later.")
            return Finished()
        await self._posts(job, brand)
        await self._store.end(job)
        return Finished()

    async def _brand(self, job: Job) -> BrandProfile:
        brand = job.brand
        if brand is not None and _is_fresh(brand, job):
            return brand
        await self._store.tell(job, "reading_website", "Reading the website.")
        await self._store.keep_brand(job, await self._reader.read(job.account))
        return cast("BrandProfile", job.brand)

    async def _plan(self, job: Job, brand: BrandProfile) -> None:
        if job.posts:
            return
        count = job.generation.post_count
        task = prompts.plan_task(job.brief, text_of(brand), count)
        plan = await self._writer.write(prompts.PLAN_INSTRUCTIONS, task, prompts.plan_of(count))
        await self._store.keep_plan(job, cast("list[PlannedPost]", plan.posts))  # type: ignore[attr-defined] # made for the count

    async def _posts(self, job: Job, brand: BrandProfile) -> None:
        captions = await self._store.captions(job)
        room = asyncio.Semaphore(self._concurrency)

        async def one(post: GenerationPost) -> None:
            async with room:
                await self._post(job, brand, post, captions)

        await asyncio.gather(*(one(post) for post in job.posts if post.status == PostStatus.PLANNED))

    async def _post(self, job: Job, brand: BrandProfile, post: GenerationPost, captions: list[str]) -> None:
        try:
            written = await self._write(job, brand, post, captions)
            design = design_for(
                brand, type_=post.type, headline=written.headline, subline=written.subline, position=post.position
            )
            image = await self._studio.make(
                design, account_id=job.account_id, month=job.generation.month, content_id=content_id_of(post)
            )
        except AppError as error:
            await self._store.fail_post(job, post, f"{error.detail or error.title} Try it again.")
        except Exception:  # one post must not take the others along; it is logged, shown as failed and can be retried
            log.exception("post_failed", generation_id=str(job.generation.id), position=post.position)
            await self._store.fail_post(job, post, "Something went wrong on our side. Try it again.")
        else:
            await self._store.keep_post(job, post, written, image)

    async def _write(self, job: Job, brand: BrandProfile, post: GenerationPost, captions: list[str]) -> WrittenPost:
        """Write the post, once more when it repeats one of the month's."""
        text = text_of(brand)
        for variation in range(2):
            task = prompts.caption_task(job.brief, text, post, variation=variation)
            written = await self._writer.write(prompts.CAPTION_INSTRUCTIONS, task, WrittenPost)
            # no await between the look and the note: the captions of one run are written at once
            if not any(_alike(written.caption, other) for other in captions):
                captions.append(written.caption)
                return written
        raise WritingError("The text repeats another post of the month.", temporary=True)


def _is_fresh(brand: BrandProfile, job: Job) -> bool:
    if brand.read_at is None or brand.website_url != job.account.website_url:
        return False
    return brand.read_at + _BRAND_LASTS > job.generation.created_at


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() > _TOO_ALIKE and matcher.ratio() > _TOO_ALIKE
