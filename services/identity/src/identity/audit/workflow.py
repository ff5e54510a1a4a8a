from collections.abc import AsyncIterator
from uuid import UUID

from identity.audit.rules import canonical_json
from identity.audit.schemas import AuditEntry
from identity.factory import ProcessContext


async def export_ndjson(context: ProcessContext, account_id: UUID, end: int) -> AsyncIterator[bytes]:
    """Yield the log up to the position ``end``, one entry a line.

    Each batch is read in a short transaction: a slow reader must not hold a connection.
    """
    seq = 0
    while seq < end:
        async with context.transaction(account_id) as factory:
            entries = await factory.audit().export(seq, up_to=end)
        if not entries:
            return
        yield b"".join(canonical_json(AuditEntry.of(entry).model_dump(mode="json")) + b"\n" for entry in entries)
        seq = entries[-1].seq
