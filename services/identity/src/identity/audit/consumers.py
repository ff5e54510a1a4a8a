from common.contracts import AuditRecorded
from common.contracts.queues import IDENTITY_AUDIT
from common.messaging import Consumer

from identity.factory import Factory

consumer = Consumer[Factory](IDENTITY_AUDIT)


@consumer.handles(AuditRecorded)
async def append_to_log_of_account(factory: Factory, event: AuditRecorded) -> None:
    await factory.audit().record(event)
