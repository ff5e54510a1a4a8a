from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from common.http import HttpUrl, Moment, RequestModel, samples
from pulseworks_contracts import Platform, PlatformPayload
from pydantic import BaseModel, ConfigDict, Field

from scheduler.models import ItemStatus, ScheduleItem
from scheduler.slots.explanation import SlotExplanation

Month = Annotated[
    str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="`YYYY-MM`, in the account's time zone.")
]

_STATUS = (
    "`QUEUED`: waits for its time. `SCHEDULED`: its time has come and it is being published; if that takes long, "
    "`error` says why. (The status SCHEDULED of a content item also covers items that still wait.) `PARKED`: held "
    "back; see `held_by`. `PUBLISHED`: live; this is final. `FAILED`: not published, or published on a wrong account; "
    "see `error`. `UNKNOWN`: may or may not be live; `error` says what to do. `CANCELLED`: by a user, or because its "
    "approval was withdrawn or its content item deleted, or resolved as not live. `MISSED`: its publishing could "
    "not begin in time, or it was held back past its time (it stays PARKED until the last reason ends). If its "
    "publishing had begun but it could not be sent before `expires_at`, it is FAILED with the error `missed`."
)

_ITEM: dict[str, Any] = {
    "id": samples.ITEM_ID,
    "revision": 1,
    "content_id": samples.CONTENT_ID,
    "content_revision": 3,
    "title": samples.TITLE,
    "platform": "INSTAGRAM",
    "status": "QUEUED",
    "scheduled_for": samples.DUE,
    "held_by": [],
    "created_at": samples.APPROVED,
}
_FROZEN: dict[str, Any] = {
    "payload": samples.PAYLOAD,
    "content_hash": samples.CONTENT_HASH,
    "provider_profile_id": samples.PROVIDER_PROFILE_ID,
    "platform_account_id": samples.INSTAGRAM_ID,
    "created_by": samples.USER_ID,
}


class MoveIn(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"scheduled_for": "2026-12-03T18:30:00+13:00"}]})

    scheduled_for: Moment = Field(description="The new time, in the future: RFC 3339 with an offset.")


class Live(RequestModel):
    """You have checked on the platform: the post is live."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "live", "url": samples.POST_URL}]})

    outcome: Literal["live"] = Field(description="Always `live`.")
    url: HttpUrl = Field(description="URL of the post on the platform.")


class NotLive(RequestModel):
    """You have checked on the platform: the post is not live.

    The item becomes CANCELLED, and its content item may be scheduled again.
    """

    outcome: Literal["not_live"] = Field(description="Always `not_live`.")


Resolution = Annotated[Live | NotLive, Field(discriminator="outcome")]


class ItemError(BaseModel):
    """Why a schedule item is held back, has no outcome yet, or was not published."""

    code: str = Field(
        description="Stable code of the reason, for example `paused_item`, `missed` or `no_outcome` (its delivery "
        "never reported an outcome: resolve the item). More codes may be added: show `message`."
    )
    message: str = Field(description="Text for people: what was wrong and what to do.")
    remedy: str | None = Field(
        description="What a user can do: `reconnect` the Page or Instagram account, `edit` the post, `subscribe`, "
        "`retry` (schedule it again), `resume` it, `wait` or `contact_support`. Null if none of these helps."
    )


class AtRisk(BaseModel):
    """A problem that would keep the post from being published, found half an hour before its time.

    Checks are repeated until shortly before that time. When one passes, the problem is removed.
    """

    code: str = Field(
        description="Stable code of the problem, for example `media_unreachable`. More may be added: show `message`."
    )
    message: str = Field(description="Text for people: what would go wrong, and what to do.")
    remedy: str = Field(
        description="What a user can do: `reconnect` the Page or Instagram account, `edit` the post, `subscribe`, "
        "`retry` (cancel it and schedule it again) or `contact_support`."
    )
    checked_at: datetime = Field(description="When the check last found the problem.")


class ItemOut(BaseModel):
    """A schedule item: one post, on one platform, at one time."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    id: UUID
    revision: int = Field(description="Rises with each change of its time or status.")
    content_id: UUID = Field(description="Id of the content item that is published.")
    content_revision: int = Field(description="The `revision` of the content item that was approved.")
    title: str = Field(description="Name of the post in lists. It is not posted.")
    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    status: ItemStatus = Field(description=_STATUS)
    scheduled_for: datetime = Field(description="UTC.")
    error: ItemError | None = Field(description="Null if there is nothing to report.")
    held_by: list[ItemError] = Field(
        description="Why the item is PARKED: all reasons. When none is left, it is QUEUED again, or MISSED if its time "
        "has passed."
    )
    at_risk: AtRisk | None = Field(
        description="A problem found by the check half an hour before the time. Null if there is none, and for items "
        "that are not QUEUED."
    )
    post_url: str | None = Field(
        description="URL of the post on the platform; null until it is live, or if Ayrshare did not say."
    )
    published_at: datetime | None = Field(
        description="When PulseWorks learned that the post is live; null before that, and if a user resolved the item "
        "as live."
    )
    created_at: datetime = Field(description="When it was scheduled.")

    @classmethod
    def of(cls, item: ScheduleItem) -> "ItemOut":
        return cls(
            id=item.id,
            revision=item.revision,
            content_id=item.content_id,
            content_revision=item.content_revision,
            title=item.title,
            platform=cast("Platform", item.platform),
            status=ItemStatus(item.status),
            scheduled_for=item.scheduled_for,
            error=_error(item),
            held_by=[ItemError.model_validate(blocker) for blocker in item.held_by],
            at_risk=_at_risk(item),
            post_url=item.post_url,
            published_at=item.published_at,
            created_at=item.created_at,
        )


class ItemDetail(ItemOut):
    """A schedule item with all that was fixed when it was created: what is posted, and on which account.

    None of that changes any more: exactly this is posted, or nothing. Only time and status change.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM | _FROZEN]})

    why: SlotExplanation = Field(description="Why it has its time.")
    payload: PlatformPayload = Field(description="Exactly what is posted.")
    content_hash: str = Field(description="The `content_hash` of the content item that was approved.")
    provider_profile_id: str = Field(description="Ayrshare's id (`refId`) of the account's profile there.")
    platform_account_id: str = Field(description="The platform's id of the Facebook Page or Instagram account.")
    provider_post_id: str | None = Field(description="Ayrshare's id of the post, once it is published.")
    platform_post_id: str | None = Field(description="The platform's id of the post, once it is published.")
    created_by: UUID = Field(description="Id of the user who scheduled it.")

    @classmethod
    def of(cls, item: ScheduleItem) -> "ItemDetail":
        return cls(
            **dict(ItemOut.of(item)),
            why=SlotExplanation.from_stored(item.why),
            payload=PlatformPayload.model_validate(item.payload),
            content_hash=item.content_hash,
            provider_profile_id=item.provider_profile_id,
            platform_account_id=item.platform_account_id,
            provider_post_id=item.provider_post_id,
            platform_post_id=item.platform_post_id,
            created_by=item.created_by,
        )


def _error(item: ScheduleItem) -> ItemError | None:
    if item.error_code is None:
        return None
    return ItemError(code=item.error_code, message=item.error_message or "", remedy=item.error_remedy)


def _at_risk(item: ScheduleItem) -> AtRisk | None:
    if item.status != ItemStatus.QUEUED or item.at_risk_code is None or item.preflight_at is None:
        return None
    return AtRisk(
        code=item.at_risk_code,
        message=item.at_risk_message or "",
        remedy=item.at_risk_remedy or "",
        checked_at=item.preflight_at,
    )
