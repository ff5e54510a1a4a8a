"""The steps of a generation's run, each in one transaction: a crash loses at most the current step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.ids import derived_id
from common.messaging import outbox
from pulseworks_contracts import PLATFORMS

from content.brand.rules import BrandReading
from content.brand.service import BrandService
from content.briefs.repository import BriefRepository
from content.generation_runs import events
from content.generations.repository import GenerationRepository
from content.generations.schemas import ProgressData, content_id_of
from content.items.repository import ContentRepository
from content.items.rules import hash_of
from content.media.schemas import StoredImage
from content.models import (
    FINISHED_GENERATION,
    Account,
    BrandProfile,
    ContentItem,
    Generation,
    GenerationPost,
    GenerationStatus,
    ItemStatus,
    MonthlyBrief,
    PlannedPostStatus,
)
from content.pictures.service import PictureService
from content.read_models.repository import AccountRepository
from content.usage.rules import Kind
from content.usage.service import UsageService
from content.writing.schemas import PlannedPost, WrittenPost


@dataclass
class GenerationRun:
    """The input of a run: rows as loaded at its start. Changes to them are not saved."""

    generation: Generation
    account: Account
    brief: MonthlyBrief
    brand: BrandProfile | None
    posts: list[GenerationPost]
    began_at: datetime

    @property
    def account_id(self) -> UUID:
        return self.generation.account_id


class GenerationRunService:
    def __init__(
        self,
        generations: GenerationRepository,
        briefs: BriefRepository,
        items: ContentRepository,
        accounts: AccountRepository,
        brands: BrandService,
        usage: UsageService,
        pictures: PictureService,
        *,
        clock: Clock,
        max_hashtags: int,
    ) -> None:
        """``max_hashtags`` of a draft: with more than the platforms allow it could not be approved."""
        self._generations = generations
        self._briefs = briefs
        self._items = items
        self._accounts = accounts
        self._brands = brands
        self._usage = usage
        self._pictures = pictures
        self._session = generations.session
        self._clock = clock
        self._max_hashtags = max_hashtags

    async def begin(self, account_id: UUID, generation_id: UUID) -> GenerationRun | None:
        """Mark the generation as running and load what its run needs; None if it has already finished.

        Raises PicturesBusyError while old pictures of its posts are being removed.
        """
        generation = await self._generations.lock(generation_id)
        if generation is None or generation.status in FINISHED_GENERATION:
            return None
        brief = await self._briefs.get(generation.monthly_brief_id)
        if brief is None:
            return None  # deleting a brief deletes its generations
        first_run = generation.status == GenerationStatus.QUEUED
        generation.status = GenerationStatus.RUNNING
        run = GenerationRun(
            generation=generation,
            account=await self._accounts.get() or _unknown_account(account_id),
            brief=brief,
            brand=await self._brands.find(),
            posts=await self._generations.posts(generation_id),
            began_at=self._clock.now(),
        )
        await self._announce_pictures(run, run.posts)
        if first_run:
            await self._add_progress(generation, "started", "Reading the brief.")
        return run

    async def forget_attempts(self, generation_id: UUID) -> None:
        """Count the runs again from one, because this one could not begin: waiting must not fail a generation."""
        await self._generations.forget_attempts(generation_id)

    async def report(self, run: GenerationRun, kind: str, message: str, **data: Any) -> None:
        """Append a progress entry."""
        # The lock serializes the entries of posts that finish at the same time, so each counts the ones before it.
        generation = await self._generations.lock(run.generation.id)
        if generation is not None:
            await self._add_progress(generation, kind, message, **data)

    async def save_brand(self, run: GenerationRun, reading: BrandReading) -> BrandProfile:
        brand = await self._brands.save_reading(run.account_id, reading)
        if reading.trouble is not None:
            fallback = " The earlier brand profile is used." if brand.read_at and not reading.complete else ""
            kind = "website_read_in_part" if reading.complete else "website_skipped"
            await self.report(run, kind, f"{reading.trouble}{fallback}")
        await self.report(run, "brand_ready", "The brand profile is ready.")
        if reading.complete:
            await self._usage.use(run.generation.id, {Kind.WEBSITE_READINGS: 1})
        return brand

    async def existing_posts(self, run: GenerationRun) -> list[ContentItem]:
        """Return the posts that the month already has."""
        return await self._items.of_month(run.generation.month)

    async def save_plan(self, run: GenerationRun, planned: Sequence[PlannedPost]) -> list[GenerationPost]:
        """Save the plan and return its posts. If a concurrent run has saved a plan already, return that one's."""
        generation = await self._generations.lock(run.generation.id)
        if generation is None:
            return []
        existing = await self._generations.posts(generation.id)
        if existing:
            return existing
        first = await self._items.next_position(generation.month)
        posts = [
            GenerationPost(
                id=derived_id("generation_post", generation.id, number),
                account_id=run.account_id,
                generation_id=generation.id,
                position=first + number,
                **post.model_dump(),
                status=PlannedPostStatus.PLANNED,
            )
            for number, post in enumerate(planned)
        ]
        for post in posts:
            self._generations.add_post(post)
        await self._session.flush()
        await self._announce_pictures(run, posts)
        missing = generation.post_count - len(planned)
        note = f" {missing} more could not be planned; generate the month again to add them." if missing > 0 else ""
        await self._add_progress(generation, "plan_ready", f"{len(planned)} posts are planned.{note}")
        return posts

    async def save_post(
        self, run: GenerationRun, post: GenerationPost, written: WrittenPost, image: StoredImage
    ) -> None:
        """Save the draft and mark the planned post as done, unless an earlier run did."""
        row = await self._generations.lock_post(post.id)
        if row.status == PlannedPostStatus.DONE:
            return
        row.status = PlannedPostStatus.DONE
        row.error = None
        await self._generations.forget_attempts(run.generation.id)
        usable = written.model_copy(update={"hashtags": written.hashtags[: self._max_hashtags]})
        item = _draft(run, post, usable, image)
        self._items.add(item)
        await self._session.flush()
        await self.report(run, "post_ready", item.title, title=item.title, content_id=item.id)
        # after the generation's lock, like `finish`: the other order could deadlock
        await self._usage.use(run.generation.id, {Kind.POSTS: 1, Kind.PICTURES: 1})

    async def fail_post(self, run: GenerationRun, post: GenerationPost, reason: str) -> None:
        """Mark the planned post as failed, unless an earlier run saved its draft."""
        row = await self._generations.lock_post(post.id)
        if row.status == PlannedPostStatus.DONE:
            return
        row.status = PlannedPostStatus.FAILED
        row.error = reason
        await self._session.flush()
        await self.report(run, "post_failed", reason, title=post.title)

    async def finish(self, run: GenerationRun, *, error: str | None = None) -> Generation | None:
        """Finish the generation, with ``error`` or by the states of its posts. Emits content.generated.

        Returns it, or None if it was finished before.
        """
        generation = await self._generations.lock(run.generation.id)
        if generation is None or generation.status in FINISHED_GENERATION:
            return None
        posts = await self._generations.posts(generation.id)
        for post in posts:
            if post.status == PlannedPostStatus.PLANNED:  # the run ended before its turn
                post.status, post.error = PlannedPostStatus.FAILED, error
        await self._session.flush()
        done = [post for post in posts if post.status == PlannedPostStatus.DONE]
        failed = len(posts) - len(done) if posts else generation.post_count
        now = self._clock.now()
        generation.status = GenerationStatus.COMPLETED if done else GenerationStatus.FAILED
        generation.error = error or (None if done else "No post could be generated. Try again.")
        generation.finished_at = now
        message = generation.error or f"{len(done)} posts are ready" + (f", {failed} failed." if failed else ".")
        await self._add_progress(generation, "finished", message)
        await self._usage.settle(generation.id)
        content_ids = [content_id_of(post.id) for post in done]
        await outbox.add(self._session, events.generated(generation, content_ids, failed))
        await outbox.add(self._session, events.audited(generation, now, done=len(done), failed=failed))
        return generation

    async def _announce_pictures(self, run: GenerationRun, posts: Sequence[GenerationPost]) -> None:
        waiting = [content_id_of(post.id) for post in posts if post.status == PlannedPostStatus.PLANNED]
        await self._pictures.storing(run.generation.month, waiting)

    async def _add_progress(self, generation: Generation, kind: str, message: str, **data: Any) -> None:
        posts = await self._generations.posts(generation.id)
        now = self._clock.now()
        progress = ProgressData(
            at=now,
            message=message,
            done=sum(post.status == PlannedPostStatus.DONE for post in posts),
            failed=sum(post.status == PlannedPostStatus.FAILED for post in posts),
            post_count=generation.post_count,
            **data,
        )
        await self._generations.add_progress(generation, kind, progress.model_dump(mode="json"), now)


def _unknown_account(account_id: UUID) -> Account:
    """Return a placeholder for an account whose event has not arrived yet."""
    return Account(account_id=account_id, revision=0, name="", website_url=None, timezone="UTC")


def _draft(run: GenerationRun, post: GenerationPost, written: WrittenPost, image: StoredImage) -> ContentItem:
    item = ContentItem(
        id=content_id_of(post.id),
        account_id=run.account_id,
        monthly_brief_id=run.brief.id,
        generation_id=run.generation.id,
        month=run.generation.month,
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
    item.content_hash = hash_of(run.account_id, item)
    return item
