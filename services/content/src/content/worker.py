from datetime import timedelta
from functools import partial

from common.due import DueLoop
from common.messaging import Worker

from content.brand.reader import BrandReader
from content.factory import Factory, ProcessContext
from content.generations.job import JobStore
from content.generations.runner import GenerationRunner
from content.generations.service import TABLE
from content.items import consumers as items
from content.standing import consumers as standing

__all__ = ["CONSUMERS", "create_loops", "create_worker"]

CONSUMERS = (standing.accounts, standing.subscriptions, items.schedule, items.outcomes)

# Renewed while a run is at work; after a crash the generation goes on this much later.
_LEASE = timedelta(seconds=20)


def create_loops(context: ProcessContext) -> list[DueLoop]:
    """Return what calls the outside world: generations."""
    runner = GenerationRunner(
        JobStore(context.database, context.clock),
        BrandReader(context.fetcher, context.writer),
        context.writer,
        context.studio,
        caption_concurrency=context.settings.caption_concurrency,
    )
    return [
        DueLoop(context.database, TABLE, runner.run, concurrency=context.settings.generation_concurrency, lease=_LEASE)
    ]


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume what the others say, send what happened to posts, and run generations."""
    return Worker(
        database=context.database,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        consumers=CONSUMERS,
        loops=create_loops(context),
    )
