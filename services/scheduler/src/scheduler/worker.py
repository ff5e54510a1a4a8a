from functools import partial

from common.runtime import Worker

from scheduler.approvals import consumers as approvals
from scheduler.calendar import consumers as calendar
from scheduler.factory import MIGRATIONS, Factory, ProcessContext
from scheduler.holds import consumers as holds
from scheduler.outcomes import consumers as outcomes
from scheduler.outcomes.jobs import outcome_loop, posts_past_expiry
from scheduler.preflight import consumers as preflight
from scheduler.read_models import consumers as read_models

ROUTERS = tuple(feature.create_router for feature in (read_models, holds, approvals, outcomes, preflight, calendar))


def create_worker(context: ProcessContext) -> Worker[Factory]:
    timer = context.timer()
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
        loops=[outcome_loop(context)],
        measures=[posts_past_expiry(context)],
        on_sent=timer.hand_over,
        on_expired=timer.miss,
    )
