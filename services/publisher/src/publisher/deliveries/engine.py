"""The due loop over deliveries: what a claimed row needs depends on its state alone."""

import structlog
from common.database import Database
from common.due import DueLoop, DueRow, Outcome, Settled

from publisher.deliveries.asking import Told, ask
from publisher.deliveries.parts import Parts
from publisher.deliveries.reconciliation import Look, Reconciler
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.sending import Ask, Call, Sender
from publisher.deliveries.states import Status
from publisher.models import DELIVERIES
from publisher.pacing.breaker import Permit
from publisher.settings import PublisherSettings


class DeliveryEngine:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sender = Sender(parts)
        self._reconciler = Reconciler(parts)

    async def run(self, row: DueRow) -> Outcome:
        """Do the next step of a claimed delivery. No transaction is open while a provider is called."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), delivery_id=str(row.id)):
            permit = self._parts.breaker.permit()
            try:
                return await self._run(row, permit)
            finally:
                permit.release()

    async def _run(self, row: DueRow, permit: Permit) -> Outcome:
        step = await self._prepare(row, permit)
        if isinstance(step, Ask):
            told = await ask(self._parts, step.profile_key, permit)
            step = await self._prepare(row, permit, told)
            if told.details is not None and step is None:
                permit.answered()
        match step:
            case Call():
                return await self._sender.send(row, step, permit)
            case Look():
                return await self._reconciler.look(row, step, permit)
            case Ask() | None:
                return Settled()

    async def _prepare(self, row: DueRow, permit: Permit, told: Told | None = None) -> Ask | Call | Look | None:
        async with self._parts.database.transaction(row.account_id) as session:
            deliveries = DeliveryRepository(session)
            delivery = await deliveries.lock_held(row)
            if delivery is None:
                return None
            match Status(delivery.status):
                case Status.PENDING:
                    return await self._sender.prepare(session, delivery, permit, told)
                case Status.SENDING:
                    await self._reconciler.interrupted(session, delivery)
                case Status.RECONCILING | Status.UNKNOWN:
                    return await self._reconciler.prepare(session, delivery, permit)
                case Status.PUBLISHED | Status.FAILED | Status.CANCELLED:
                    await deliveries.settle(delivery, None)
            return None


def delivery_loop(database: Database, engine: DeliveryEngine, settings: PublisherSettings) -> DueLoop:
    concurrency = settings.delivery_concurrency
    return DueLoop(
        database,
        DELIVERIES,
        engine.run,
        concurrency=concurrency,
        batch=concurrency,
        lease=settings.delivery_lease,
        per_account=min(settings.delivery_concurrency_per_account, concurrency),
    )
