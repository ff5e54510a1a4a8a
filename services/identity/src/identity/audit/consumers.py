from common.messaging import Consumer
from pulseworks_contracts import AuditRecorded
from pulseworks_contracts.queues import IDENTITY_AUDIT

from identity.factory import Factory

consumer = Consumer[Factory](IDENTITY_AUDIT)


@consumer.handles(AuditRecorded)
async def append_to_log_of_account(factory: Factory, event: AuditRecorded) -> None:
    await factory.audit().record(event)
