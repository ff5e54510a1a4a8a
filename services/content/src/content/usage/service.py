"""The ledger: reserve units in the transaction that starts work, record what is used, return the rest at the end."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import structlog
from common.clock import Clock
from prometheus_client import Counter

from content.models import PlanTerms
from content.settings import ContentSettings
from content.usage.errors import (
    GenerationNotIncludedError,
    HourlyLimitError,
    ModelBudgetSpentError,
    MonthFullError,
    NotChargedError,
    UsageLimitError,
)
from content.usage.repository import ModelCallRepository, UsageRepository
from content.usage.rules import HOUR, Activity, Amounts, Balance, Kind, Terms, UnitLimits, balances, periods_until

log = structlog.get_logger(__name__)

REFUSED = Counter("pulseworks_usage_refused", "Work that a limit of its account refused.", ["limit"])
MODEL_CALLS = Counter("pulseworks_model_calls", "Calls of the language model by outcome: made or refused.", ["outcome"])
for _outcome in ("made", "refused"):
    MODEL_CALLS.labels(_outcome)  # from the start, because Prometheus sees no increase in the first value of a series

# Longer than any request: then it is over, and what it did not use returns.
_REQUEST_EXPIRY = timedelta(minutes=5)
_PLAIN = {
    Kind.POSTS: "posts",
    Kind.MODEL_CALLS: "texts from the language model",
    Kind.PICTURES: "pictures",
    Kind.WEBSITE_READINGS: "readings of the website",
}


@dataclass(frozen=True)
class AccountUsage:
    """What an account may use in its current period, and has used."""

    included: bool
    posts_per_month: int
    starts_at: datetime | None
    resets_at: datetime | None
    """None without a subscription, now or in the past."""
    balances: dict[Kind, Balance]


class UsageService:
    def __init__(
        self, entries: UsageRepository, calls: ModelCallRepository, clock: Clock, settings: ContentSettings
    ) -> None:
        self._entries = entries
        self._calls = calls
        self._clock = clock
        self._settings = settings
        self._limits = UnitLimits(
            settings.model_calls_per_post, settings.pictures_per_post, settings.website_readings_per_month
        )

    async def current(self) -> AccountUsage:
        """Return the account's usage, also without a subscription."""
        terms = await self._entries.terms()
        latest = terms[-1] if terms else None
        periods = periods_until([_terms(each) for each in terms], self._clock.now())
        included = latest is not None and latest.generation
        posts = latest.posts_per_month if latest is not None and included else 0
        if not periods:
            return AccountUsage(included, posts, None, None, {kind: Balance(0, 0, 0) for kind in Kind})
        uses = await self._entries.uses([period.starts_at for period in periods])
        now = balances(periods, uses, self._limits)
        return AccountUsage(included, posts, periods[-1].starts_at, periods[-1].ends_at, now)

    async def lock(self) -> AccountUsage:
        """Return the account's usage; no other request can reserve units until the end of the transaction.

        Raises GenerationNotIncludedError.
        """
        subscription = await self._entries.lock_subscription()
        if subscription is None or not subscription.generation:
            REFUSED.labels("subscription").inc()
            raise GenerationNotIncludedError("Subscribe to a plan that includes it: POST /api/billing/checkout.")
        return await self.current()

    async def charge(self, activity: Activity, work_id: UUID, amounts: Amounts) -> None:
        """Reserve units for work that starts with this transaction.

        Raises GenerationNotIncludedError, UsageLimitError, HourlyLimitError, and ModelBudgetSpentError if the work
        needs the language model.
        """
        await self.reserve(await self.lock(), activity, work_id, amounts)

    async def reserve(self, usage: AccountUsage, activity: Activity, work_id: UUID, amounts: Amounts) -> None:
        """Reserve units as ``charge`` does, for a caller that has called ``lock``."""
        await self._check_hour(activity)
        if amounts.get(Kind.MODEL_CALLS):
            await self.check_model_budget()
        for kind, wanted in amounts.items():
            if wanted > usage.balances[kind].left:
                REFUSED.labels(kind).inc()
                raise _limit_error(usage, kind, wanted)
        now = self._clock.now()
        reserved = {f"reserved_{kind}": amounts.get(kind, 0) for kind in Kind}
        await self._entries.insert(
            activity=activity, work_id=work_id, created_at=now, due_at=now + _REQUEST_EXPIRY, **reserved
        )

    async def use(self, work_id: UUID, amounts: Amounts) -> None:
        """Record used units, in the transaction that saves the result."""
        await self._entries.use(work_id, amounts)

    async def finish(self, work_id: UUID, amounts: Amounts) -> None:
        """Record what was used and end the work, in the transaction that saves the result."""
        await self.use(work_id, amounts)
        await self.settle(work_id)

    async def settle(self, work_id: UUID) -> None:
        """End the work: what it has reserved and not used returns. Repeating it has no effect."""
        await self._entries.settle(work_id, self._clock.now())

    async def settle_expired(self, entry_id: UUID) -> bool:
        """Settle an entry if its work is over without having done so, as after a crash. Returns whether it was."""
        entry = await self._entries.lock(entry_id)
        if entry is None or entry.settled_at is not None:
            return True
        if await self._entries.is_running(entry.work_id):
            return False
        entry.settled_at = self._clock.now()
        return True

    async def count_model_call(self, work_id: UUID) -> None:
        """Count a call before it is made. It must not be made if this raises.

        Raises ModelBudgetSpentError, and NotChargedError for work that has no entry: its calls would be free.
        """
        budget = self._settings.model_calls_per_day
        if budget is not None:
            number = await self._calls.count(self._clock.now().astimezone(UTC).date(), budget)
            if number is None:
                MODEL_CALLS.labels("refused").inc()
                raise self._budget_spent()
            if number == budget:
                log.error("model_budget_spent", calls_per_day=budget, opens_at=self._next_day().isoformat())
        if not await self._entries.use(work_id, {Kind.MODEL_CALLS: 1}):
            log.error("model_call_not_charged", work_id=str(work_id))
            MODEL_CALLS.labels("refused").inc()
            raise NotChargedError("This text could not be charged.")
        MODEL_CALLS.labels("made").inc()

    async def check_model_budget(self) -> None:
        """Raise ModelBudgetSpentError while the breaker is open: work that can't be done must not start."""
        budget = self._settings.model_calls_per_day
        if budget is not None and await self.model_calls_today() >= budget:
            MODEL_CALLS.labels("refused").inc()
            raise self._budget_spent()

    async def model_calls_today(self) -> int:
        """Return how many calls count for the installation's budget of this day; 0 without a budget."""
        return await self._calls.calls(self._clock.now().astimezone(UTC).date())

    async def _check_hour(self, activity: Activity) -> None:
        generating = activity == Activity.GENERATION
        limit = self._settings.generations_per_hour if generating else self._settings.changes_per_hour
        activities = [each for each in Activity if (each == Activity.GENERATION) == generating]
        now = self._clock.now()
        blocking = await self._entries.nth_latest(activities, limit, now - HOUR)
        if blocking is not None:
            REFUSED.labels("hour").inc()
            wait = blocking + HOUR - now
            what = "generations and retries" if generating else "rewrites, new pictures and readings of the website"
            raise HourlyLimitError(
                f"An account can start {limit} {what} within an hour. Try again in {_minutes(wait)}.",
                retry_after=wait.total_seconds(),
            )

    def _next_day(self) -> datetime:
        today = self._clock.now().astimezone(UTC).date()
        return datetime.combine(today + timedelta(days=1), time(), UTC)

    def _budget_spent(self) -> ModelBudgetSpentError:
        opens = self._next_day()
        seconds = max(1, round((opens - self._clock.now()).total_seconds()))
        return ModelBudgetSpentError(resumes=_readable(opens), retry_after=seconds)


