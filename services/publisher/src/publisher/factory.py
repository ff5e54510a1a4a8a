"""Wires the service: objects that live as long as the process, and objects of one transaction."""

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
from common.runtime.doctor import Diagnosis, only
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.checks.repository import RecordsRepository
from publisher.clients.ayrshare.circuit_breaker import CircuitBreaker
from publisher.clients.ayrshare.client import AyrshareClient
from publisher.clients.ayrshare.profile_keys import ProfileKeys
from publisher.clients.media import MediaProbe
from publisher.connections.repository import ConnectionRepository
from publisher.connections.service import ConnectionService
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.service import DeliveryService
from publisher.models import MIGRATIONS
from publisher.placement.service import PlacementService
from publisher.preflight.repository import PreflightRepository
from publisher.preflight.service import PreflightService
from publisher.provider.repository import ProviderProfileRepository
from publisher.provider.service import ProfilePacing, ProfileStatusService
from publisher.read_models.repository import (
    AccountRepository,
    ApprovedContentRepository,
    ScheduledPostRepository,
    SubscriptionRepository,
)
from publisher.settings import PublisherSettings
from publisher.transitions.repository import LeasedDeliveryRepository
from publisher.transitions.service import DeliveryTransitions
from publisher.unused_profiles.repository import UnusedProfileRepository
from publisher.unused_profiles.service import UnusedProfileService
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
        random = Random()  # noqa: S311 - for jitter, not for secrets
        return cls(
            settings=settings,
            database=Database(
                settings.database_url.get_secret_value(), service="publisher", limits=settings.database_limits
            ),
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

    def diagnoses(self) -> Sequence[Diagnosis]:
        cure = "correct AYRSHARE_API_KEY or AYRSHARE_BASE_URL"
        return [Diagnosis("Ayrshare", only(self.ayrshare.check_key, "accepts the key"), cure)]

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
            Check("ayrshare", self.breaker.check, critical=False),
        ]

    def factory(self, session: AsyncSession) -> "Factory":
        return Factory(self, session)


class Factory:
    """Makes the objects of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self._context = context
        self._session = session

    def connections(self) -> ConnectionService:
        return ConnectionService(ConnectionRepository(self._session), self._context.clock)

    def provider_profiles(self) -> ProviderProfileRepository:
        return ProviderProfileRepository(self._session)

    def pacing(self) -> ProfilePacing:
        context = self._context
        return ProfilePacing(self._session, context.clock.now(), context.random, context.settings.pacing_rules)

    def profile_status(self) -> ProfileStatusService:
        return ProfileStatusService(self.connections(), self.pacing())

    def records(self) -> RecordsRepository:
        return RecordsRepository(self._session)

    def deliveries(self) -> DeliveryService:
        return DeliveryService(DeliveryRepository(self._session), self.transitions(), self._context.clock)

    def leased_deliveries(self) -> LeasedDeliveryRepository:
        return LeasedDeliveryRepository(self._session)

    def transitions(self) -> DeliveryTransitions:
        """Return transitions that are dated now."""
        context = self._context
        return DeliveryTransitions(
            self._session,
            context.clock.now(),
            context.random,
            self.pacing(),
            lookup_limit=context.settings.reconciliation_rules.limit,
        )

    def placement(self) -> PlacementService:
        return PlacementService(self.transitions(), self.profile_status())

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

    def ayrshare_events(self) -> AyrshareEventRepository:
        return AyrshareEventRepository(self._session)

    def unused_profiles(self) -> UnusedProfileService:
        context = self._context
        return UnusedProfileService(
            UnusedProfileRepository(self._session),
            self.connections(),
            context.profile_keys,
            context.clock,
            grace=timedelta(days=context.settings.unused_profile_grace_days),
            interval=timedelta(hours=context.settings.profile_check_hours),
        )

    def webhooks(self) -> WebhookService:
        return WebhookService(self.ayrshare_events(), self._context.clock)
