"""The transactions of a generation's run: each step is kept before the next, so a crash loses one step at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.database import Database
from common.ids import derived_id
from common.messaging import outbox
from pulseworks_contracts import PLATFORMS, AuditRecorded, AuditRecordedData, ContentGenerated, ContentGeneratedData
from sqlalchemy.ext.asyncio import AsyncSession

from content.brand.reader import Reading
from content.brand.repository import BrandRepository
from content.brand.service import BrandService
from content.briefs.repository import BriefRepository
from content.generations import prompts
from content.generations.prompts import PlannedPost, Subject, WrittenPost
from content.generations.repository import GenerationRepository
from content.generations.schemas import ProgressData, content_id_of
from content.generations.service import FINISHED
from content.items.payloads import hash_of
from content.items.repository import ContentRepository
from content.media.schemas import StoredImage
from content.models import (
    Account,
    BrandProfile,
    ContentItem,
    Generation,
    GenerationPost,
    GenerationStatus,
    ItemStatus,
    MonthlyBrief,
    PostStatus,
)
from content.read_models.repository import AccountRepository


@dataclass
class Job:
    """What a run works with; rows as they were read, not to be written through."""

    generation: Generation
    account: Account
    brief: MonthlyBrief
    brand: BrandProfile | None
    posts: list[GenerationPost]

    @property
    def account_id(self) -> UUID:
        return self.generation.account_id


def subject_of(post: GenerationPost) -> Subject:
    return Subject(type=post.type, title=post.title, angle=post.angle, headline=post.headline, index=post.position)


class JobStore:
    def __init__(self, database: Database, clock: Clock, *, hashtags: int) -> None:
        """``hashtags``: how many a draft may have at most; more than the platforms take could not be approved."""
        self._database = database
        self._clock = clock
        self._hashtags = hashtags

    async def load(self, account_id: UUID, generation_id: UUID) -> Job | None:
        """Mark the generation as running and return all it needs; None when it has ended already."""
        async with self._database.transaction(account_id) as session:
            generations = GenerationRepository(session)
            generation = await generations.lock(generation_id)
            if generation is None or generation.status in FINISHED:
                return None
            brief = await BriefRepository(session).get(generation.monthly_brief_id)
            if brief is None:
                return None  # the brief's end is the generation's: it goes with it
            begins = generation.status == GenerationStatus.QUEUED
            generation.status = GenerationStatus.RUNNING
            job = Job(
                generation=generation,
                account=await AccountRepository(session).get() or _unknown(account_id),
                brief=brief,
                brand=await BrandRepository(session).of_account(),
                posts=await generations.posts(generation_id),
            )
            if begins:
                await self._tell(session, generation, "started", "Reading the brief.")
            return job

    async def tell(self, job: Job, kind: str, message: str, **more: Any) -> None:
        async with self._database.transaction(job.account_id) as session:
            await self._tell_of(session, job, kind, message, **more)

    async def _tell_of(self, session: AsyncSession, job: Job, kind: str, message: str, **more: Any) -> None:
        # counted under the lock: two posts that are ready at once are two steps, one after the other
        generation = await GenerationRepository(session).lock(job.generation.id)
        if generation is not None:
            await self._tell(session, generation, kind, message, **more)

    async def _tell(self, session: AsyncSession, generation: Generation, kind: str, message: str, **more: Any) -> None:
        posts = await GenerationRepository(session).posts(generation.id)
        now = self._clock.now()
        data = ProgressData(
            at=now,
            message=message,
            done=sum(post.status == PostStatus.DONE for post in posts),
            failed=sum(post.status == PostStatus.FAILED for post in posts),
            post_count=generation.post_count,
            **more,
        )
        await GenerationRepository(session).add_progress(generation, kind, data.model_dump(mode="json"), now)

    async def keep_brand(self, job: Job, reading: Reading) -> BrandProfile:
        async with self._database.transaction(job.account_id) as session:
            brands = BrandService(BrandRepository(session), AccountRepository(session), self._clock)
            brand = await brands.keep_reading(job.account_id, reading)
            if reading.trouble is not None:
                known = " What was read before is used." if brand.read_at is not None else ""
                await self._tell_of(session, job, "website_skipped", f"{reading.trouble}{known}")
            await self._tell_of(session, job, "brand_ready", "The brand profile is ready.")
            return brand

    async def titles(self, job: Job) -> list[str]:
        """Return the titles of the posts that the month has already."""
        async with self._database.transaction(job.account_id) as session:
            return [item.title for item in await ContentRepository(session).of_month(job.generation.month)]

    async def keep_plan(self, job: Job, planned: Sequence[PlannedPost]) -> None:
        async with self._database.transaction(job.account_id) as session:
            generations = GenerationRepository(session)
            generation = await generations.lock(job.generation.id)
            if generation is None:
                return
            job.posts = await generations.posts(generation.id)
            if job.posts:
                return  # another run, which lost its lease, was faster: its plan holds
            first = await ContentRepository(session).next_position(generation.month)
            job.posts = [
                GenerationPost(
                    id=derived_id("generation_post", generation.id, number),
                    account_id=job.account_id,
                    generation_id=generation.id,
                    position=first + number,
                    **post.model_dump(),
                    status=PostStatus.PLANNED,
                )
                for number, post in enumerate(planned)
            ]
            for post in job.posts:
                generations.add_post(post)
            await session.flush()
            await self._tell(session, generation, "plan_ready", f"{len(planned)} posts are planned.")

    async def captions(self, job: Job) -> list[str]:
        async with self._database.transaction(job.account_id) as session:
            return [item.caption for item in await ContentRepository(session).of_month(job.generation.month)]

    async def keep_post(self, job: Job, post: GenerationPost, written: WrittenPost, image: StoredImage) -> None:
        """Save the draft and mark the post done, unless an earlier run has."""
        async with self._database.transaction(job.account_id) as session:
            row = await GenerationRepository(session).lock_post(post.id)
            if row.status == PostStatus.DONE:
                return
            row.status = PostStatus.DONE
            row.error = None
            kept = written.model_copy(update={"hashtags": written.hashtags[: self._hashtags]})
            item = _draft(job, post, kept, image)
            ContentRepository(session).add(item)
            await session.flush()
            await self._tell_of(session, job, "post_ready", item.title, title=item.title, content_id=item.id)

    async def fail_post(self, job: Job, post: GenerationPost, reason: str) -> None:
        async with self._database.transaction(job.account_id) as session:
            row = await GenerationRepository(session).lock_post(post.id)
            if row.status == PostStatus.DONE:
                return
            row.status = PostStatus.FAILED
            row.error = reason
            await session.flush()
            await self._tell_of(session, job, "post_failed", reason, title=post.title)

    async def end(self, job: Job, *, error: str | None = None) -> None:
        """End the generation: with ``error``, or by what became of its posts. Emits content.generated."""
        async with self._database.transaction(job.account_id) as session:
            generations = GenerationRepository(session)
            generation = await generations.lock(job.generation.id)
            if generation is None or generation.status in FINISHED:
                return
            posts = await generations.posts(generation.id)
            for post in posts:
                if post.status == PostStatus.PLANNED:  # given up before its turn
                    post.status, post.error = PostStatus.FAILED, error
            await session.flush()
            done = [post for post in posts if post.status == PostStatus.DONE]
            failed = len(posts) - len(done) if posts else generation.post_count
            generation.status = GenerationStatus.COMPLETED if done else GenerationStatus.FAILED
            generation.error = error or (None if done else "Not one post could be made. Try again.")
            generation.finished_at = self._clock.now()
            message = generation.error or f"{len(done)} posts are ready" + (f", {failed} failed." if failed else ".")
            await self._tell(session, generation, "finished", message)
            data = ContentGeneratedData(
                generation_id=generation.id,
                month=generation.month,
                content_ids=[content_id_of(post.id) for post in done],
                failed=failed,
            )
            await outbox.add(
                session, ContentGenerated(account_id=job.account_id, subject=str(generation.id), data=data)
            )
            await self._record(session, generation, done=len(done), failed=failed)

    async def _record(self, session: AsyncSession, generation: Generation, *, done: int, failed: int) -> None:
        data = AuditRecordedData(
            event_type="CONTENT_GENERATED",
            entity_type="generation",
            entity_id=str(generation.id),
            user_id=generation.requested_by,
            occurred_at=self._clock.now(),
            metadata={
                "month": generation.month,
                "done": done,
                "failed": failed,
                "prompt_version": prompts.VERSION,
            },
        )
        await outbox.add(
            session, AuditRecorded(account_id=generation.account_id, subject=str(generation.id), data=data)
        )


def _unknown(account_id: UUID) -> Account:
    """Stand in for an account whose event is still on its way."""
    return Account(account_id=account_id, revision=0, name="", website_url=None, timezone="UTC")


def _draft(job: Job, post: GenerationPost, written: WrittenPost, image: StoredImage) -> ContentItem:
    item = ContentItem(
        id=content_id_of(post.id),
        account_id=job.account_id,
        monthly_brief_id=job.brief.id,
        generation_id=job.generation.id,
        month=job.generation.month,
        position=post.position,
        type=post.type,
        title=post.title,
        **written.model_dump(),
        media=image.model_dump(),
        platform_targets=list(PLATFORMS),
        status=ItemStatus.DRAFT,
        edit_count=0,
        revision=1,
    )
    item.content_hash = hash_of(job.account_id, item)
    return item
