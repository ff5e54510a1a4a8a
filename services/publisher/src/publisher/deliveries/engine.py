"""The due loop over deliveries: what a claimed row needs depends on its state alone."""

import structlog
from common.database import Database
from common.due import DueLoop, DueRow, Outcome, Settled

from publisher.deliveries.reconciliation import Look, Reconciler
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.sending import Call, Sender
from publisher.deliveries.states import Status
from publisher.models import DELIVERIES
from publisher.settings import PublisherSettings


class DeliveryEngine:
    def __init__(self, database: Database, sender: Sender, reconciler: Reconciler) -> None:
        self._database = database
        self._sender = sender
        self._reconciler = reconciler

    async def run(self, row: DueRow) -> Outcome:
        """Do the next step of a claimed delivery. No transaction is open while a provider is called."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), delivery_id=str(row.id)):
            step = await self._prepare(row)
            match step:
                case Call():
                    return await self._sender.send(row, step)
                case Look():
                    return await self._reconciler.look(row, step)
                case None:
                    return Settled()

    async def _prepare(self, row: DueRow) -> Call | Look | None:
        async with self._database.transaction(row.account_id) as session:
            deliveries = DeliveryRepository(session)
            delivery = await deliveries.lock_held(row)
            if delivery is None:
                return None
            match Status(delivery.status):
                case Status.PENDING:
                    return await self._sender.prepare(session, delivery)
                case Status.SENDING:
                    await self._reconciler.interrupted(session, delivery)
                case Status.RECONCILING | Status.UNKNOWN:
                    return await self._reconciler.prepare(session, delivery)
                case Status.PUBLISHED | Status.FAILED | Status.CANCELLED:
                    await deliveries.settle(delivery, None)
            return None


def delivery_loop(database: Database, engine: DeliveryEngine, settings: PublisherSettings) -> DueLoop:
    concurrency = settings.delivery_concurrency
    return DueLoop(
        database, DELIVERIES, engine.run, concurrency=concurrency, batch=concurrency, lease=settings.delivery_lease
    )
