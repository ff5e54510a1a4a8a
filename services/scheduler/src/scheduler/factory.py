from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from common.runtime.doctor import Diagnosis
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.approvals.service import ApprovalService
from scheduler.calendar.service import CalendarService
from scheduler.coordination.repository import Now, database_now
from scheduler.eligibility.service import EligibilityService
from scheduler.holds.service import HoldService
from scheduler.items.service import ItemService
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import SERVICE
from scheduler.outcomes.service import OutcomeService
from scheduler.pauses.service import PauseService
from scheduler.planning.service import PlanningService
from scheduler.posting_rule.service import PostingRuleService
from scheduler.preflight.service import PreflightService
from scheduler.read_models.service import ReadModelService
from scheduler.restores.service import RestoreService
from scheduler.scheduling.service import SchedulingService
from scheduler.settings import SchedulerSettings
from scheduler.timer.service import TimerService
from scheduler.zone.service import ZoneService

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass
class ProcessContext:
    """What lives as long as the process."""

    settings: SchedulerSettings
    database: Database
    token_verifier: TokenVerifier
    clock: Clock
    now: Now = database_now

    @classmethod
    def create(cls, settings: SchedulerSettings) -> "ProcessContext":
        clock = SystemClock()
        return cls(
            settings=settings,
            database=Database(
                settings.database_url.get_secret_value(), service=SERVICE, limits=settings.database_limits
            ),
            token_verifier=TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            clock=clock,
        )

    def diagnoses(self) -> Sequence[Diagnosis]:
        return []

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
        ]

    def timer(self) -> TimerService:
        return TimerService(self.clock, self.now, self.settings.windows)

    async def close(self) -> None:
        await self.token_verifier.close()
        await self.database.close()


class Factory:
    """Creates the services of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self._context = context
        self._session = session

    def posting_rule(self) -> PostingRuleService:
        return PostingRuleService(self._session)

    def read_models(self) -> ReadModelService:
        return ReadModelService(self._session)

    def approvals(self) -> ApprovalService:
        return ApprovalService(self._session, self._lifecycle())

    def eligibility(self) -> EligibilityService:
        return EligibilityService(self._session)

    def holds(self) -> HoldService:
        return HoldService(self._session, self.eligibility(), self._lifecycle())

    def pauses(self) -> PauseService:
        return PauseService(self._session, self.eligibility(), self.holds(), clock=self._context.clock)

    def outcomes(self) -> OutcomeService:
        return OutcomeService(self._session, self._lifecycle())

    def restores(self) -> RestoreService:
        return RestoreService(self._session, self._lifecycle())

    def preflight(self) -> PreflightService:
        return PreflightService(self._session, self._lifecycle())

    def calendar(self) -> CalendarService:
        return CalendarService(self._session, self.eligibility(), clock=self._context.clock, now=self._context.now)

    def planning(self) -> PlanningService:
        return PlanningService(
            self._session,
            self.posting_rule(),
            self.eligibility(),
            now=self._context.now,
            settings=self._context.settings,
        )

    def items(self) -> ItemService:
        return ItemService(self._session, self.eligibility(), self._lifecycle(), now=self._context.now)

    def zone(self) -> ZoneService:
        return ZoneService(self._session, self.eligibility(), self._lifecycle(), now=self._context.now)

    def scheduling(self) -> SchedulingService:
        return SchedulingService(
            self._session, self.eligibility(), self._lifecycle(), self.planning(), now=self._context.now
        )

    def _lifecycle(self) -> ItemLifecycle:
        return ItemLifecycle(self._session, self._context.clock, self._context.now, self._context.settings.windows)
