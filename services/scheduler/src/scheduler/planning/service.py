from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pulseworks_contracts import Platform
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.repository import ItemRepository
from scheduler.items.times import Now
from scheduler.models import Account, ApprovedContent, ItemStatus
from scheduler.planning.errors import AccountNotReadyError
from scheduler.planning.schemas import Refusal
from scheduler.read_models.repository import ContentRepository
from scheduler.rules.service import RuleService
from scheduler.settings import SchedulerSettings
from scheduler.slots import Limits, MonthSlots, PassedOver, Slot, month_slots
from scheduler.standing.service import StandingService
from scheduler.standing.standing import Blocker

# Posts of the neighbouring months count in the weeks that a month shares with them.
_MARGIN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Planned:
    """One content on one platform and its slot."""

    content: ApprovedContent
    platform: Platform
    slot: Slot


@dataclass(frozen=True, slots=True)
class Plan:
    zone: ZoneInfo
    posts: list[Planned] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


class PlanningService:
    """Gives a month's approved contents their times. Writes nothing."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        contents: ContentRepository,
        items: ItemRepository,
        rules: RuleService,
        standing: StandingService,
        now: Now,
        settings: SchedulerSettings,
    ) -> None:
        self._session = session
        self._contents = contents
        self._items = items
        self._rules = rules
        self._standing = standing
        self._now = now
        self._settings = settings

    async def preview(self, month: str, content_ids: Collection[UUID] | None = None) -> Plan:
        """Return the plan with what scheduling it now would refuse."""
        plan = await self.plan(month, content_ids)
        standing = await self._standing.current()
        for platform in sorted({post.platform for post in plan.posts}):
            target = standing.target(platform)
            if isinstance(target, Blocker):
                plan.problems.append(
                    Refusal(content_id=None, platform=platform, code=target.code, message=target.message)
                )
        return plan

    async def plan(self, month: str, content_ids: Collection[UUID] | None = None) -> Plan:
        """Give each approved content of ``month`` that is not scheduled yet the next free slot, in their order.

        The platforms of one content share its slot. Raises RuleNotSetError and AccountNotReadyError (409).
        """
        plan = Plan(ZoneInfo((await self._account()).timezone))
        slots = await self.slots(month)
        waiting = await self._waiting(month, content_ids, plan)
        for (content, platforms), slot in zip(waiting, slots.slots, strict=False):
            plan.posts.extend(Planned(content, platform, slot) for platform in platforms)
        for content, _ in waiting[len(slots.slots) :]:
            plan.problems.append(no_slot_left(content.content_id, month))
        if len(slots.slots) < len(waiting):
            plan.passed_over.extend(slots.passed_over)
        return plan

    async def slots(self, month: str, *, besides: Iterable[datetime] = ()) -> MonthSlots:
        """Return the slots that the posting rule still has in ``month``, as if posts went out at ``besides`` too."""
        account = await self._account()
        first = date.fromisoformat(f"{month}-01")
        start = datetime(first.year, first.month, 1, tzinfo=UTC)
        taken = await self._items.instants(start - _MARGIN, start + timedelta(days=31) + _MARGIN)
        taken |= set(besides)
        limits = Limits(
            now=await self._now(self._session), lead=self._settings.minimum_lead, spacing=self._settings.minimum_spacing
        )
        rule = await self._rules.slot_rule()
        return month_slots(rule, ZoneInfo(account.timezone), account.account_id, first, limits=limits, taken=taken)

    async def _account(self) -> Account:
        account = (await self._standing.current()).account
        if account is None:
            raise AccountNotReadyError("It follows sign-up within seconds. Try again shortly.")
        return account

    async def _waiting(
        self, month: str, content_ids: Collection[UUID] | None, plan: Plan
    ) -> Sequence[tuple[ApprovedContent, list[Platform]]]:
        """Return the contents that want a slot, with the platforms that they still have to go to."""
        contents = await self._contents.approved_in(month)
        if content_ids is not None:
            contents = await self._chosen(contents, set(content_ids), month, plan)
        busy = await self._items.busy([content.content_id for content in contents])
        waiting = []
        for content in contents:
            platforms = cast("list[Platform]", [payload["platform"] for payload in content.payloads])
            left = [platform for platform in platforms if (content.content_id, platform) not in busy]
            if left:
                waiting.append((content, left))
            elif content_ids is not None:
                status = busy[content.content_id, platforms[0]]
                plan.problems.append(already_there(content.content_id, None, status))
        return waiting

    async def _chosen(
        self, contents: Sequence[ApprovedContent], wanted: set[UUID], month: str, plan: Plan
    ) -> Sequence[ApprovedContent]:
        elsewhere = wanted - {content.content_id for content in contents}
        approved = await self._contents.approved(elsewhere)
        for content_id in sorted(elsewhere):
            if content_id in approved:
                plan.problems.append(
                    Refusal(
                        content_id=content_id,
                        platform=None,
                        code="content_not_in_month",
                        message=f"It belongs to {approved[content_id].month}, not to {month}.",
                    )
                )
            else:
                plan.problems.append(not_approved(content_id))
        return [content for content in contents if content.content_id in wanted]


def not_approved(content_id: UUID) -> Refusal:
    return Refusal(
        content_id=content_id,
        platform=None,
        code="content_not_approved",
        message="There is no approved content with this id. Approve it first.",
    )


def no_slot_left(content_id: UUID, month: str) -> Refusal:
    return Refusal(
        content_id=content_id,
        platform=None,
        code="no_slot_left",
        message=f"The posting rule has no free slot left for it in {month}. Change the rule, or name a time.",
    )


def already_there(content_id: UUID, platform: Platform | None, status: ItemStatus) -> Refusal:
    code, message = {
        ItemStatus.PUBLISHED: ("already_published", "It is published. Make a new content to post it again."),
        ItemStatus.UNKNOWN: (
            "outcome_unknown",
            "An earlier attempt may be live. Resolve that one first, as its error says, else it could appear twice.",
        ),
    }.get(status, ("already_scheduled", "It has its time already. Move or cancel that one."))
    return Refusal(content_id=content_id, platform=platform, code=code, message=message)
