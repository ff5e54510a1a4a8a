from common.runtime import Worker

from publisher.deliveries import consumers as deliveries
from publisher.deliveries.engine import delivery_loop
from publisher.factory import Factory, ProcessContext
from publisher.preflight import consumers as preflight
from publisher.preflight.looking import preflight_loop
from publisher.read_models import consumers as read_models
from publisher.versions import VERSIONS
from publisher.webhooks.processing import webhook_loop

ROUTERS = (read_models.create_router, preflight.create_router, deliveries.create_router)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    settings = context.settings
    return Worker(
        database=context.database,
        versions=VERSIONS,
        amqp_url=settings.amqp_url.get_secret_value(),
        namespace=settings.events_namespace,
        factory=context.factory,
        routers=ROUTERS,
        loops=[
            delivery_loop(context.database, context.engine, settings),
            preflight_loop(context.parts, context.preflight_engine),
            webhook_loop(context.database, context.webhook_processor),
        ],
    )
