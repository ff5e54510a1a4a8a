from datetime import datetime

from pulseworks_contracts import AuditRecorded, AuditRecordedData

from publisher.models import ProviderProfile


def key_reencrypted(profile: ProviderProfile, now: datetime) -> AuditRecorded:
    data = AuditRecordedData(
        event_type="PROFILE_KEY_REENCRYPTED",
        entity_type=profile.__tablename__,
        entity_id=str(profile.id),
        user_id=None,
        occurred_at=now,
        metadata={"provider_profile_id": profile.ref_id},
    )
    return AuditRecorded(account_id=profile.account_id, subject=str(profile.id), time=now, data=data)