def _terms(row: PlanTerms) -> Terms:
    return Terms(row.effective_at, row.generation, row.posts_per_month, row.period_ends_at)


def _limit_error(usage: AccountUsage, kind: Kind, wanted: int) -> UsageLimitError:
    balance, noun = usage.balances[kind], _PLAIN[kind]
    reset = usage.resets_at
    facts = [f"{balance.used} are used"]
    if balance.reserved:
        facts.append(f"{balance.reserved} are reserved for work in progress")
    if balance.carried:
        facts.append(f"{balance.carried} more were used in advance in an earlier period")
    until = "" if reset is None else f" until {_readable(reset)}"
    remedy = "Request fewer, wait" if balance.left else "Wait"
    detail = (
        f"Your plan has room for {balance.left} {noun}{until}, and {wanted} were requested. "
        f"It includes {balance.limit + balance.carried}; {', '.join(facts)}. {remedy} until then, or switch to a "
        "larger plan."
    )
    extra = {
        "kind": kind,
        "limit": balance.limit,
        "used": balance.used,
        "reserved": balance.reserved,
        "left": balance.left,
        "resets_at": None if reset is None else reset.isoformat(),
    }
    error = MonthFullError if kind == Kind.POSTS else UsageLimitError
    return error(detail, extra=extra)


def _readable(at: datetime) -> str:
    """Return a time as text for users."""
    moment = at.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _minutes(wait: timedelta) -> str:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
