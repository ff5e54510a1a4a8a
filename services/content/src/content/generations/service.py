"""Starting a month's generation and looking at it; the work itself is in ``runner``."""

from datetime import datetime
from uuid import UUID

from common import due
from common.auth import Principal
from common.clock import Clock
from common.due import DueTable
from common.tracing import traceparent
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
from content.items.repository import ContentRepository
from content.models import SERVICE, Generation, GenerationPost, GenerationProgress, GenerationStatus, PostStatus
from content.read_models.repository import SubscriptionRepository

TABLE = DueTable(SERVICE, "generation", columns=("traceparent",))
FINISHED = (GenerationStatus.COMPLETED, GenerationStatus.FAILED)


class GenerationService:
    def __init__(
        self,
        generations: GenerationRepository,
        briefs: BriefRepository,
        items: ContentRepository,
        subscriptions: SubscriptionRepository,
        clock: Clock,
    ) -> None:
        self._generations = generations
        self._briefs = briefs
        self._items = items
        self._subscriptions = subscriptions
        self._session = generations.session
        self._clock = clock

    async def start(self, principal: Principal, wanted: GenerationStart) -> Generation:
        """Queue the generation of a month.

        Raises BriefNotFoundError, GenerationNotIncludedError, MonthFullError, and GenerationRunningError when the month
        is being generated.
        """
        # the brief's lock makes one thing of looking and starting: a month is started once, and not while it is deleted
        brief = await self._briefs.of_month(wanted.month, lock=True)
        if brief is None:
            raise BriefNotFoundError(f"Write one first: POST /api/briefs with the month {wanted.month}.")
        await self._check_free(wanted.month)
        room = await self._room(wanted.month, wanted.post_count or 1)
        generation = Generation(
            account_id=principal.account_id,
            monthly_brief_id=brief.id,
            month=wanted.month,
            requested_by=principal.user_id,
            status=GenerationStatus.QUEUED,
            post_count=wanted.post_count or room,
            due_at=self._clock.now(),
            traceparent=traceparent(),
            attempts=0,
        )
        self._generations.add(generation)
        await self._flush_and_wake()
        return generation

    async def page(self, *, month: str | None, before: UUID | None, limit: int) -> list[Generation]:
        return await self._generations.page(month=month, before=before, limit=limit)

    async def get(self, generation_id: UUID) -> Generation:
        return _found(await self._generations.get(generation_id), generation_id)

    async def posts(self, *generations: Generation) -> list[GenerationPost]:
        return await self._generations.posts(*(generation.id for generation in generations))

    async def progress_after(self, generation_id: UUID, number: int) -> list[GenerationProgress]:
        return await self._generations.progress_after(generation_id, number)

    async def before_last_run(self, generation_id: UUID) -> int:
        """Return the number that the progress of the latest run comes after: a retry begins the story anew."""
        return max(await self._generations.last_progress(generation_id, "started") - 1, 0)

    async def retry(self, generation_id: UUID) -> Generation:
        """Try the failed posts again.

        Raises NothingToRetryError, GenerationRunningError when this month is being generated, and as ``start`` when the
        subscription or the month has no room for them any more.
        """
        generation = _found(await self._generations.get(generation_id), generation_id)
        await self._briefs.of_month(generation.month, lock=True)
        generation = _found(await self._generations.lock(generation_id), generation_id)
        await self._check_free(generation.month)
        posts = await self._generations.posts(generation_id)
        failed = [post for post in posts if post.status == PostStatus.FAILED]
        if posts and not failed:
            raise NothingToRetryError("There is nothing to do.")
        await self._room(generation.month, len(failed) or generation.post_count)
        for post in failed:
            post.status = PostStatus.PLANNED
            post.error = None
        _queue_again(generation, self._clock.now())
        await self._flush_and_wake()
        return generation

    async def _check_free(self, month: str) -> None:
        if await self._generations.under_way(month):
            raise GenerationRunningError(f"Wait for it: GET /api/content/generations?month={month}.")

    async def _room(self, month: str, wanted: int) -> int:
        """Return how many posts the month still takes, at least ``wanted``."""
        subscription = await self._subscriptions.get()
        if subscription is None or not subscription.generation:
            raise GenerationNotIncludedError("Subscribe to a plan first: POST /api/billing/checkout.")
        room = subscription.posts_per_month - await self._items.count_of_month(month)
        if room < wanted:
            raise MonthFullError(
                f"The plan includes {subscription.posts_per_month} posts a month; there is room for {max(room, 0)} in "
                f"{month}, and {wanted} are wanted. Delete drafts or take a larger plan."
            )
        return room

    async def _flush_and_wake(self) -> None:
        try:
            await self._session.flush()
        except IntegrityError:
            # only a start that did not see the brief's lock gets here; the index has the last word
            raise GenerationRunningError("Wait for it to end.") from None
        await due.wake(self._session, TABLE)


def _found(generation: Generation | None, generation_id: UUID) -> Generation:
    if generation is None:
        raise GenerationNotFoundError(f"There is no generation {generation_id} in this account.")
    return generation


def _queue_again(generation: Generation, now: datetime) -> None:
    generation.status = GenerationStatus.QUEUED
    generation.error = None
    generation.finished_at = None
    generation.attempts = 0
    generation.due_at = now
    generation.traceparent = traceparent()
