"""Decisions about sending a post, and how long to wait when it is not sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pulseworks_contracts import PlatformPayload, Reason
from pydantic import SecretStr

from publisher.checks.rules import LINKED, Decision, Records, Withdrawn, decide, refusal_of
from publisher.clients.ayrshare.answers import Answered, PostAnswer, PostRequest
from publisher.clients.ayrshare.classification import (
    Accepted,
    Duplicate,
    NotSent,
    Rejected,
    RejectedForNow,
    Unclear,
    UnderWay,
    Verdict,
)
from publisher.models import Delivery, ProviderProfile
from publisher.placement.rules import MisplacedPost, Target
from publisher.provider.rules import ProfileStatus, suspension

RECORDS_PAUSE = timedelta(seconds=1)
NOT_SENT_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
SEND_WITHIN_SECONDS = 5.0
"""A process that stalls for longer between fence and call must not call: another one may be reconciling by then."""

_CLOCK_PAUSE = timedelta(minutes=1)
_CLOCK_SKEW = timedelta(minutes=1)
_REFUSED, _SERVER_ERROR = 400, 500


@dataclass(frozen=True)
class Early:
    """The post's time is not near by this process's clock. A clock is wrong, and an early post can't be taken back."""

    by: timedelta

    @property
    def pause(self) -> timedelta:
        """Short, so that a replica with the right clock may take the delivery in time."""
        return min(self.by, _CLOCK_PAUSE)


@dataclass(frozen=True)
class Plan:
    """Our own records allow the post."""

    profile_key: SecretStr
    is_fresh: bool
    """Whether they contain what Ayrshare reported a few seconds ago."""


@dataclass(frozen=True)
class Call:
    """A call that is fenced: ``sending`` is committed."""

    target: Target
    request: PostRequest
    sent_at: datetime
    fenced_at: float
    """Monotonic seconds."""


def may_send(records: Records, status: ProfileStatus | None, now: datetime) -> Decision | Early | None:
    """Return why the post must not be sent now. None: it may be sent. ``status``: as fetched, if it was fetched."""
    decision = decide(records, now)
    early = records.post.scheduled_for - now
    if early > _CLOCK_SKEW and not isinstance(decision, Withdrawn):
        return Early(early)
    return decision or _refused_by_status(records, status)


def _refused_by_status(records: Records, status: ProfileStatus | None) -> Reason | None:
    if status is None or records.provider is None or status.failure is not None:
        return None
    if status.refusal is not None:
        return status.refusal
    linked = status.linked_on(records.post.platform)
    # even if our records have a newer answer: two requests may be answered in the other order
    if linked is None or linked.account_id != records.post.platform_account_id:
        return refusal_of(LINKED, records)
    return suspension(records.provider)


def is_fresh(provider: ProviderProfile, now: datetime, most: timedelta) -> bool:
    fetched_at = provider.refreshed_at
    return fetched_at is not None and timedelta(0) <= now - fetched_at < most


def is_first_call(delivery: Delivery) -> bool:
    """Return whether no call was made for the delivery since the time that it is scheduled for now."""
    return delivery.sent_at is None or delivery.sent_at < delivery.scheduled_for


def post_request(delivery: Delivery) -> PostRequest:
    payload = PlatformPayload.model_validate(delivery.payload)
    return PostRequest(
        key=delivery.idempotency_key,
        platform=payload.platform,
        text=payload.text,
        media_urls=tuple(media.url for media in payload.media),
        alt_texts=tuple(media.alt_text for media in payload.media),
    )


def is_answer(answer: PostAnswer) -> bool:
    """Return whether the provider answered: an empty refusal is an answer, an empty success is not."""
    return (
        isinstance(answer, Answered)
        and answer.status < _SERVER_ERROR
        and (bool(answer.body) or answer.status >= _REFUSED)
    )


OUTCOME_NAMES: dict[type[Verdict | MisplacedPost], str] = {
    Accepted: "accepted",
    MisplacedPost: "went_elsewhere",
    Rejected: "rejected",
    RejectedForNow: "rejected_for_now",
    NotSent: "not_sent",
    Duplicate: "duplicate",
    UnderWay: "under_way",
    Unclear: "unknown",
}
"""``outcome`` of an attempt, as the API shows it."""
