from functools import partial

from common.runtime import Worker

from identity.audit import consumers as audit
from identity.factory import MIGRATIONS, Factory, ProcessContext
from identity.failed_sign_ins.jobs import FailedSignInWriter
from identity.retention.jobs import IdentityRetention

ROUTERS = (audit.create_router,)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Append audit entries, also those of failed sign-ins, and publish the events of accounts and sessions."""
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
        loops=[FailedSignInWriter(context).loop()],
        retention=IdentityRetention(context).purges(),
    )
