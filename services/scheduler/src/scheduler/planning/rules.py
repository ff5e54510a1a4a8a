"""Why a content item gets no time in a plan."""

from uuid import UUID

from pulseworks_contracts import Platform

from scheduler.models import ItemStatus
from scheduler.planning.schemas import Refusal


def not_approved(content_id: UUID) -> Refusal:
    return Refusal(
        content_id=content_id,
        platform=None,
        code="content_not_approved",
        message="There is no approved content with this id. Approve it first.",
    )


def not_in_month(content_id: UUID, own_month: str | None) -> Refusal:
    return Refusal(
        content_id=content_id,
        platform=None,
        code="content_not_in_month",
        message=f"This content item belongs to {own_month}.",
    )


def nothing_approved(month: str) -> Refusal:
    return Refusal(
        content_id=None,
        platform=None,
        code="nothing_approved",
        message=f"No post of {month} is approved. If you approved one a moment ago, try again in a second.",
    )


def no_slot_left(content_id: UUID, month: str, *, over: bool = False) -> Refusal:
    """``over``: the whole month is, so that another posting rule would not help."""
    message = (
        f"{month} is over. Choose a time."
        if over
        else f"No free slot is left in {month}. Change the posting rule or choose a time."
    )
    return Refusal(content_id=content_id, platform=None, code="no_slot_left", message=message)


def duplicate(content_id: UUID, platform: Platform | None, status: ItemStatus) -> Refusal:
    """Refuse a second item of a content and platform because of one that has ``status``."""
    code, message = {
        ItemStatus.PUBLISHED: (
            "already_published",
            "It was already published. Create a new content item to post it again.",
        ),
        ItemStatus.UNKNOWN: (
            "outcome_unknown",
            "An earlier attempt may be live. Resolve it first, as its error says, or the post could appear twice.",
        ),
    }.get(status, ("already_scheduled", "It is already scheduled. Move or cancel that post."))
    return Refusal(content_id=content_id, platform=platform, code=code, message=message)
