"""How schedule items are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from common.auth import Principal
from common.ids import new_id
from pulseworks_contracts import Platform
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.items.schemas import PostIn
from scheduler.items.times import Now, check_future
from scheduler.locks import lock_account
from scheduler.models import ApprovedContent, ItemStatus, ScheduleItem
from scheduler.planning.schemas import Refusal
from scheduler.planning.service import PlanningService, already_there, no_slot_left, not_approved
from scheduler.read_models.repository import ContentRepository
from scheduler.slots import Slot, Why, explicit_why
from scheduler.standing.service import StandingService
from scheduler.standing.standing import Blocker, Standing


@dataclass
class Scheduled:
    created: list[ScheduleItem] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One content on one platform at one time."""

    content: ApprovedContent
    platform: Platform
    at: datetime
    why: Why

    def refusal(self, code: str, message: str) -> Refusal:
        return Refusal(content_id=self.content.content_id, platform=self.platform, code=code, message=message)


class SchedulingService:
    """Makes schedule items of approved contents. What can't be scheduled is refused one by one, with its reason."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        contents: ContentRepository,
        items: ItemRepository,
        lifecycle: Lifecycle,
        planning: PlanningService,
        standing: StandingService,
        now: Now,
    ) -> None:
        self._session = session
        self._contents = contents
        self._items = items
        self._lifecycle = lifecycle
        self._planning = planning
        self._standing = standing
        self._now = now

    async def schedule_month(self, month: str, principal: Principal) -> Scheduled:
        """Schedule what the plan shows, at the times that it shows."""
        await lock_account(self._session)
        plan = await self._planning.plan(month)
        standing = await self._standing.current()
        result = Scheduled(refused=list(plan.problems))
        for post in plan.posts:
            wanted = _Wanted(post.content, post.platform, post.slot.at, post.slot.why)
            await self._schedule(wanted, standing, principal, result)
        return result

    async def schedule_posts(self, posts: Sequence[PostIn], principal: Principal) -> Scheduled:
        """Schedule contents at the times that are named, or at the next slots of their months."""
        now = await self._now(self._session)
        for number, post in enumerate(posts):
            if post.scheduled_for is not None:
                check_future(post.scheduled_for, now, f"items.{number}.scheduled_for")
        await lock_account(self._session)
        standing = await self._standing.current()
        result = Scheduled()
        for wanted in await self._in_time(await self._ready(posts, result), standing, result):
            await self._schedule(wanted, standing, principal, result)
        result.created.sort(key=lambda item: (item.scheduled_for, item.platform))
        return result

    async def _ready(
        self, posts: Sequence[PostIn], result: Scheduled
    ) -> list[tuple[ApprovedContent, Platform, datetime | None]]:
        """Return what is approved, meant for the platform, and not scheduled yet."""
        ids = {post.content_id for post in posts}
        contents = await self._contents.approved(ids)
        busy = await self._items.busy(ids)
        ready = []
        for post in posts:
            content = contents.get(post.content_id)
            if content is None:
                result.refused.append(not_approved(post.content_id))
                continue
            meant_for = cast("list[Platform]", [payload["platform"] for payload in content.payloads])
            for platform in dict.fromkeys(post.platforms or meant_for):
                status = busy.get((content.content_id, platform))
                if status is None:
                    ready.append((content, platform, post.scheduled_for))
                    busy[content.content_id, platform] = ItemStatus.QUEUED
                else:
                    result.refused.append(already_there(content.content_id, platform, status))
        return ready

    async def _in_time(
        self,
        ready: Sequence[tuple[ApprovedContent, Platform, datetime | None]],
        standing: Standing,
        result: Scheduled,
    ) -> list[_Wanted]:
        """Give each its time: the named one, or the content's next slot, which its platforms share."""
        named = [
            _Wanted(content, platform, at.astimezone(UTC), explicit_why(at, standing.zone_or_utc))
            for content, platform, at in ready
            if at is not None
        ]
        slots: dict[str, Iterator[Slot]] = {}
        given: dict[UUID, Slot | None] = {}
        for content, platform, at in ready:
            if at is not None:
                continue
            if content.content_id not in given:
                month = content.month or ""
                if month not in slots:
                    # slots keep their distance from the times that this very request names
                    found = await self._planning.slots(month, besides=[wanted.at for wanted in named])
                    slots[month] = iter(found.slots)
                given[content.content_id] = next(slots[month], None)
                if given[content.content_id] is None:
                    result.refused.append(no_slot_left(content.content_id, month))
            slot = given[content.content_id]
            if slot is not None:
                named.append(_Wanted(content, platform, slot.at, slot.why))
        return named

    async def _schedule(self, wanted: _Wanted, standing: Standing, principal: Principal, result: Scheduled) -> None:
        """Make the item with all that it will be checked against (P2), unless something forbids it (P1)."""
        content, platform = wanted.content, wanted.platform
        payload = content.payload_for(platform)
        if payload is None or content.content_hash is None:
            message = f"The content is not meant for {platform}."
            result.refused.append(wanted.refusal("platform_not_in_content", message))
            return
        target = standing.target(platform)
        if isinstance(target, Blocker):
            result.refused.append(wanted.refusal(target.code, target.message))
            return
        if await self._items.is_taken(platform, wanted.at):
            message = f"Another post goes out on {platform} at {wanted.at.isoformat()}. Choose another time."
            result.refused.append(wanted.refusal("slot_taken", message))
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
            scheduled_for=wanted.at,
            why=wanted.why.model_dump(mode="json"),
            revision=1,
            created_by=principal.user_id,
        )
        await self._lifecycle.queue(item, user_id=principal.user_id)
        # to the others it had its time and lost it, as any post that is held back
        pauses = standing.pauses()
        if pauses:
            await self._lifecycle.park(item, pauses)
        self._items.add(item)
        await self._session.flush()
        result.created.append(item)
