from datetime import datetime

from pulseworks_contracts import AuditRecorded, AuditRecordedData

from publisher.models import ProviderProfile


def profile_deleted(profile: ProviderProfile, unused_since: datetime | None, now: datetime) -> AuditRecorded:
    """Return the audit entry of a profile that is gone at Ayrshare."""
    data = AuditRecordedData(
        event_type="PROVIDER_PROFILE_DELETED",
        entity_type=profile.__tablename__,
        entity_id=str(profile.id),
        user_id=None,
        occurred_at=now,
        metadata={
            "provider_profile_id": profile.ref_id,
            "title": profile.title,
            "unused_since": None if unused_since is None else unused_since.isoformat(),
        },
    )
    return AuditRecorded(account_id=profile.account_id, subject=str(profile.id), time=now, data=data)
