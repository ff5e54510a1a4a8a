from functools import partial

from common.messaging import Worker

from scheduler.contents.consumers import consumer as contents
from scheduler.factory import Factory, ProcessContext
from scheduler.outcomes.consumers import consumer as outcomes
from scheduler.outcomes.jobs import outcome_loop
from scheduler.preflight.consumers import consumer as preflight
from scheduler.standing.consumers import accounts, profiles, subscriptions

CONSUMERS = (accounts, subscriptions, contents, profiles, outcomes, preflight)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    timer = context.timer()
    return Worker(
        database=context.database,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        consumers=CONSUMERS,
        loops=[outcome_loop(context)],
        on_sent=timer.hand_over,
        on_expired=timer.miss,
    )
