from common.messaging import EventRouter
from pulseworks_contracts import UserChanged, queues

from scheduler.dependencies import EventFactory


async def end_calendar_address_of_former_member(event: UserChanged, factory: EventFactory) -> None:
    await factory.calendar().apply_member(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_USERS, end_calendar_address_of_former_member)
    return router
