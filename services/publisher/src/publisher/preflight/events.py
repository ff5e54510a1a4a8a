from datetime import datetime

from pulseworks_contracts import PreflightData, PreflightFailed, PreflightFailedData, PreflightPassed, Reason

from publisher.models import Preflight


def preflight_passed(preflight: Preflight, now: datetime) -> PreflightPassed:
    data = PreflightData(**_data(preflight, now))
    return PreflightPassed(
        account_id=preflight.account_id, subject=str(preflight.schedule_item_id), time=now, data=data
    )


def preflight_failed(preflight: Preflight, refusal: Reason, now: datetime) -> PreflightFailed:
    data = PreflightFailedData(**_data(preflight, now), **refusal.model_dump())
    return PreflightFailed(
        account_id=preflight.account_id, subject=str(preflight.schedule_item_id), time=now, data=data
    )


def _data(preflight: Preflight, now: datetime) -> dict[str, object]:
    return {
        "item_id": preflight.schedule_item_id,
        "item_revision": preflight.item_revision,
        "content_id": preflight.content_id,
        "platform": preflight.platform,
        "checked_at": now,
    }
