from common.messaging import Worker
from sqlalchemy.ext.asyncio import AsyncSession

from identity.audit.consumers import consumer
from identity.factory import Factory, ProcessContext

__all__ = ["create_worker"]


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume what belongs into the audit log, and send what happened to accounts and sessions."""

    def factory(session: AsyncSession) -> Factory:
        return Factory(context, session)

    return Worker(
        database=context.database,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=factory,
        consumers=[consumer],
    )
