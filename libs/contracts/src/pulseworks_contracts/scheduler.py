from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.payload import PlatformPayload
from pulseworks_contracts.platforms import Platform

_ITEM = "Id of the schedule item: one content item on one platform."
_REVISION = "Rises with each change of the schedule item's time or status; apply only newer ones."
_CONTENT = "Id of the content item that is posted."


class FrozenPost(Data):
    """What a schedule item fixed when it was created. The publisher posts exactly this or nothing."""

    item_id: UUID = Field(description=_ITEM)
    revision: int = Field(ge=1, description=_REVISION)
    content_id: UUID = Field(description=_CONTENT)
    content_revision: int = Field(ge=1, description="The revision of the content item that was approved.")
    content_hash: str = Field(
        pattern=r"^sha256:[0-9a-f]{64}$", description="The approved hash, as in `content.approved.v1`."
    )
    payload: PlatformPayload = Field(description="Exactly what will be posted.")
    provider_profile_id: str = Field(description="Ayrshare's `refId` of the profile. Not the profile key.")
    platform_account_id: str = Field(description="The platform's id of the Facebook Page or Instagram account.")
    scheduled_for: AwareDatetime = Field(description="When the post is published.")


class PostScheduled(Event):
    """A post was scheduled, moved or released.

    Sent when a post is scheduled, moved to another time (which may be now), or released after it was parked.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_scheduled.v1"] = "scheduler.post_scheduled.v1"
    data: FrozenPost


class PostUpcoming(Event):
    """A post is due soon; the publisher runs its preflight check.

    Sent when 30 minutes are left until the post's time (a setting of the scheduler), or immediately if less is left;
    again 5 minutes before the post's time if a check after the first event has failed. `time` is when the reminder was
    set, for example when the post was scheduled or moved, not when the event is sent.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_upcoming.v1"] = "scheduler.post_upcoming.v1"
    data: FrozenPost


class PostDueData(FrozenPost):
    expires_at: AwareDatetime = Field(description="After this time the post must not be published; it is missed.")


class PostDue(Event):
    """A post is due.

    Sent when `scheduled_for` is reached; late after an outage, but never after `expires_at`. `time` is when this timer
    was set, for example when the post was scheduled or moved, not when the event is sent.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_due.v1"] = "scheduler.post_due.v1"
    data: PostDueData


class PostCancelledData(Data):
    item_id: UUID = Field(description=_ITEM)
    revision: int = Field(ge=1, description=_REVISION)
    content_id: UUID = Field(description=_CONTENT)
    reason: Literal["cancelled", "approval_withdrawn", "content_deleted", "parked"] = Field(
        description="`cancelled`: by a user. `parked`: held back by a pause, a lapsed subscription or a lost "
        "connection. If the cause is resolved before the post's time, `scheduler.post_scheduled.v1` follows."
    )


class PostCancelled(Event):
    """A post will not be published at its time.

    Sent when a user cancels a scheduled post or reports that an unanswered one is not live, when its approval is
    withdrawn or its content deleted, and when it is parked.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_cancelled.v1"] = "scheduler.post_cancelled.v1"
    data: PostCancelledData


class PostMissedData(Data):
    item_id: UUID = Field(description=_ITEM)
    revision: int = Field(ge=1, description=_REVISION)
    content_id: UUID = Field(description=_CONTENT)
    scheduled_for: AwareDatetime = Field(description="When the post should have been published.")


class PostMissed(Event):
    """A post was not published in time, and will not be published late.

    Sent when a post is overdue by more than the missed window (6 hours by default), and when a parked post is released
    after its time.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_missed.v1"] = "scheduler.post_missed.v1"
    data: PostMissedData


class PostUnansweredData(Data):
    item_id: UUID = Field(description=_ITEM)
    revision: int = Field(ge=1, description=_REVISION)
    content_id: UUID = Field(description=_CONTENT)
    platform: Platform = Field(description="The platform of the post.")
    scheduled_for: AwareDatetime = Field(description="When the post was due.")
    message: str = Field(description="Text for people: what is known, and the two ways to resolve it.")


class PostUnanswered(Event):
    """The publisher never reported the outcome of a post: it may or may not be live.

    Sent when the wait for an outcome ends, by default an hour after the post's `expires_at`. If an event
    `publisher.post_published` or `publisher.post_failed` still follows, it takes precedence.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_unanswered.v1"] = "scheduler.post_unanswered.v1"
    data: PostUnansweredData


class PostConfirmedData(Data):
    item_id: UUID = Field(description=_ITEM)
    revision: int = Field(ge=1, description=_REVISION)
    content_id: UUID = Field(description=_CONTENT)
    platform: Platform = Field(description="The platform of the post.")
    post_url: str = Field(description="Address of the post on the platform, as the user entered it.")
    confirmed_by: UUID = Field(description="The user who confirmed it.")


class PostConfirmed(Event):
    """A user confirmed that an unanswered post is live. It takes precedence over a later `publisher.post_failed`.

    Sent when a user resolves the item as live.

    Subject: the schedule item.
    """

    type: Literal["scheduler.post_confirmed.v1"] = "scheduler.post_confirmed.v1"
    data: PostConfirmedData
