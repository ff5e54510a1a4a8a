"""Starting a month's generation and looking at it; the work itself is in ``runner``."""

from uuid import UUID

from common import due
from common.clock import Clock
from common.due import DueTable
from common.http import Principal
from sqlalchemy.exc import IntegrityError

from content.briefs.errors import BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.generations.errors import (
    GenerationNotFoundError,
    GenerationNotIncludedError,
    GenerationRunningError,
    MonthFullError,
    NothingToRetryError,
)
from content.generations.repository import GenerationRepository
from content.generations.schemas import GenerationStart
from content.models import SERVICE, Generation, GenerationPost, GenerationProgress, GenerationStatus, PostStatus
from content.standing.repository import StandingRepository

TABLE = DueTable(SERVICE, "generation")
FINISHED = (GenerationStatus.COMPLETED, GenerationStatus.FAILED)


class GenerationService:
    def __init__(
        self,
        generations: GenerationRepository,
        briefs: BriefRepository,
        standing: StandingRepository,
        clock: Clock,
    ) -> None:
        self._generations = generations
        self._briefs = briefs
        self._standing = standing
        self._session = generations.session
        self._clock = clock

    async def start(self, principal: Principal, wanted: GenerationStart) -> Generation:
        """Queue the generation of a month.

        Raises BriefNotFoundError, GenerationNotIncludedError, MonthFullError, and GenerationRunningError when the month
        is being generated.
        """
        brief = await self._briefs.of_month(wanted.month)
        if brief is None:
            raise BriefNotFoundError(f"Write one first: POST /api/briefs with the month {wanted.month}.")
        generation = Generation(
            account_id=principal.account_id,
            monthly_brief_id=brief.id,
            month=wanted.month,
            requested_by=principal.user_id,
            status=GenerationStatus.QUEUED,
            post_count=await self._count(principal, wanted),
            due_at=self._clock.now(),
            attempts=0,
        )
        try:
            async with self._session.begin_nested():
                self._generations.add(generation)
        except IntegrityError:
            raise GenerationRunningError("Wait for it; its progress is at /api/content/generations.") from None
        await due.wake(self._session, TABLE)
        return generation

    async def _count(self, principal: Principal, wanted: GenerationStart) -> int:
        subscription = await self._standing.subscription(principal.account_id)
        if subscription is None or not subscription.generation:
            raise GenerationNotIncludedError("Subscribe to a plan first: POST /api/billing/checkout.")
        room = subscription.posts_per_month - await self._generations.count_items(wanted.month)
        if room < (wanted.post_count or 1):
            raise MonthFullError(
                f"The plan includes {subscription.posts_per_month} posts a month; there is room for {max(room, 0)} in "
                f"{wanted.month}. Delete drafts or take a larger plan."
            )
        return wanted.post_count or room

    async def get(self, generation_id: UUID) -> Generation:
        generation = await self._generations.get(generation_id)
        if generation is None:
            raise GenerationNotFoundError(f"There is no generation {generation_id} in this account.")
        return generation

    async def posts(self, generation_id: UUID) -> list[GenerationPost]:
        return await self._generations.posts(generation_id)

    async def progress_after(self, generation_id: UUID, number: int) -> list[GenerationProgress]:
        return await self._generations.progress_after(generation_id, number)

    async def retry(self, generation_id: UUID) -> Generation:
        """Try the failed posts again. Raises NothingToRetryError and GenerationRunningError."""
        generation = await self._generations.lock(generation_id)
        if generation is None:
            raise GenerationNotFoundError(f"There is no generation {generation_id} in this account.")
        if generation.status not in FINISHED:
            raise GenerationRunningError("Wait for it to end.")
        failed = [post for post in await self._generations.posts(generation_id) if post.status == PostStatus.FAILED]
        if not failed and generation.status != GenerationStatus.FAILED:
            raise NothingToRetryError("There is nothing to do.")
        for post in failed:
            post.status = PostStatus.PLANNED
            post.error = None
        generation.status = GenerationStatus.QUEUED
        generation.error = None
        generation.finished_at = None
        generation.attempts = 0
        generation.due_at = self._clock.now()
        await self._session.flush()
        await due.wake(self._session, TABLE)
        return generation
