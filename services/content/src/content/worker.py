from datetime import timedelta
from functools import partial

from common.due import DueLoop
from common.runtime import Worker

from content.brand import service as brand
from content.brand.jobs import BrandRefresher
from content.factory import MIGRATIONS, Factory, ProcessContext
from content.generation_runs.jobs import GenerationRunner
from content.generations import service as generations
from content.outcomes import consumers as outcomes
from content.pictures import jobs as pictures
from content.pictures.jobs import PictureRemover
from content.read_models import consumers as read_models
from content.retention.jobs import ContentRetention
from content.usage import jobs as usage
from content.usage.jobs import UsageSettler, counted, model_budget

ROUTERS = (read_models.create_router, outcomes.create_router)

# Renewed during a run. After a crash another replica continues when it expires.
_LEASE = timedelta(seconds=20)


def create_loops(context: ProcessContext) -> list[DueLoop]:
    """Return the due loops: generations, requested readings of websites, usage to settle, pictures to remove.

    Accounts take turns, so one account that starts many months at once does not delay the others.
    """
    runs = (
        (generations.TABLE, counted(context, GenerationRunner(context).run)),
        (brand.TABLE, counted(context, BrandRefresher(context).run)),
        (usage.TABLE, UsageSettler(context).run),
        (pictures.TABLE, PictureRemover(context).run),
    )
    concurrency = context.settings.generation_concurrency
    return [
        DueLoop(context.database, table, run, concurrency=concurrency, lease=_LEASE, per_account=1)
        for table, run in runs
    ]


def create_worker(context: ProcessContext) -> Worker[Factory]:
    """Consume the events of other services, send our own from the outbox, and run the due loops."""
    return Worker(
        database=context.database,
        versions=MIGRATIONS,
        amqp_url=context.settings.amqp_url.get_secret_value(),
        namespace=context.settings.events_namespace,
        factory=partial(Factory, context),
        routers=ROUTERS,
        loops=create_loops(context),
        retention=[ContentRetention(context).purge],
        measures=model_budget(context),
    )
