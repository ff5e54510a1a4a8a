from functools import partial

from common.messaging import Worker

from billing.factory import Factory, ProcessContext
from billing.read_models.consumers import consumer as accounts
from billing.webhooks.processing import EventProcessing

__all__ = ["create_worker"]


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Keep accounts' names, process Stripe's events, and send what follows from them."""
    return Worker(
        database=context.database,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        consumers=[accounts],
        loops=[EventProcessing(context).loop()],
    )
