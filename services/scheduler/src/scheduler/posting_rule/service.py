from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.models import PostingRule
from scheduler.posting_rule.errors import RuleNotFoundError, RuleNotSetError, TooFewDaysError
from scheduler.posting_rule.repository import PostingRuleRepository
from scheduler.posting_rule.schemas import RuleIn
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow

_HOW_TO_SET = "Set one first: PUT /api/schedule/rule."


class PostingRuleService:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rules = PostingRuleRepository(session)

    async def get(self) -> PostingRule:
        rule = await self._rules.current()
        if rule is None:
            raise RuleNotFoundError(_HOW_TO_SET)
        return rule

    async def put(self, account_id: UUID, new: RuleIn) -> PostingRule:
        """Replace the account's rule. Scheduled posts keep their times."""
        days = sorted(set(new.days_of_week))
        _check_days(new, len(days))
        await lock_account(self._session)
        rule = await self._rules.current()
        if rule is None:
            rule = self._rules.add(PostingRule(account_id=account_id))
        rule.frequency, rule.posts_per_week = new.frequency, new.posts_per_week
        rule.days_of_week = days
        rule.time_window, rule.second_window = new.time_window, new.second_window
        rule.blackout_dates = sorted(set(new.blackout_dates))
        await self._session.flush()
        await self._session.refresh(rule)
        return rule

    async def slot_rule(self) -> SlotRule:
        """Return the rule in the form that the planner takes. Raises RuleNotSetError (409)."""
        rule = await self._rules.current()
        if rule is None:
            raise RuleNotSetError(_HOW_TO_SET)
        return SlotRule(
            frequency=None if rule.frequency is None else Frequency(rule.frequency),
            posts_per_week=rule.posts_per_week,
            days_of_week=tuple(rule.days_of_week),
            window=TimeWindow(rule.time_window).window,
            second_window=None if rule.second_window is None else TimeWindow(rule.second_window).window,
            blackout_dates=frozenset(rule.blackout_dates),
        )


def _check_days(rule: RuleIn, days: int) -> None:
    """Raise TooFewDaysError (422) when the days can't hold the posts of a week."""
    if days * (1 if rule.second_window is None else 2) >= rule.per_week:
        return
    name = rule.frequency or f"{rule.per_week} posts per week"
    if rule.second_window is None:
        detail = f"{name} needs at least {rule.per_week} different weekdays; got {days}. Add days, or a second window."
    else:
        detail = f"{name} needs at least {-(-rule.per_week // 2)} different weekdays with two windows; got {days}."
    raise TooFewDaysError(detail, field="days_of_week")
