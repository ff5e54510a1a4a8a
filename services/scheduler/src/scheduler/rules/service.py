from uuid import UUID

from scheduler.locks import lock_account
from scheduler.models import PostingRule
from scheduler.rules.errors import RuleNotFoundError, RuleNotSetError, TooFewDaysError
from scheduler.rules.repository import RuleRepository
from scheduler.rules.schemas import RuleIn
from scheduler.slots import Frequency, SlotRule, TimeWindow

_HOW = "Set one first: PUT /api/schedule/rule."


class RuleService:
    def __init__(self, repository: RuleRepository) -> None:
        self._repository = repository

    async def get(self) -> PostingRule:
        rule = await self._repository.current()
        if rule is None:
            raise RuleNotFoundError(_HOW)
        return rule

    async def put(self, account_id: UUID, wanted: RuleIn) -> PostingRule:
        """Replace the account's rule. Posts that have their time keep it."""
        days = sorted(set(wanted.days_of_week))
        needed = wanted.frequency.per_week
        if len(days) < needed:
            raise TooFewDaysError(
                f"{wanted.frequency} needs at least {needed} different days of the week, and {len(days)} is given.",
                field="days_of_week",
            )
        await lock_account(self._repository.session)
        rule = await self._repository.current()
        if rule is None:
            rule = self._repository.add(PostingRule(account_id=account_id))
        rule.frequency = wanted.frequency
        rule.days_of_week = days
        rule.time_window = wanted.time_window
        rule.blackout_dates = sorted(set(wanted.blackout_dates))
        await self._repository.session.flush()
        await self._repository.session.refresh(rule)
        return rule

    async def slot_rule(self) -> SlotRule:
        """Return the rule as the planner takes it. Raises RuleNotSetError (409)."""
        rule = await self._repository.current()
        if rule is None:
            raise RuleNotSetError(_HOW)
        return SlotRule(
            frequency=Frequency(rule.frequency),
            days_of_week=tuple(rule.days_of_week),
            window=TimeWindow(rule.time_window).window,
            blackout_dates=frozenset(rule.blackout_dates),
        )
