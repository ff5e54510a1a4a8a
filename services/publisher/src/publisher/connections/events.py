from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pulseworks_contracts import (
    PLATFORMS,
    AuditRecorded,
    AuditRecordedData,
    ProfileNeedsReconnect,
    ProfileNeedsReconnectData,
    ProfileVerified,
    ProfileVerifiedData,
    VerifiedPlatform,
)

from publisher.models import PublishingProfile, SocialConnection


def profile_verified(profile: PublishingProfile, now: datetime) -> ProfileVerified:
    data = ProfileVerifiedData(
        revision=profile.revision,
        provider_profile_id=profile.provider_profile_id,
        platforms=verified_platforms(profile),
        verified_by=profile.verified_by,
        verified_at=profile.verified_at,
    )
    return ProfileVerified(account_id=profile.account_id, subject=str(profile.id), time=now, data=data)


def verified_platforms(profile: PublishingProfile) -> list[VerifiedPlatform]:
    return [
        VerifiedPlatform(
            platform=platform,
            platform_account_id=profile.account_on(platform) or "",
            display_name=profile.name_on(platform) or "",
        )
        for platform in profile.verified_platforms
    ]


def profile_needs_reconnect(profile: PublishingProfile, now: datetime) -> ProfileNeedsReconnect:
    data = ProfileNeedsReconnectData(
        revision=profile.revision,
        platforms=[platform for platform in PLATFORMS if platform in profile.lost_platforms],
        reason=profile.reason or "",
    )
    return ProfileNeedsReconnect(account_id=profile.account_id, subject=str(profile.id), time=now, data=data)


def audit_entry(
    event_type: str,
    entity: PublishingProfile | SocialConnection,
    metadata: Mapping[str, Any],
    now: datetime,
    *,
    user_id: UUID | None = None,
) -> AuditRecorded:
    data = AuditRecordedData(
        event_type=event_type,
        entity_type=entity.__tablename__,
        entity_id=str(entity.id),
        user_id=user_id,
        occurred_at=now,
        metadata=dict(metadata),
    )
    return AuditRecorded(account_id=entity.account_id, subject=str(entity.id), time=now, data=data)
