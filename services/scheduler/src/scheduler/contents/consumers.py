from common.messaging import Consumer
from pulseworks_contracts import ContentApprovalWithdrawn, ContentApproved, ContentDeleted, queues

from scheduler.factory import Factory

consumer = Consumer[Factory](queues.SCHEDULER_CONTENT)


@consumer.handles(ContentApproved)
async def keep_approval(factory: Factory, event: ContentApproved) -> None:
    await factory.contents().keep_approval(event)


@consumer.handles(ContentApprovalWithdrawn)
async def cancel_items_of_withdrawn_approval(factory: Factory, event: ContentApprovalWithdrawn) -> None:
    await factory.contents().end_approval(event)


@consumer.handles(ContentDeleted)
async def cancel_items_of_deleted_content(factory: Factory, event: ContentDeleted) -> None:
    await factory.contents().end_content(event)
