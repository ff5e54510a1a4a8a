"""P3: what must be true, by our own records, before a post may leave. One mismatch and nothing is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pulseworks_contracts import LIMITS, PlatformPayload, Reason, Remedy

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
from publisher.pacing.service import why_paused
from publisher.read_models.frozen import frozen_facts


@dataclass(frozen=True)
class Records:
    """What this service knows about the account of a post. None: no event has told it yet, or there is none."""

    post: Delivery | Preflight
    content: ApprovedContent | None
    item: ScheduledPost | None
    subscription: Subscription | None
    profile: PublishingProfile | None
    connection: SocialConnection | None
    provider: ProviderProfile | None


@dataclass(frozen=True)
class Withdrawn:
    """The scheduler has taken the post back itself: nothing is sent, and nobody needs to be told."""

    reason: str


@dataclass(frozen=True)
class Missing:
    """Events that must have been sent are not here yet; the order on the bus is not assumed."""

    names: tuple[str, ...]


Decision = Reason | Withdrawn | Missing
"""A Reason: the delivery fails without anything having been sent."""


@dataclass(frozen=True)
class Check:
    code: str
    remedy: Remedy
    message: str
    """For people. {platform} and {expires_at} are filled in."""
    holds: Callable[[Records, datetime], bool]


def _content_is_approved(records: Records, _now: datetime) -> bool:
    return records.content is not None and records.content.approved


def _content_is_the_approved_one(records: Records, _now: datetime) -> bool:
    content, post = records.content, records.post
    return content is not None and (content.revision, content.content_hash) == (
        post.content_revision,
        post.content_hash,
    )


def _payload_is_the_approved_one(records: Records, _now: datetime) -> bool:
    """Compute the digest anew from what would be sent; it is not read from anywhere."""
    content, post = records.content, records.post
    payload = PlatformPayload.model_validate(post.payload)
    return (
        content is not None
        and payload.platform == post.platform
        and content.digests.get(post.platform) == payload.digest()
    )


def _schedule_is_the_frozen_one(records: Records, _now: datetime) -> bool:
    item = records.item
    return item is not None and item.frozen == frozen_facts(records.post)


def _profile_is_verified(records: Records, _now: datetime) -> bool:
    profile, platform = records.profile, records.post.platform
    return profile is not None and platform not in profile.lost_platforms and profile.account_on(platform) is not None


def _profile_is_the_frozen_one(records: Records, _now: datetime) -> bool:
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


def _posting_is_included(records: Records, _now: datetime) -> bool:
    return records.subscription is not None and records.subscription.posting


def _is_in_time(records: Records, now: datetime) -> bool:
    return now <= records.post.expires_at


IN_TIME = Check(
    "missed",
    "retry",
    "The post could not go out before {expires_at:%Y-%m-%d %H:%M} UTC and is not sent late. Schedule it anew.",
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
        "The approval of this content was withdrawn. Approve it and schedule it anew.",
        _content_is_approved,
    ),
    Check(
        "content_changed",
        "edit",
        "The content was changed and approved again after it was scheduled. Schedule the new version.",
        _content_is_the_approved_one,
    ),
    Check(
        "payload_changed",
        "contact_support",
        "What was scheduled for {platform} is not what was approved, so it was not sent. Schedule the content anew.",
        _payload_is_the_approved_one,
    ),
    Check(
        "schedule_mismatch",
        "contact_support",
        "What came due is not what was scheduled, so it was not sent. Schedule the content anew.",
        _schedule_is_the_frozen_one,
    ),
    Check(
        "profile_not_verified",
        "reconnect",
        "{platform} is not verified for this business. Connect it and verify it, then schedule the post anew.",
        _profile_is_verified,
    ),
    Check(
        "profile_mismatch",
        "reconnect",
        "The {platform} account that is verified now is not the one that this post was scheduled for, "
        "so it was not sent. Schedule the post anew for the account that you want.",
        _profile_is_the_frozen_one,
    ),
    LINKED,
    Check(
        "subscription_inactive",
        "subscribe",
        "The subscription does not include posting at the moment. Renew it, then schedule the post anew.",
        _posting_is_included,
    ),
)


def decide(records: Records, now: datetime) -> Decision | None:
    """Return why the post must not be sent, or None: it may."""
    withdrawn = _withdrawn(records)
    if withdrawn is not None:
        return withdrawn
    if not IN_TIME.holds(records, now):
        return refused_by(IN_TIME, records)
    missing = _missing(records)
    if missing:
        return Missing(missing)
    return next((refused_by(check, records) for check in CHECKS if not check.holds(records, now)), None)


def records_missing(missing: Missing) -> Reason:
    """Return the refusal for records that did not come within the grace."""
    what = " and ".join(missing.names)
    return Reason(
        code="records_missing",
        message=f"We could not confirm {what} for this post, so it was not sent. Schedule it anew.",
        remedy="contact_support",
    )


def _withdrawn(records: Records) -> Withdrawn | None:
    item, post = records.item, records.post
    if item is None or item.revision < post.item_revision:
        return None
    if item.cancelled:
        return Withdrawn(item.reason or "cancelled")
    # a newer revision with other facts comes due on its own
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


def profile_rests(provider: ProviderProfile) -> Reason:
    """Return the refusal for a post whose time is over before its profile may be used again."""
    return Reason(
        code="profile_paused",
        message=f"{why_paused(provider)} That is too late for this post: schedule it for a later time.",
        remedy="retry",
    )


def refused_by(check: Check, records: Records) -> Reason:
    """Return what a check that does not hold says of the post."""
    post = records.post
    platform = next(limits.display_name for key, limits in LIMITS.items() if key == post.platform)
    message = check.message.format(platform=platform, expires_at=post.expires_at)
    if check is IN_TIME and post.error_message:
        message += f" What held it up: {post.error_message}"
    return Reason(code=check.code, message=message, remedy=check.remedy)
