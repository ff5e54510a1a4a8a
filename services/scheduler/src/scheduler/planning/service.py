from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from common.months import MonthRange
from pulseworks_contracts import Platform
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import Now
from scheduler.eligibility.rules import Blocker
from scheduler.eligibility.service import EligibilityService
from scheduler.items.repository import ItemRepository
from scheduler.models import Account, ApprovedContent
from scheduler.planning.errors import AccountNotReadyError
from scheduler.planning.rules import duplicate, no_slot_left, not_approved, not_in_month, nothing_approved
from scheduler.planning.schemas import Refusal
from scheduler.posting_rule.service import PostingRuleService
from scheduler.read_models.repository import ContentRepository
from scheduler.settings import SchedulerSettings
from scheduler.slots.denser import denser_rule
from scheduler.slots.explanation import SkippedDay
from scheduler.slots.planner import Limits, MonthSlots, Slot, month_slots
from scheduler.slots.rule import SlotRule

# A month shares weeks with its neighbours, whose posts count in these weeks.
_MARGIN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One content on one platform and its slot."""

    content: ApprovedContent
    platform: Platform
    slot: Slot


@dataclass(slots=True)
class Plan:
    zone: ZoneInfo
    approved_posts: int
    entries: list[PlanEntry] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    skipped_days: list[SkippedDay] = field(default_factory=list)
    denser_rule: SlotRule | None = None
    """A rule that would place all posts, where the present one does not."""


class PlanningService:
    """Assigns slots to a month's approved contents. Writes nothing."""

    def __init__(
        self,
        session: AsyncSession,
        rules: PostingRuleService,
        eligibility: EligibilityService,
        *,
        now: Now,
        settings: SchedulerSettings,
    ) -> None:
        self._session = session
        self._contents = ContentRepository(session)
        self._items = ItemRepository(session)
        self._rules = rules
        self._eligibility = eligibility
        self._now = now
        self._settings = settings

    async def preview(self, month: str, content_ids: Collection[UUID] | None = None) -> Plan:
        """Return the plan, and what would be refused if it were scheduled now."""
        plan = await self.plan(month, content_ids)
        eligibility = await self._eligibility.current()
        for platform in sorted({entry.platform for entry in plan.entries}):
            target = eligibility.target(platform)
            if isinstance(target, Blocker):
                plan.problems.append(
                    Refusal(content_id=None, platform=platform, code=target.code, message=target.message)
                )
        return plan

    async def plan(self, month: str, content_ids: Collection[UUID] | None = None) -> Plan:
        """Assign the free slots of ``month`` to its approved contents that are not scheduled yet, in their order.

        The platforms of one content share its slot. Raises RuleNotSetError and AccountNotReadyError (409), and
        MonthOutOfRangeError (422) for a month that is over in the account's time zone, or too far ahead.
        """
        timezone = (await self._account()).timezone
        MonthRange.ahead(await self._now(self._session), timezone, self._settings.months_ahead).check(month)
        contents = await self._contents.approved_in(month)
        plan = Plan(ZoneInfo(timezone), len(contents))
        if not contents and content_ids is None:
            plan.problems.append(nothing_approved(month))
        slots = await self.slots(month)
        unscheduled = await self._unscheduled(contents, content_ids, plan)
        for (content, platforms), slot in zip(unscheduled, slots.slots, strict=False):
            plan.entries.extend(PlanEntry(content, platform, slot) for platform in platforms)
        left = unscheduled[len(slots.slots) :]
        if left:
            plan.skipped_days.extend(slots.skipped_days)
            plan.denser_rule = await self._denser_rule(month, len(unscheduled))
        for content, _ in left:
            suggested = plan.denser_rule is not None
            plan.problems.append(no_slot_left(content.content_id, month, has_suggestion=suggested))
        return plan

    async def _denser_rule(self, month: str, needed: int) -> SlotRule | None:
        """Return a rule that places all posts of the month, if there is one."""
        slots_of = await self._slot_finder(month)
        return denser_rule(await self._rules.slot_rule(), lambda rule: len(slots_of(rule).slots) >= needed)

    async def slots(self, month: str, *, besides: Iterable[datetime] = ()) -> MonthSlots:
        """Return the free slots of the posting rule in ``month``, as if posts went out at ``besides`` too."""
        slots_of = await self._slot_finder(month, besides=besides)
        return slots_of(await self._rules.slot_rule())

    async def _slot_finder(self, month: str, *, besides: Iterable[datetime] = ()) -> Callable[[SlotRule], MonthSlots]:
        """Return a function from a rule to its free slots in ``month``."""
        account = await self._account()
        first = date.fromisoformat(f"{month}-01")
        start = datetime(first.year, first.month, 1, tzinfo=UTC)
        taken = await self._items.instants(start - _MARGIN, start + timedelta(days=31) + _MARGIN)
        taken |= set(besides)
        limits = Limits(
            now=await self._now(self._session), lead=self._settings.minimum_lead, spacing=self._settings.minimum_spacing
        )
        zone = ZoneInfo(account.timezone)
        return lambda rule: month_slots(rule, zone, account.account_id, first, limits=limits, taken=taken)

    async def _account(self) -> Account:
        account = (await self._eligibility.current()).account
        if account is None:
            raise AccountNotReadyError(
                "Its time zone is not known to scheduling yet. This takes a few seconds after the sign-up: try again."
            )
        return account

    async def _unscheduled(
        self, contents: Sequence[ApprovedContent], content_ids: Collection[UUID] | None, plan: Plan
    ) -> Sequence[tuple[ApprovedContent, list[Platform]]]:
        """Return those of a month's contents that need a slot, each with the platforms for which it has no item."""
        if content_ids is not None:
            contents = await self._selected(contents, set(content_ids), plan)
        blocking = await self._items.blocking([content.content_id for content in contents])
        unscheduled = []
        for content in contents:
            platforms = content.platforms
            left = [platform for platform in platforms if (content.content_id, platform) not in blocking]
            if left:
                unscheduled.append((content, left))
            elif content_ids is not None:
                status = blocking[content.content_id, platforms[0]]
                plan.problems.append(duplicate(content.content_id, None, status))
        return unscheduled

    async def _selected(
        self, contents: Sequence[ApprovedContent], selected: set[UUID], plan: Plan
    ) -> Sequence[ApprovedContent]:
        """Return the selected contents of the month; add a problem for each selected one that is not among them."""
        others = selected - {content.content_id for content in contents}
        approved = await self._contents.approved(others)
        for content_id in sorted(others):
            if content_id in approved:
                plan.problems.append(not_in_month(content_id, approved[content_id].month))
            else:
                plan.problems.append(not_approved(content_id))
        return [content for content in contents if content.content_id in selected]
