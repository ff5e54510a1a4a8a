from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.payload import PlatformPayload
from pulseworks_contracts.platforms import Platform


class FrozenPost(Data):
    """What a schedule item froze when it was made. The publisher posts this or nothing."""

    item_id: UUID
    revision: int = Field(ge=1, description="Of the schedule item: rises with each move or change of status.")
    content_id: UUID
    content_revision: int = Field(ge=1)
    content_hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    payload: PlatformPayload
    provider_profile_id: str = Field(description="Ayrshare's `refId` of the profile. Not the profile key.")
    platform_account_id: str = Field(description="The Facebook Page's or the Instagram account's own id.")
    scheduled_for: AwareDatetime


class PostScheduled(Event):
    """A post has a time, or a new one. Subject: the schedule item."""

    type: Literal["scheduler.post_scheduled.v1"] = "scheduler.post_scheduled.v1"
    data: FrozenPost


class PostUpcoming(Event):
    """A post's time is near: whoever can tell that it would fail says so while someone can act. Subject: the item."""

    type: Literal["scheduler.post_upcoming.v1"] = "scheduler.post_upcoming.v1"
    data: FrozenPost


class PostDueData(FrozenPost):
    expires_at: AwareDatetime = Field(description="Later than this the post must not go out any more (missed).")


class PostDue(Event):
    """The time of a post has come. Subject: the schedule item."""

    type: Literal["scheduler.post_due.v1"] = "scheduler.post_due.v1"
    data: PostDueData


class PostCancelledData(Data):
    item_id: UUID
    revision: int = Field(ge=1)
    content_id: UUID
    reason: Literal["cancelled", "approval_withdrawn", "content_deleted", "parked"] = Field(
        description="`parked`: a person paused it, or billing or the connection lapsed. Once that is over, if it is in "
        "time, a new PostScheduled follows."
    )


class PostCancelled(Event):
    """A post will not go out at its time. Subject: the schedule item."""

    type: Literal["scheduler.post_cancelled.v1"] = "scheduler.post_cancelled.v1"
    data: PostCancelledData


class PostMissedData(Data):
    item_id: UUID
    revision: int = Field(ge=1)
    content_id: UUID
    scheduled_for: AwareDatetime


class PostMissed(Event):
    """A post was overdue by more than the missed window and is not sent late. Subject: the schedule item."""

    type: Literal["scheduler.post_missed.v1"] = "scheduler.post_missed.v1"
    data: PostMissedData


class PostUnansweredData(Data):
    item_id: UUID
    revision: int = Field(ge=1)
    content_id: UUID
    platform: Platform
    scheduled_for: AwareDatetime
    message: str = Field(description="For people: what is known, and both ways out.")


class PostUnanswered(Event):
    """The publisher never reported the outcome of a post: it may or may not be live. Subject: the schedule item."""

    type: Literal["scheduler.post_unanswered.v1"] = "scheduler.post_unanswered.v1"
    data: PostUnansweredData


class PostConfirmedData(Data):
    item_id: UUID
    revision: int = Field(ge=1)
    content_id: UUID
    platform: Platform
    post_url: str
    confirmed_by: UUID


class PostConfirmed(Event):
    """A person confirmed that an unanswered post is live. Final. Subject: the schedule item."""

    type: Literal["scheduler.post_confirmed.v1"] = "scheduler.post_confirmed.v1"
    data: PostConfirmedData
