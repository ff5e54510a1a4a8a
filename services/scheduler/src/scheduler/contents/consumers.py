from common.messaging import EventRouter
from pulseworks_contracts import ContentApprovalWithdrawn, ContentApproved, ContentDeleted, queues

from scheduler.dependencies import EventFactory


async def keep_approval(event: ContentApproved, factory: EventFactory) -> None:
    await factory.contents().keep_approval(event)


async def cancel_items_of_withdrawn_approval(event: ContentApprovalWithdrawn, factory: EventFactory) -> None:
    await factory.contents().end_approval(event)


async def cancel_items_of_deleted_content(event: ContentDeleted, factory: EventFactory) -> None:
    await factory.contents().end_content(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(
        queues.SCHEDULER_CONTENT, keep_approval, cancel_items_of_withdrawn_approval, cancel_items_of_deleted_content
    )
    return router
