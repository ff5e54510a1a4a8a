from common.messaging import Worker

from publisher.deliveries import consumers as deliveries
from publisher.deliveries.engine import delivery_loop
from publisher.factory import Factory, ProcessContext
from publisher.preflight import consumers as preflight
from publisher.preflight.looking import preflight_loop
from publisher.read_models import consumers as read_models
from publisher.webhooks.processing import webhook_loop


def create_worker(context: ProcessContext) -> Worker[Factory]:
    settings = context.settings
    return Worker(
        database=context.database,
        amqp_url=settings.amqp_url.get_secret_value(),
        namespace=settings.events_namespace,
        factory=context.factory,
        consumers=[
            read_models.accounts,
            read_models.subscription,
            read_models.content,
            read_models.schedule,
            preflight.consumer,
            deliveries.consumer,
        ],
        loops=[
            delivery_loop(context.database, context.engine, settings),
            preflight_loop(context.parts, context.preflight_engine),
            webhook_loop(context.database, context.webhook_processor),
        ],
    )
