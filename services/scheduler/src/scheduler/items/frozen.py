from typing import Any

from pulseworks_contracts import PlatformPayload

from scheduler.models import ScheduleItem


def frozen(item: ScheduleItem) -> dict[str, Any]:
    """Return what every event about a post's time says: the fields of ``FrozenPost``."""
    return {
        "item_id": item.id,
        "revision": item.revision,
        "content_id": item.content_id,
        "content_revision": item.content_revision,
        "content_hash": item.content_hash,
        "payload": PlatformPayload.model_validate(item.payload),
        "provider_profile_id": item.provider_profile_id,
        "platform_account_id": item.platform_account_id,
        "scheduled_for": item.scheduled_for,
    }
