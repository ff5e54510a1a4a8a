"""P3: what our own records must show before a post may be sent. A single mismatch stops it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pulseworks_contracts import LIMITS, Platform, PlatformPayload, Reason, Remedy

from publisher.models import (
    ApprovedContent,
    Delivery,
    Preflight,
    ProviderProfile,
    PublishingProfile,
    ScheduledPost,
    SocialConnection,
    Subscription,
)
from publisher.provider.rules import pause_message
from publisher.read_models.rules import frozen_facts
from publisher.transitions.rules import reason_afterwards


@dataclass(frozen=True)
class Records:
    """Our records about a post and its account. None: no event has arrived yet, or there is no such record."""

    post: Delivery | Preflight
    content: ApprovedContent | None
    item: ScheduledPost | None
    subscription: Subscription | None
    profile: PublishingProfile | None
    connection: SocialConnection | None
    provider: ProviderProfile | None


@dataclass(frozen=True)
class Withdrawn:
    """The scheduler has withdrawn the post: nothing is sent, and no event is needed."""

    reason: str


@dataclass(frozen=True)
class Missing:
    """Events that must have been sent have not arrived yet; no order on the bus is assumed."""

    names: tuple[str, ...]


Decision = Reason | Withdrawn | Missing
"""A Reason: the delivery fails, and nothing is sent."""


@dataclass(frozen=True)
class Check:
    code: str
    remedy: Remedy
    message: str
    """For people. {platform} and {expires_at} are filled in."""
    passes: Callable[[Records, datetime], bool]


def _content_is_approved(records: Records, _now: datetime) -> bool:
    return records.content is not None and records.content.approved


def _content_is_unchanged(records: Records, _now: datetime) -> bool:
    content, post = records.content, records.post
    return content is not None and (content.revision, content.content_hash) == (
        post.content_revision,
        post.content_hash,
    )


def _payload_is_unchanged(records: Records, _now: datetime) -> bool:
    """Compute the digest again from what would be sent; no stored digest is used."""
    content, post = records.content, records.post
    payload = PlatformPayload.model_validate(post.payload)
    return (
        content is not None
        and payload.platform == post.platform
        and content.digests.get(post.platform) == payload.digest()
    )


def _schedule_is_unchanged(records: Records, _now: datetime) -> bool:
    item = records.item
    return item is not None and item.frozen == frozen_facts(records.post)


def _profile_is_verified(records: Records, _now: datetime) -> bool:
    profile, platform = records.profile, records.post.platform
    return profile is not None and platform not in profile.lost_platforms and profile.account_on(platform) is not None


def _profile_is_unchanged(records: Records, _now: datetime) -> bool:
    profile, provider, post = records.profile, records.provider, records.post
    return (
        profile is not None
        and provider is not None
        and provider.status == "ready"
        and provider.ref_id == profile.provider_profile_id == post.provider_profile_id
        and profile.account_on(post.platform) == post.platform_account_id
    )


def _connection_is_linked(records: Records, _now: datetime) -> bool:
    connection, post = records.connection, records.post
    return (
        connection is not None
        and connection.status == "LINKED"
        and connection.provider_profile_id == post.provider_profile_id
        and connection.platform_account_id == post.platform_account_id
    )


def _subscription_includes_posting(records: Records, _now: datetime) -> bool:
    return records.subscription is not None and records.subscription.posting


def _is_in_time(records: Records, now: datetime) -> bool:
    return now <= records.post.expires_at


KEY_UNREADABLE = Reason(
    code="profile_key_unreadable",
    message="We can't read the key of your connection to the posting provider, so nothing was sent. We have to fix "
    "this: please contact support, then schedule the post again.",
    remedy="contact_support",
)

IN_TIME = Check(
    "missed",
    "retry",
    "The post could not go out before {expires_at:%Y-%m-%d %H:%M} UTC and is not sent late. Schedule it again.",
    _is_in_time,
)

LINKED = Check(
    "connection_lost",
    "reconnect",
    "{platform} is no longer connected to the account that this post was scheduled for. Connect it and verify it.",
    _connection_is_linked,
)

CHECKS: tuple[Check, ...] = (
    Check(
        "content_not_approved",
        "edit",
        "The approval of this content was withdrawn. Approve it and schedule it again.",
        _content_is_approved,
    ),
    Check(
        "content_changed",
        "edit",
        "The content was changed and approved again after it was scheduled. Schedule the new version.",
        _content_is_unchanged,
    ),
    Check(
        "payload_changed",
        "contact_support",
        "The scheduled text or images for {platform} differ from the approved ones, so nothing was sent. "
        "Schedule the content again.",
        _payload_is_unchanged,
    ),
    Check(
        "schedule_mismatch",
        "contact_support",
        "The post that came due differs from the scheduled one, so it was not sent. Schedule the content again.",
        _schedule_is_unchanged,
    ),
    Check(
        "profile_not_verified",
        "reconnect",
        "{platform} is not verified for this business. Connect it and verify it, then schedule the post again.",
        _profile_is_verified,
    ),
    Check(
        "profile_mismatch",
        "reconnect",
        "The {platform} account that is verified now is not the one that this post was scheduled for, "
        "so it was not sent. Schedule the post again for the account that you want.",
        _profile_is_unchanged,
    ),
    LINKED,
    Check(
        "subscription_inactive",
        "subscribe",
        "The subscription does not include posting at the moment. Renew it, then schedule the post again.",
        _subscription_includes_posting,
    ),
)


def decide(records: Records, now: datetime) -> Decision | None:
    """Return why the post must not be sent. None: it may be sent."""
    withdrawn = _withdrawn(records)
    if withdrawn is not None:
        return withdrawn
    if not IN_TIME.passes(records, now):
        return refusal_of(IN_TIME, records)
    missing = _missing(records)
    if missing:
        return Missing(missing)
    return next((refusal_of(check, records) for check in CHECKS if not check.passes(records, now)), None)


def records_missing(missing: Missing) -> Reason:
    """Return the refusal for records that did not arrive within the grace period."""
    what = " and ".join(missing.names)
    return Reason(
        code="records_missing",
        message=f"We could not confirm {what} for this post, so it was not sent. Schedule it again.",
        remedy="contact_support",
    )


def _withdrawn(records: Records) -> Withdrawn | None:
    item, post = records.item, records.post
    if item is None or item.revision < post.item_revision:
        return None
    if item.cancelled:
        return Withdrawn(item.reason or "cancelled")
    # a newer revision with other facts comes due separately
    newer = item.revision > post.item_revision and item.frozen is not None
    return Withdrawn("superseded") if newer and item.frozen != frozen_facts(post) else None


def _missing(records: Records) -> tuple[str, ...]:
    post, names = records.post, []
    if records.content is None or records.content.revision < post.content_revision:
        names.append("the approval")
    if records.item is None or records.item.frozen is None or records.item.revision < post.item_revision:
        names.append("the schedule")
    if records.subscription is None:
        names.append("the subscription")
    return tuple(names)


def paused_too_long(provider: ProviderProfile) -> Reason:
    """Return the refusal for a post that expires before its profile's pause ends."""
    return Reason(
        code="profile_paused",
        message=f"{pause_message(provider)} That is too late for this post: schedule it for a later time.",
        remedy="retry",
    )


def refusal_of(check: Check, records: Records) -> Reason:
    """Return the refusal of a check that did not pass."""
    post = records.post
    platform = LIMITS[cast("Platform", post.platform)].display_name
    message = check.message.format(platform=platform, expires_at=post.expires_at)
    if check is IN_TIME and post.error_message:
        message += f" Reason for the delay: {reason_afterwards(post.error_code, post.error_message)}"
    return Reason(code=check.code, message=message, remedy=check.remedy)
