from dispatch.systems.base import System
from dispatch.systems.bullmq import BullMQ
from dispatch.systems.celery import Celery
from dispatch.systems.graphile import GraphileLocalQueue, GraphileWorker
from dispatch.systems.ours import AwaitingMiddleware, CollectingMiddleware, Ours
from dispatch.systems.procrastinate import Procrastinate

SYSTEMS: dict[str, type[System]] = {
    "ours": Ours,
    "ours-middleware": CollectingMiddleware,
    "ours-awaiting": AwaitingMiddleware,
    "bullmq": BullMQ,
    "celery": Celery,
    "graphile-worker": GraphileWorker,
    "graphile-worker-batched": GraphileLocalQueue,
    "procrastinate": Procrastinate,
}
