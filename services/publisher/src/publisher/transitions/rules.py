"""What a person reads while a post is delayed: what is true now, and what to do. Nothing, as a rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pulseworks_contracts import LIMITS, Platform, Reason, Remedy

from publisher.models import Delivery, ProviderProfile
from publisher.provider.rules import pause_message

_NOTHING_TO_DO = "You don't need to do anything."


@dataclass(frozen=True)
class Delay:
    """Why a due post has no outcome yet. ``remedy`` None: only waiting helps."""

    code: str
    message: str
    remedy: Remedy | None = None


def provider_away(delivery: Delivery) -> Delay:
    return Delay(
        "provider_away",
        "The posting provider does not answer at the moment, so this post has not been sent. We keep trying until "
        f"{_time(delivery.expires_at)}. {_NOTHING_TO_DO}",
    )


def profile_paused(provider: ProviderProfile) -> Delay:
    return Delay("profile_paused", f"{pause_message(provider)} This post is sent after that. {_NOTHING_TO_DO}")


def outcome_pending(delivery: Delivery, *, has_arrived: bool, limit: timedelta, now: datetime) -> Delay:
    """Return the text while a post that may be live is searched for, for ``limit`` since the first unclear answer.

    ``has_arrived``: the provider refused the call because it has this post, or a very similar one.
    """
    platform = LIMITS[cast("Platform", delivery.platform)].display_name
    known = (
        f"The posting provider reports that it already has this post or a very similar one, so it may be live on "
        f"{platform}. We are looking for it there."
        if has_arrived
        else f"We sent this post and received no clear answer, so it may or may not be live on {platform}. We are "
        "looking for it at the posting provider. If it did not arrive, we send it again."
    )
    until = (delivery.uncertain_since or now) + limit
    return Delay(
        "outcome_pending",
        f"{known} The result is here by {_time(until)}. Until then, please don't post it yourself.",
    )


def retrying(delivery: Delivery, reason: Reason) -> Delay:
    """Return the text while a post that was rejected for now waits for the next call. Its code is the reason's."""
    why = _REJECTED_FOR_NOW.get(reason.code, "it was refused for now")
    return Delay(
        reason.code,
        f"This post has not been accepted yet: {why}. We try again, until {_time(delivery.expires_at)} at the latest. "
        f"{_NOTHING_TO_DO}",
    )


def refused_too_late(reason: Reason) -> Reason:
    """Return the failure of a post whose rejection was found only after its outcome had been shown as unknown."""
    why = _REJECTED_FOR_NOW.get(reason.code, "it was refused for now")
    message = f"This post did not go out: {why}. We learned this too late to send it again. Schedule it again."
    return Reason(code=reason.code, message=message, remedy="retry")


_REJECTED_FOR_NOW: dict[str, str] = {
    "media_unreachable": "its image could not be fetched",
    "provider_account": "our access to the posting provider was refused, which we have to fix",
    "rate_limited": "there were too many requests for your profile at the posting provider",
    "too_early": "the posting provider asked for a later attempt",
}

DELAYS: dict[str, str] = {
    "provider_away": "At the last try the posting provider did not answer.",
    "profile_paused": "The posting provider accepted no more requests for your profile.",
    "outcome_pending": "An earlier call for it had no clear answer and did not arrive.",
}
"""Codes of delays that do not come from the post itself, and the reason as seen afterwards."""


def reason_afterwards(code: str | None, message: str) -> str:
    """Return the reason of a delay for a post that has expired meanwhile."""
    why = _REJECTED_FOR_NOW.get(code or "")
    return DELAYS.get(code or "", message) if why is None else f"{why[0].upper()}{why[1:]}."


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
