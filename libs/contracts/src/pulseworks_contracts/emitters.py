"""Who may emit what: the counterpart of ``queues``, which says who must receive it."""

from pulseworks_contracts.audit import AuditRecorded
from pulseworks_contracts.envelope import Event

# identity keeps the audit log and writes to it directly
_RECORD_EVENTS = ("billing", "content", "publisher", "scheduler")


def emitters(event: type[Event]) -> tuple[str, ...]:
    """Return the services that may emit an event type: the one that it is named after, but for the audit log's."""
    if event is AuditRecorded:
        return _RECORD_EVENTS
    kind: str = event.model_fields["type"].default
    return (kind.partition(".")[0],)
