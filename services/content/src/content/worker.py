from datetime import timedelta

from common.due import DueLoop
from common.messaging import Worker
from sqlalchemy.ext.asyncio import AsyncSession

from content.brand.reader import BrandReader
from content.factory import Factory, ProcessContext
from content.generations.job import JobStore
from content.generations.runner import GenerationRunner
from content.generations.service import TABLE
from content.items import consumers as items
from content.standing import consumers as standing

__all__ = ["create_worker"]

# Renewed while a run is at work; after a crash the generation goes on this much later.
_LEASE = timedelta(seconds=20)


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume what the others say, send what happened to posts, and run generations."""

    def factory(session: AsyncSession) -> Factory:
        return Factory(context, session)

    runner = GenerationRunner(
        JobStore(context.database, context.clock),
        BrandReader(context.fetcher, context.writer),
        context.writer,
        context.studio,
        caption_concurrency=context.settings.caption_concurrency,
    )
    generations = DueLoop(
        context.database, TABLE, runner.run, concurrency=context.settings.generation_concurrency, lease=_LEASE
    )
    return Worker(
        database=context.database,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=factory,
        consumers=[standing.accounts, standing.subscriptions, items.schedule, items.outcomes],
        loops=[generations],
    )
