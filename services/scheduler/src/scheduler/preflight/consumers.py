from common.messaging import Consumer
from pulseworks_contracts import PreflightFailed, PreflightPassed, queues

from scheduler.factory import Factory

consumer = Consumer[Factory](queues.SCHEDULER_PREFLIGHT)


@consumer.handles(PreflightPassed)
async def clear_risk(factory: Factory, event: PreflightPassed) -> None:
    await factory.preflight().passed(event)


@consumer.handles(PreflightFailed)
async def show_risk(factory: Factory, event: PreflightFailed) -> None:
    await factory.preflight().failed(event)
