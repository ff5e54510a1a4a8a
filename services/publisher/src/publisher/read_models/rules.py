"""The frozen facts of a schedule item in one comparable form: from an event, a delivery or the read model."""

from datetime import UTC
from typing import Any

from pulseworks_contracts import FrozenPost, PlatformPayload

from publisher.models import Delivery, Preflight


def frozen_columns(frozen: FrozenPost) -> dict[str, Any]:
    """Return the columns of ``FrozenMixin`` except the item's id."""
    return {
        "item_revision": frozen.revision,
        "content_id": frozen.content_id,
        "content_revision": frozen.content_revision,
        "content_hash": frozen.content_hash,
        "platform": frozen.payload.platform,
        "payload": frozen.payload.model_dump(mode="json"),
        "provider_profile_id": frozen.provider_profile_id,
        "platform_account_id": frozen.platform_account_id,
        "scheduled_for": frozen.scheduled_for,
    }


def frozen_facts(frozen: FrozenPost | Delivery | Preflight) -> dict[str, Any]:
    """Return JSON that is equal if, and only if, content, target and time are equal."""
    payload = PlatformPayload.model_validate(frozen.payload)
    return {
        "content_id": str(frozen.content_id),
        "content_revision": frozen.content_revision,
        "content_hash": frozen.content_hash,
        "platform": payload.platform,
        "payload_digest": payload.digest(),
        "provider_profile_id": frozen.provider_profile_id,
        "platform_account_id": frozen.platform_account_id,
        "scheduled_for": frozen.scheduled_for.astimezone(UTC).isoformat(),
    }
