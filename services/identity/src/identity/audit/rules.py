"""The hash chain of an account's audit log: changing, removing or inserting an entry breaks it."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from identity.models import AuditEvent

GENESIS = "0" * 64
"""The `prev_hash` of the first entry."""


def canonical_json(document: Any) -> bytes:
    """Return JSON with sorted keys and without spaces, in UTF-8.

    Raises ValueError for NaN, infinities and lone surrogates.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def entry_hash(entry: AuditEvent) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of all other fields of the entry."""
    return hashlib.sha256(
        canonical_json(
            {
                "account_id": str(entry.account_id),
                "created_at": _instant(entry.created_at),
                "entity_id": entry.entity_id,
                "entity_type": entry.entity_type,
                "event_type": entry.event_type,
                "id": str(entry.id),
                "metadata": entry.facts,
                "occurred_at": _instant(entry.occurred_at),
                "prev_hash": entry.prev_hash,
                "seq": entry.seq,
                "source": entry.source,
                "user_id": None if entry.user_id is None else str(entry.user_id),
            }
        )
    ).hexdigest()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
