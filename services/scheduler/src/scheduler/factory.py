from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.calendar.service import CalendarService
from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.items.scheduling import SchedulingService
from scheduler.items.service import ItemService
from scheduler.items.times import Now, database_now
from scheduler.models import SERVICE
from scheduler.outcomes.service import OutcomeService
from scheduler.pauses.service import PauseService
from scheduler.planning.service import PlanningService
from scheduler.preflight.service import PreflightService
from scheduler.read_models.repository import ContentRepository
from scheduler.read_models.service import ReadModelService
from scheduler.rules.repository import RuleRepository
from scheduler.rules.service import RuleService
from scheduler.settings import SchedulerSettings
from scheduler.standing.service import StandingService
from scheduler.timer.service import Timer

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
            database=Database(settings.database_url.get_secret_value(), service=SERVICE),
            token_verifier=TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            clock=clock,
        )

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
        ]

    def timer(self) -> Timer:
        return Timer(self.clock, self.now, self.settings.windows)

    async def close(self) -> None:
        await self.token_verifier.close()
        await self.database.close()


class Factory:
    """Makes the services of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self._context = context
        self._session = session

    def rules(self) -> RuleService:
        return RuleService(RuleRepository(self._session))

    def standing(self) -> StandingService:
        return StandingService(self._session, self._lifecycle())

    def read_models(self) -> ReadModelService:
        return ReadModelService(self._session, self._lifecycle(), self.standing())

    def outcomes(self) -> OutcomeService:
        return OutcomeService(self._session, self._lifecycle())

    def calendar(self) -> CalendarService:
        items, context = ItemRepository(self._session), self._context
        return CalendarService(self._session, items, self.standing(), clock=context.clock, now=context.now)

    def pauses(self) -> PauseService:
        return PauseService(self._session, self.standing(), self._context.clock)

    def preflight(self) -> PreflightService:
        return PreflightService(self._session, self._lifecycle())

    def planning(self) -> PlanningService:
        return PlanningService(
            session=self._session,
            contents=ContentRepository(self._session),
            items=ItemRepository(self._session),
            rules=self.rules(),
            standing=self.standing(),
            now=self._context.now,
            settings=self._context.settings,
        )

    def items(self) -> ItemService:
        return ItemService(
            session=self._session,
            contents=ContentRepository(self._session),
            items=ItemRepository(self._session),
            lifecycle=self._lifecycle(),
            standing=self.standing(),
            now=self._context.now,
        )

    def scheduling(self) -> SchedulingService:
        return SchedulingService(
            session=self._session,
            contents=ContentRepository(self._session),
            items=ItemRepository(self._session),
            lifecycle=self._lifecycle(),
            planning=self.planning(),
            standing=self.standing(),
            now=self._context.now,
        )

    def _lifecycle(self) -> Lifecycle:
        return Lifecycle(self._session, self._context.clock, self._context.now, self._context.settings.windows)
