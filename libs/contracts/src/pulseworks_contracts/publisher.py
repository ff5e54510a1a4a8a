from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.platforms import Platform
from pulseworks_contracts.reason import Reason


class VerifiedPlatform(Data):
    platform: Platform
    platform_account_id: str
    display_name: str


class ProfileVerifiedData(Data):
    revision: int = Field(ge=1, description="Rises with each change of the publishing profile; apply only newer ones.")
    provider_profile_id: str = Field(description="Ayrshare's `refId`.")
    platforms: list[VerifiedPlatform] = Field(min_length=1)
    verified_by: UUID
    verified_at: AwareDatetime


class ProfileVerified(Event):
    """A person confirmed which Page and which account are the business's own. Subject: the publishing profile."""

    type: Literal["publisher.profile_verified.v1"] = "publisher.profile_verified.v1"
    data: ProfileVerifiedData


class ProfileNeedsReconnectData(Data):
    revision: int = Field(ge=1)
    platforms: list[Platform] = Field(description="The platforms that lost their connection.")
    reason: str = Field(description="For people: what happened and what to do.")


class ProfileNeedsReconnect(Event):
    """A connection of the publishing profile is gone or no longer the verified one. Subject: the publishing profile."""

    type: Literal["publisher.profile_needs_reconnect.v1"] = "publisher.profile_needs_reconnect.v1"
    data: ProfileNeedsReconnectData


class PreflightData(Data):
    item_id: UUID
    item_revision: int = Field(ge=1, description="Of the schedule item that was looked at.")
    content_id: UUID
    platform: Platform
    checked_at: AwareDatetime = Field(description="A later look at the same item replaces an earlier one.")


class PreflightPassed(Event):
    """An upcoming post would go out as things are. Subject: the schedule item."""

    type: Literal["publisher.preflight_passed.v1"] = "publisher.preflight_passed.v1"
    data: PreflightData


class PreflightFailedData(Reason, PreflightData):
    pass


class PreflightFailed(Event):
    """An upcoming post would not go out as things are, and someone can still act. Subject: the schedule item."""

    type: Literal["publisher.preflight_failed.v1"] = "publisher.preflight_failed.v1"
    data: PreflightFailedData


class _Outcome(Data):
    delivery_id: UUID
    revision: int = Field(
        ge=1, description="Of the delivery: rises with each change of its status; apply only newer ones."
    )
    item_id: UUID
    content_id: UUID
    platform: Platform
    provider_profile_id: str
    platform_account_id: str
    attempt: int = Field(ge=0, description="0 when nothing was sent.")


class PostPublishedData(_Outcome):
    provider_post_id: str | None = Field(description="Ayrshare's id of the post.")
    platform_post_id: str | None = Field(description="The network's own id of the post.")
    post_url: str | None
    published_at: AwareDatetime


class PostPublished(Event):
    """A post is live. Final. Subject: the schedule item."""

    type: Literal["publisher.post_published.v1"] = "publisher.post_published.v1"
    data: PostPublishedData


class PostFailedData(Reason, _Outcome):
    pass


class PostFailed(Event):
    """A post did not go out and will not by itself. Subject: the schedule item."""

    type: Literal["publisher.post_failed.v1"] = "publisher.post_failed.v1"
    data: PostFailedData


class PostOutcomeUnknownData(_Outcome):
    message: str = Field(description="For people: what is known, and both ways out.")


class PostOutcomeUnknown(Event):
    """A post may or may not be live, and looking has not settled it yet. Subject: the schedule item."""

    type: Literal["publisher.post_outcome_unknown.v1"] = "publisher.post_outcome_unknown.v1"
    data: PostOutcomeUnknownData
