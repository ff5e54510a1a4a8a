from datetime import datetime

from pulseworks_contracts import AuditRecorded, AuditRecordedData

from publisher.models import ProviderProfile
from publisher.provider.rules import pause_message


def profile_paused(profile: ProviderProfile, now: datetime) -> AuditRecorded:
    """Return the audit entry for a profile that pauses for the rest of the day."""
    data = AuditRecordedData(
        event_type="PROFILE_PAUSED",
        entity_type=profile.__tablename__,
        entity_id=str(profile.id),
        user_id=None,
        occurred_at=now,
        metadata={"reason": pause_message(profile), "refusals": profile.refusals},
    )
    return AuditRecorded(account_id=profile.account_id, subject=str(profile.id), time=now, data=data)
