from common.messaging import EventRouter
from pulseworks_contracts import ContentApprovalWithdrawn, ContentApproved, ContentDeleted, queues

from scheduler.dependencies import EventFactory


async def store_approval(event: ContentApproved, factory: EventFactory) -> None:
    await factory.approvals().approve(event)


async def cancel_items_of_withdrawn_approval(event: ContentApprovalWithdrawn, factory: EventFactory) -> None:
    await factory.approvals().withdraw(event)


async def cancel_items_of_deleted_content(event: ContentDeleted, factory: EventFactory) -> None:
    await factory.approvals().delete(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(
        queues.SCHEDULER_CONTENT, store_approval, cancel_items_of_withdrawn_approval, cancel_items_of_deleted_content
    )
    return router
