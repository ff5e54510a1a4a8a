"""How the service is put together: what lives as long as the process, and what lives as long as a transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Self

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import AyrshareClient
from publisher.clients.media import MediaProbe
from publisher.connections.linking import Linking
from publisher.connections.repository import ConnectionRepository
from publisher.connections.service import ConnectionService
from publisher.deliveries.engine import DeliveryEngine
from publisher.deliveries.parts import Parts
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.service import DeliveryService
from publisher.pacing.breaker import CircuitBreaker
from publisher.preflight.looking import PreflightEngine
from publisher.preflight.repository import PreflightRepository
from publisher.preflight.service import PreflightService
from publisher.profile_keys import ProfileKeys
from publisher.read_models.repository import (
    AccountRepository,
    ApprovedContentRepository,
    ScheduledPostRepository,
    SubscriptionRepository,
)
from publisher.settings import PublisherSettings
from publisher.versions import VERSIONS
from publisher.webhooks.processing import WebhookProcessor
from publisher.webhooks.repository import AyrshareEventRepository
from publisher.webhooks.service import WebhookService


@dataclass
class ProcessContext:
    settings: PublisherSettings
    database: Database
    clock: Clock
    token_verifier: TokenVerifier
    ayrshare: AyrshareClient
    profile_keys: ProfileKeys
    media: MediaProbe
    breaker: CircuitBreaker
    random: Random

    @classmethod
    def create(cls, settings: PublisherSettings, *, clock: Clock | None = None) -> Self:
        clock = clock or SystemClock()
        random = Random()  # noqa: S311 - spreads pauses, keeps no secret
        return cls(
            settings=settings,
            database=Database(settings.database_url.get_secret_value(), service="publisher"),
            clock=clock,
            token_verifier=TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            ayrshare=AyrshareClient(
                settings.ayrshare_base_url,
                settings.ayrshare_api_key,
                timeout=settings.provider_timeout_seconds,
                send_timeout=settings.send_timeout_seconds,
            ),
            profile_keys=ProfileKeys(settings.profile_key_secrets),
            media=MediaProbe(),
            breaker=CircuitBreaker(
                failures=settings.breaker_failures,
                pause=timedelta(seconds=settings.breaker_pause_seconds),
                longest=timedelta(seconds=settings.breaker_longest_seconds),
                random=random,
                monotonic=time.monotonic,
            ),
            random=random,
        )

    async def close(self) -> None:
        await self.ayrshare.close()
        await self.media.close()
        await self.token_verifier.close()
        await self.database.close()

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, VERSIONS)),
            Check("ayrshare", self.breaker.check, critical=False),
        ]

    def factory(self, session: AsyncSession) -> "Factory":
        return Factory(self, session)

    @property
    def linking(self) -> Linking:
        return Linking(
            self.database,
            self.ayrshare,
            self.profile_keys,
            self.clock,
            redirect=self.settings.social_link_redirect_url,
        )

    @property
    def parts(self) -> Parts:
        return Parts(
            database=self.database,
            ayrshare=self.ayrshare,
            profile_keys=self.profile_keys,
            clock=self.clock,
            settings=self.settings,
            breaker=self.breaker,
            random=self.random,
        )

    @property
    def engine(self) -> DeliveryEngine:
        return DeliveryEngine(self.parts)

    @property
    def preflight_engine(self) -> PreflightEngine:
        return PreflightEngine(self.parts, self.media)

    @property
    def webhook_processor(self) -> WebhookProcessor:
        return WebhookProcessor(self.database, self.linking, self.clock)


class Factory:
    """Makes what works within one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self._context = context
        self._session = session

    def connections(self) -> ConnectionService:
        return ConnectionService(ConnectionRepository(self._session), self._context.clock)

    def deliveries(self) -> DeliveryService:
        return DeliveryService(self._session, DeliveryRepository(self._session), self._context.clock)

    def preflights(self) -> PreflightService:
        return PreflightService(PreflightRepository(self._session), self._context.clock)

    def accounts(self) -> AccountRepository:
        return AccountRepository(self._session)

    def subscriptions(self) -> SubscriptionRepository:
        return SubscriptionRepository(self._session)

    def approved_contents(self) -> ApprovedContentRepository:
        return ApprovedContentRepository(self._session)

    def scheduled_posts(self) -> ScheduledPostRepository:
        return ScheduledPostRepository(self._session)

    def webhooks(self) -> WebhookService:
        return WebhookService(AyrshareEventRepository(self._session), self._context.clock)
