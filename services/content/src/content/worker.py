from datetime import timedelta
from functools import partial

from common.due import DueLoop
from common.runtime import Worker

from content.brand import service as brands
from content.brand.reader import BrandReader
from content.brand.refresher import BrandRefresher
from content.factory import MIGRATIONS, Factory, ProcessContext
from content.generations import service as generations
from content.generations.job import JobStore
from content.generations.runner import GenerationRunner
from content.items import consumers as items
from content.read_models import consumers as read_models

__all__ = ["ROUTERS", "create_loops", "create_worker"]

ROUTERS = (read_models.create_router, items.create_router)

# Renewed while a run is at work; after a crash the work goes on this much later.
_LEASE = timedelta(seconds=20)


def create_loops(context: ProcessContext) -> list[DueLoop]:
    """Return what calls the outside world: generations, and the reading of websites that somebody asked for.

    The accounts take turns: a year of months that one of them starts at once holds up nobody else.
    """
    settings = context.settings
    reader = BrandReader(context.fetcher, context.writer)
    runner = GenerationRunner(
        JobStore(context.database, context.clock, hashtags=settings.instagram_hashtags),
        reader,
        context.writer,
        context.studio,
        caption_concurrency=settings.caption_concurrency,
    )
    refresher = BrandRefresher(context.database, context.clock, reader)
    return [
        DueLoop(context.database, table, run, concurrency=settings.generation_concurrency, lease=_LEASE, per_account=1)
        for table, run in ((generations.TABLE, runner.run), (brands.TABLE, refresher.run))
    ]


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume what the others say, send what happened to posts, and run generations."""
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
        loops=create_loops(context),
    )
