"""What sending, reconciling and looking ahead are made with."""

from dataclasses import dataclass
from random import Random

from common.clock import Clock
from common.database import Database
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import AyrshareClient
from publisher.pacing.breaker import CircuitBreaker
from publisher.pacing.service import ProfilePacing
from publisher.profile_keys import ProfileKeys
from publisher.settings import PublisherSettings


@dataclass(frozen=True)
class Parts:
    database: Database
    ayrshare: AyrshareClient
    profile_keys: ProfileKeys
    clock: Clock
    settings: PublisherSettings
    breaker: CircuitBreaker
    random: Random

    def pacing(self, session: AsyncSession) -> ProfilePacing:
        return ProfilePacing(session, self.clock.now(), self.random, self.settings.pacing_rules)
