from common.messaging import EventRouter
from pulseworks_contracts import PreflightFailed, PreflightPassed, queues

from scheduler.dependencies import EventFactory


async def clear_risk(event: PreflightPassed, factory: EventFactory) -> None:
    await factory.preflight().passed(event)


async def set_risk(event: PreflightFailed, factory: EventFactory) -> None:
    await factory.preflight().failed(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_PREFLIGHT, clear_risk, set_risk)
    return router
