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
from content.briefs.service import AllowedMonths
from content.generations.errors import (
    GenerationNotFoundError,
    GenerationRunningError,
    MonthHasItsPostsError,
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
from content.usage.rules import Activity, Kind, default_posts
from content.usage.service import AccountUsage, UsageService

TABLE = DueTable(SERVICE, "generation", columns=("traceparent",))


class GenerationService:
    def __init__(
        self,
        generations: GenerationRepository,
        briefs: BriefRepository,
        items: ContentRepository,
        usage: UsageService,
        months: AllowedMonths,
        clock: Clock,
    ) -> None:
        self._generations = generations
        self._briefs = briefs
        self._items = items
        self._usage = usage
        self._months = months
        self._session = generations.session
        self._clock = clock

    async def start(self, principal: Principal, request: GenerationStart) -> Generation:
        """Queue the generation of a month and reserve what it needs.

        Raises MonthOutOfRangeError, BriefNotFoundError, GenerationRunningError if the month is already being
        generated, MonthHasItsPostsError, and the errors of ``UsageService.charge``.
        """
        await self._months.check(request.month)
        # The brief's lock serializes starts of a month, and its deletion.
        brief = await self._briefs.of_month(request.month, lock=True)
        if brief is None:
            raise BriefNotFoundError(f"Create one first: POST /api/briefs with the month {request.month}.")
        await self._check_not_running(request.month)
        usage = await self._usage.lock()
        post_count = request.post_count or await self._missing_posts(request.month, usage)
        generation = Generation(
            account_id=principal.account_id,
            monthly_brief_id=brief.id,
            month=request.month,
            requested_by=principal.user_id,
            status=GenerationStatus.QUEUED,
            post_count=post_count,
            due_at=self._clock.now(),
            traceparent=traceparent(),
            attempts=0,
        )
        self._generations.add(generation)
        await self._flush_and_wake()
        await self._usage.reserve(usage, Activity.GENERATION, generation.id, _amounts(post_count))
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

        Raises NothingToRetryError, GenerationRunningError if the month is being generated, MonthOutOfRangeError, and
        the errors of ``UsageService.charge``.
        """
        generation = _found(await self._generations.get(generation_id), generation_id)
        await self._months.check(generation.month)
        await self._briefs.of_month(generation.month, lock=True)
        generation = _found(await self._generations.lock(generation_id), generation_id)
        await self._check_not_running(generation.month)
        posts = await self._generations.posts(generation_id)
        failed = [post for post in posts if post.status == PlannedPostStatus.FAILED]
        if posts and not failed:
            raise NothingToRetryError("No action is needed.")
        amounts = _amounts(len(failed) or generation.post_count)
        await self._usage.charge(Activity.GENERATION, generation_id, amounts)
        for post in failed:
            post.status = PlannedPostStatus.PLANNED
            post.error = None
        _requeue(generation, self._clock.now())
        await self._flush_and_wake()
        return generation

    async def _check_not_running(self, month: str) -> None:
        if await self._briefs.has_unfinished_generation(month):
            raise GenerationRunningError(f"Wait until it has finished: GET /api/content/generations?month={month}.")

    async def _missing_posts(self, month: str, usage: AccountUsage) -> int:
        """Return how many posts to generate if the request does not say. Raises MonthHasItsPostsError."""
        existing = await self._items.count_of_month(month)
        missing = default_posts(usage.balances[Kind.POSTS], usage.posts_per_month, existing)
        if missing == 0 and existing >= usage.posts_per_month:
            raise MonthHasItsPostsError(
                f"{month} has {existing} posts, and your plan includes {usage.posts_per_month} a month. Delete drafts, "
                "or set `post_count` to generate more than that."
            )
        # one post, if none is left, for an answer that says when there will be
        return missing or 1

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


def _amounts(posts: int) -> dict[Kind, int]:
    """Return what posts need: a text and a picture each, the plan, and the reading of the website."""
    return {Kind.POSTS: posts, Kind.MODEL_CALLS: posts + 2, Kind.PICTURES: posts}


def _requeue(generation: Generation, now: datetime) -> None:
    generation.status = GenerationStatus.QUEUED
    generation.error = None
    generation.finished_at = None
    generation.attempts = 0
    generation.due_at = now
    generation.traceparent = traceparent()
