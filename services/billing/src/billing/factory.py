from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from common.runtime.doctor import Diagnosis, only
from sqlalchemy.ext.asyncio import AsyncSession

from billing.changes.repository import PlanChangeRepository
from billing.changes.service import PlanChangeService
from billing.checkout.repository import CheckoutRepository
from billing.checkout.rules import Redirects
from billing.checkout.service import CheckoutService
from billing.clients.stripe.client import StripeApi
from billing.clients.stripe.signature import WebhookSecret
from billing.customers.repository import CustomerRepository
from billing.idempotency.repository import IdempotencyKeyRepository
from billing.models import SERVICE
from billing.plans.rules import Catalogue
from billing.read_models.repository import AccountRepository
from billing.settings import BillingSettings
from billing.subscriptions.repository import FurtherSubscriptionRepository, SubscriptionRepository
from billing.subscriptions.service import SubscriptionService
from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.service import StripeEventService

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass
class ProcessContext:
    """Everything that lives as long as the process."""

    settings: BillingSettings
    clock: Clock
    database: Database
    token_verifier: TokenVerifier
    catalogue: Catalogue
    redirects: Redirects
    webhook_secret: WebhookSecret
    stripe: StripeApi
    """For requests of users, who are waiting: it retries automatically."""
    stripe_without_retries: StripeApi
    """For events: the due loop retries them, and a second owner of retries would multiply the attempts."""

    @classmethod
    def create(cls, settings: BillingSettings, clock: Clock | None = None) -> "ProcessContext":
        clock = clock or SystemClock()

        def stripe(retries: int) -> StripeApi:
            return StripeApi(
                api_key=settings.stripe_api_key,
                base_url=settings.stripe_base_url,
                timeout=settings.stripe_timeout_seconds,
                retries=retries,
            )

        return cls(
            settings=settings,
            clock=clock,
            database=Database(
                settings.database_url.get_secret_value(), service=SERVICE, limits=settings.database_limits
            ),
            token_verifier=TokenVerifier.from_jwks(settings.identity_jwks_url, clock=clock),
            catalogue=Catalogue.of(settings),
            redirects=Redirects(settings.public_web_url, settings.further_hosts),
            webhook_secret=WebhookSecret(settings.stripe_webhook_secret),
            stripe=stripe(settings.stripe_retries),
            stripe_without_retries=stripe(0),
        )

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None = None) -> AsyncIterator["Factory"]:
        """Open a transaction of the account and yield its services; commit at the end."""
        async with self.database.transaction(account_id) as session:
            yield Factory(self, session)

    def diagnoses(self) -> Sequence[Diagnosis]:
        prices = [*self.catalogue.prices.values(), self.catalogue.posting_price]
        return [
            Diagnosis(
                "Stripe",
                only(partial(self.stripe_without_retries.check_prices, prices), "accepts the key and has our prices"),
                "correct STRIPE_API_KEY, or the PRICE_ settings: they name prices of that Stripe account",
            )
        ]

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
        ]

    async def close(self) -> None:
        await self.stripe.close()
        await self.stripe_without_retries.close()
        await self.token_verifier.close()
        await self.database.close()


class Factory:
    """The services and repositories of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self._context = context
        self._session = session

    def accounts(self) -> AccountRepository:
        return AccountRepository(self._session)

    def customers(self) -> CustomerRepository:
        return CustomerRepository(self._session)

    def subscription_repository(self) -> SubscriptionRepository:
        return SubscriptionRepository(self._session)

    def further_subscriptions(self) -> FurtherSubscriptionRepository:
        return FurtherSubscriptionRepository(self._session)

    def subscriptions(self) -> SubscriptionService:
        return SubscriptionService(
            self._session,
            self.subscription_repository(),
            self.further_subscriptions(),
            self._context.catalogue,
            self._context.clock,
        )

    def checkout_repository(self) -> CheckoutRepository:
        return CheckoutRepository(self._session)

    def checkouts(self) -> CheckoutService:
        return CheckoutService(self.checkout_repository(), self.subscription_repository())

    def plan_change_repository(self) -> PlanChangeRepository:
        return PlanChangeRepository(self._session)

    def plan_changes(self) -> PlanChangeService:
        return PlanChangeService(self.plan_change_repository(), self.subscription_repository())

    def stripe_events(self) -> StripeEventService:
        return StripeEventService(
            StripeEventRepository(self._session),
            self.subscription_repository(),
            self._context.clock,
            self._context.settings.stripe_livemode,
        )

    def idempotency_keys(self) -> IdempotencyKeyRepository:
        return IdempotencyKeyRepository(self._session)
