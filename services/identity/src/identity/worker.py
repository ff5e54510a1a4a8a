from functools import partial

from common.runtime import Worker

from identity.audit import consumers as audit
from identity.factory import MIGRATIONS, Factory, ProcessContext

ROUTERS = (audit.create_router,)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Append audit entries that other services send, and publish the events of accounts and sessions."""
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
    )
