from common.runtime import Worker
from sqlalchemy.ext.asyncio import AsyncSession

from identity.audit import consumers as audit
from identity.factory import MIGRATIONS, Factory, ProcessContext

ROUTERS = (audit.create_router,)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume what belongs into the audit log, and send what happened to accounts and sessions."""

    def factory(session: AsyncSession) -> Factory:
        return Factory(context, session)

    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=factory,
        routers=ROUTERS,
    )
