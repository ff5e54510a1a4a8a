"""Start, retry and read generations. `generation_runs` does the work."""

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
from content.models import (
    SERVICE,
    Generation,
    GenerationPost,
    GenerationProgress,
    GenerationStatus,
    PlannedPostStatus,
)
from content.read_models.repository import SubscriptionRepository

TABLE = DueTable(SERVICE, "generation", columns=("traceparent",))


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

    async def start(self, principal: Principal, request: GenerationStart) -> Generation:
        """Queue the generation of a month.

        Raises BriefNotFoundError, GenerationNotIncludedError, MonthFullError, and GenerationRunningError if the month
        is already being generated.
        """
        # The brief's lock serializes starts of a month, and its deletion.
        brief = await self._briefs.of_month(request.month, lock=True)
        if brief is None:
            raise BriefNotFoundError(f"Create one first: POST /api/briefs with the month {request.month}.")
        await self._check_not_running(request.month)
        available = await self._available_posts(request.month, request.post_count or 1)
        generation = Generation(
            account_id=principal.account_id,
            monthly_brief_id=brief.id,
            month=request.month,
            requested_by=principal.user_id,
            status=GenerationStatus.QUEUED,
            post_count=request.post_count or available,
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
        """Return the number of the progress entry before the latest run, which starts again at each retry."""
        return max(await self._generations.last_progress(generation_id, "started") - 1, 0)

    async def retry(self, generation_id: UUID) -> Generation:
        """Queue the failed posts again.

        Raises NothingToRetryError, GenerationRunningError if the month is being generated, and the errors of ``start``
        if the subscription or the month has no room for them.
        """
        generation = _found(await self._generations.get(generation_id), generation_id)
        await self._briefs.of_month(generation.month, lock=True)
        generation = _found(await self._generations.lock(generation_id), generation_id)
        await self._check_not_running(generation.month)
        posts = await self._generations.posts(generation_id)
        failed = [post for post in posts if post.status == PlannedPostStatus.FAILED]
        if posts and not failed:
            raise NothingToRetryError("No action is needed.")
        await self._available_posts(generation.month, len(failed) or generation.post_count)
        for post in failed:
            post.status = PlannedPostStatus.PLANNED
            post.error = None
        _requeue(generation, self._clock.now())
        await self._flush_and_wake()
        return generation

    async def _check_not_running(self, month: str) -> None:
        if await self._briefs.has_unfinished_generation(month):
            raise GenerationRunningError(f"Wait until it has finished: GET /api/content/generations?month={month}.")

    async def _available_posts(self, month: str, requested: int) -> int:
        """Return how many posts the plan still allows in the month, at least ``requested``."""
        subscription = await self._subscriptions.get()
        if subscription is None or not subscription.generation:
            raise GenerationNotIncludedError("Subscribe to a plan that includes it: POST /api/billing/checkout.")
        available = subscription.posts_per_month - await self._items.count_of_month(month)
        if available < requested:
            raise MonthFullError(
                f"The plan includes {subscription.posts_per_month} posts a month. {month} has room for "
                f"{max(available, 0)}, and {requested} were requested. Delete drafts or switch to a larger plan."
            )
        return available

    async def _flush_and_wake(self) -> None:
        try:
            await self._session.flush()
        except IntegrityError:
            # a concurrent start that the brief's lock did not stop: the unique index decides
            raise GenerationRunningError("Wait until it has finished.") from None
        await due.wake(self._session, TABLE)


def _found(generation: Generation | None, generation_id: UUID) -> Generation:
    if generation is None:
        raise GenerationNotFoundError(f"This account has no generation {generation_id}.")
    return generation


def _requeue(generation: Generation, now: datetime) -> None:
    generation.status = GenerationStatus.QUEUED
    generation.error = None
    generation.finished_at = None
    generation.attempts = 0
    generation.due_at = now
    generation.traceparent = traceparent()
