from functools import partial

from common.runtime import Worker

from billing.factory import MIGRATIONS, Factory, ProcessContext
from billing.read_models import consumers as read_models
from billing.webhooks.jobs import StripeEventProcessor, StripeEventRetention

ROUTERS = (read_models.create_router,)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Store account names, process Stripe's events, and publish the resulting events."""
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
        loops=[StripeEventProcessor(context).loop()],
        retention=[StripeEventRetention(context).run],
    )
