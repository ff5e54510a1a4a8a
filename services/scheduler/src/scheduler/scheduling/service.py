from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from common.auth import Principal
from common.ids import new_id
from pulseworks_contracts import LIMITS, Platform
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import Now, lock_account
from scheduler.eligibility.rules import Blocker, PostingEligibility
from scheduler.eligibility.service import EligibilityService
from scheduler.items.repository import ItemRepository
from scheduler.items.rules import check_future, slot_taken
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import ApprovedContent, ItemStatus, ScheduleItem
from scheduler.planning.rules import duplicate, no_slot_left, not_approved
from scheduler.planning.schemas import Refusal
from scheduler.planning.service import PlanningService
from scheduler.read_models.repository import ContentRepository
from scheduler.scheduling.schemas import PostIn
from scheduler.slots.planner import Slot, explain_chosen_time


@dataclass
class SchedulingResult:
    approved_posts: int | None = None
    created: list[ScheduleItem] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One content on one platform that can be scheduled."""

    content: ApprovedContent
    platform: Platform
    chosen_time: datetime | None

    def refusal(self, code: str, message: str) -> Refusal:
        return Refusal(content_id=self.content.content_id, platform=self.platform, code=code, message=message)


class SchedulingService:
    """Creates schedule items from approved contents. What can't be scheduled is refused, each with its reason."""

    def __init__(
        self,
        session: AsyncSession,
        eligibility: EligibilityService,
        lifecycle: ItemLifecycle,
        planning: PlanningService,
        *,
        now: Now,
    ) -> None:
        self._session = session
        self._contents = ContentRepository(session)
        self._items = ItemRepository(session)
        self._eligibility = eligibility
        self._lifecycle = lifecycle
        self._planning = planning
        self._now = now

    async def schedule_month(self, month: str, principal: Principal) -> SchedulingResult:
        """Schedule the posts of the month's plan at the times that it shows."""
        await lock_account(self._session)
        plan = await self._planning.plan(month)
        eligibility = await self._eligibility.current()
        result = SchedulingResult(plan.approved_posts, refused=list(plan.problems))
        for entry in plan.entries:
            candidate = _Candidate(entry.content, entry.platform, None)
            await self._schedule(candidate, entry.slot, eligibility, principal, result)
        return result

    async def schedule_posts(self, posts: Sequence[PostIn], principal: Principal) -> SchedulingResult:
        """Schedule contents at their chosen times, or at the next free slots of their months."""
        now = await self._now(self._session)
        for number, post in enumerate(posts):
            if post.scheduled_for is not None:
                check_future(post.scheduled_for, now, f"items.{number}.scheduled_for")
        await lock_account(self._session)
        eligibility = await self._eligibility.current()
        result = SchedulingResult()
        candidates = await self._candidates(posts, result)
        for candidate, slot in await self._assign_slots(candidates, eligibility, result):
            await self._schedule(candidate, slot, eligibility, principal, result)
        result.created.sort(key=lambda item: (item.scheduled_for, item.platform))
        return result

    async def _candidates(self, posts: Sequence[PostIn], result: SchedulingResult) -> list[_Candidate]:
        """Return what is approved and not scheduled yet; refuse the rest."""
        ids = {post.content_id for post in posts}
        contents = await self._contents.approved(ids)
        blocking = await self._items.blocking(ids)
        candidates = []
        for post in posts:
            content = contents.get(post.content_id)
            if content is None:
                result.refused.append(not_approved(post.content_id))
                continue
            for platform in dict.fromkeys(post.platforms or content.platforms):
                status = blocking.get((content.content_id, platform))
                if status is None:
                    candidates.append(_Candidate(content, platform, post.scheduled_for))
                    blocking[content.content_id, platform] = ItemStatus.QUEUED
                else:
                    result.refused.append(duplicate(content.content_id, platform, status))
        return candidates

    async def _assign_slots(
        self, candidates: Sequence[_Candidate], eligibility: PostingEligibility, result: SchedulingResult
    ) -> list[tuple[_Candidate, Slot]]:
        """Give each candidate its chosen time, or its content's next free slot, which all platforms share."""
        zone = eligibility.zone_or_utc
        assigned = [
            (candidate, Slot(candidate.chosen_time.astimezone(UTC), explain_chosen_time(candidate.chosen_time, zone)))
            for candidate in candidates
            if candidate.chosen_time is not None
        ]
        # the planner keeps its spacing from the times that this request chooses
        chosen = [slot.at for _, slot in assigned]
        free: dict[str, Iterator[Slot]] = {}
        by_content: dict[UUID, Slot | None] = {}
        for candidate in candidates:
            if candidate.chosen_time is not None:
                continue
            content_id = candidate.content.content_id
            if content_id not in by_content:
                month = candidate.content.month or ""
                if month not in free:
                    free[month] = iter((await self._planning.slots(month, besides=chosen)).slots)
                by_content[content_id] = next(free[month], None)
                if by_content[content_id] is None:
                    over = month < f"{(await self._now(self._session)).astimezone(zone):%Y-%m}"
                    result.refused.append(no_slot_left(content_id, month, over=over))
            slot = by_content[content_id]
            if slot is not None:
                assigned.append((candidate, slot))
        return assigned

    async def _schedule(
        self,
        candidate: _Candidate,
        slot: Slot,
        eligibility: PostingEligibility,
        principal: Principal,
        result: SchedulingResult,
    ) -> None:
        """Create the item with everything that it will be checked against (P2), unless it is blocked (P1)."""
        content, platform = candidate.content, candidate.platform
        payload = content.payload_for(platform)
        if payload is None or content.content_hash is None:
            message = f"{LIMITS[platform].display_name} is not a target platform of this content item."
            result.refused.append(candidate.refusal("platform_not_in_content", message))
            return
        target = eligibility.target(platform)
        if isinstance(target, Blocker):
            result.refused.append(candidate.refusal(target.code, target.message))
            return
        if await self._items.is_taken(platform, slot.at):
            result.refused.append(candidate.refusal("slot_taken", slot_taken(platform, slot.at)))
            return
        item = ScheduleItem(
            id=new_id(),
            account_id=principal.account_id,
            content_id=content.content_id,
            content_revision=content.revision,
            content_hash=content.content_hash,
            title=content.title or "",
            platform=platform,
            payload=payload,
            provider_profile_id=target.provider_profile_id,
            platform_account_id=target.platform_account_id,
            scheduled_for=slot.at,
            why=slot.explanation.model_dump(mode="json"),
            revision=1,
            created_by=principal.user_id,
        )
        await self._lifecycle.queue(item, user_id=principal.user_id)
        # other services see it scheduled, then parked, like any held post
        pauses = eligibility.pauses()
        if pauses:
            await self._lifecycle.park(item, pauses)
        self._items.add(item)
        await self._session.flush()
        result.created.append(item)
