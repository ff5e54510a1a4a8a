from common.runtime import Worker

from publisher.deliveries import consumers as deliveries
from publisher.deliveries.jobs import delivery_loop, unknown_outcomes
from publisher.factory import Factory, ProcessContext
from publisher.models import MIGRATIONS
from publisher.preflight import consumers as preflight
from publisher.preflight.jobs import preflight_loop
from publisher.read_models import consumers as read_models
from publisher.retention.jobs import purges
from publisher.unused_profiles.jobs import profile_check_loop
from publisher.webhooks.jobs import unmatched_webhook_loop, webhook_loop

ROUTERS = (read_models.create_router, preflight.create_router, deliveries.create_router)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    settings = context.settings
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=settings.amqp_url.get_secret_value(),
        namespace=settings.events_namespace,
        factory=context.factory,
        routers=ROUTERS,
        loops=[
            delivery_loop(context),
            preflight_loop(context),
            webhook_loop(context),
            unmatched_webhook_loop(context),
            profile_check_loop(context),
        ],
        retention=purges(context),
        measures=[unknown_outcomes(context)],
    )
