from common.messaging import EventRouter
from pulseworks_contracts import AuditRecorded, queues

from identity.dependencies import EventFactory


async def append_to_audit_log(event: AuditRecorded, factory: EventFactory) -> None:
    await factory.audit().record(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.IDENTITY_AUDIT, append_to_audit_log)
    return router
