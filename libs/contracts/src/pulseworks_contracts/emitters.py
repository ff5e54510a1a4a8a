"""Which services emit an event type; ``queues`` has the services that receive it."""

from pulseworks_contracts.audit import AuditRecorded
from pulseworks_contracts.envelope import Event

# identity keeps the audit log and writes to it directly
_RECORD_EVENTS = ("billing", "content", "publisher", "scheduler")


def emitters(event: type[Event]) -> tuple[str, ...]:
    """Return the services that emit an event type: the one in its name, except for the audit log."""
    if event is AuditRecorded:
        return _RECORD_EVENTS
    kind: str = event.model_fields["type"].default
    return (kind.partition(".")[0],)
