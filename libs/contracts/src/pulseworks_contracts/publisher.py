from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.platforms import Platform
from pulseworks_contracts.reason import Reason, Remedy

_PROVIDER_PROFILE = "Ayrshare's `refId` of the profile. Not the profile key."
_PLATFORM_ACCOUNT = "The platform's id of the Facebook Page or Instagram account."
_PROFILE_REVISION = "Rises with each change of the publishing profile; apply only newer ones."
_ITEM = "Id of the schedule item: one content item on one platform."
_CONTENT = "Id of the content item."


class VerifiedPlatform(Data):
    platform: Platform = Field(description="The platform.")
    platform_account_id: str = Field(description=_PLATFORM_ACCOUNT)
    display_name: str = Field(description="Name of the Page or account, as shown to the user.")


class ProfileVerifiedData(Data):
    revision: int = Field(ge=1, description=_PROFILE_REVISION)
    provider_profile_id: str = Field(description=_PROVIDER_PROFILE)
    platforms: list[VerifiedPlatform] = Field(min_length=1, description="All verified platforms with their accounts.")
    verified_by: UUID = Field(description="The user who verified the profile.")
    verified_at: AwareDatetime = Field(description="When that user verified it.")


class ProfileVerified(Event):
    """A user confirmed which Page and which account belong to the business.

    Sent when a user verifies the profile, and when a verified account that was disconnected is connected again. If
    another platform is still disconnected, `publisher.profile_needs_reconnect.v1` follows with a higher revision.

    Subject: the publishing profile.
    """

    type: Literal["publisher.profile_verified.v1"] = "publisher.profile_verified.v1"
    data: ProfileVerifiedData


class ProfileNeedsReconnectData(Data):
    revision: int = Field(ge=1, description=_PROFILE_REVISION)
    platforms: list[Platform] = Field(description="All platforms that are not connected to their verified account.")
    reason: str = Field(description="Text for people: what happened and what to do.")


class ProfileNeedsReconnect(Event):
    """A platform of the publishing profile is no longer connected to the account that was verified.

    Sent when a verified account is disconnected, by a user or by the platform, or replaced by another account.

    Subject: the publishing profile.
    """

    type: Literal["publisher.profile_needs_reconnect.v1"] = "publisher.profile_needs_reconnect.v1"
    data: ProfileNeedsReconnectData


class PreflightData(Data):
    item_id: UUID = Field(description=_ITEM)
    item_revision: int = Field(ge=1, description="The revision of the schedule item that was checked.")
    content_id: UUID = Field(description=_CONTENT)
    platform: Platform = Field(description="The platform of the post.")
    checked_at: AwareDatetime = Field(description="When it was checked. A later check of the item supersedes this one.")


class PreflightPassed(Event):
    """The preflight check of a post passed.

    Sent when the preflight check of a post passes for the first time or after a failure. An unchanged result sends
    no event.

    Subject: the schedule item.
    """

    type: Literal["publisher.preflight_passed.v1"] = "publisher.preflight_passed.v1"
    data: PreflightData


class PreflightFailedData(Reason, PreflightData):
    pass


class PreflightFailed(Event):
    """The preflight check of a post found a problem that can still be fixed.

    Sent when the preflight check of a post finds a problem, or another problem than before. An unchanged result sends
    no event.

    Subject: the schedule item.
    """

    type: Literal["publisher.preflight_failed.v1"] = "publisher.preflight_failed.v1"
    data: PreflightFailedData


class _Outcome(Data):
    delivery_id: UUID = Field(description="Id of the delivery: one schedule item on its way to its platform.")
    revision: int = Field(ge=1, description="Rises with each change of the delivery; apply only newer ones.")
    item_id: UUID = Field(description=_ITEM)
    content_id: UUID = Field(description=_CONTENT)
    platform: Platform = Field(description="The platform of the post.")
    provider_profile_id: str = Field(description=_PROVIDER_PROFILE)
    platform_account_id: str = Field(description=_PLATFORM_ACCOUNT)
    attempt: int = Field(ge=0, description="Number of the last attempt; 0 if nothing was sent.")


class PostDelayedData(_Outcome):
    code: str = Field(
        description="Stable code: `outcome_pending` (it may be live, and lookups are running), `provider_away`, "
        "`profile_paused`, or the provider's reason for a rejection that is retried. More may be added."
    )
    message: str = Field(description="Text for people: what is true now, and what to do.")
    remedy: Remedy | None = Field(default=None, description="What a person can do; null if only waiting helps.")


class PostDelayed(Event):
    """A due post has no outcome yet. The event gives the reason as a text for people.

    Sent when the answer to a call is unclear and the post is looked up, when the provider does not answer or pauses
    the profile, and when it rejects the post for now. The same reason again sends no event. An outcome follows, with a
    higher revision.

    Subject: the schedule item.
    """

    type: Literal["publisher.post_delayed.v1"] = "publisher.post_delayed.v1"
    data: PostDelayedData


class PostPublishedData(_Outcome):
    provider_post_id: str | None = Field(description="Ayrshare's id of the post; null if unknown.")
    platform_post_id: str | None = Field(description="The platform's id of the post; null if unknown.")
    post_url: str | None = Field(description="Address of the live post; null if unknown.")
    published_at: AwareDatetime = Field(
        description="When the publisher learned that the post is live. Not the platform's own time."
    )


class PostPublished(Event):
    """A post is live. This is final.

    Sent when the provider accepts the post, when a lookup finds it live, or when a user confirms that it is.

    Subject: the schedule item.
    """

    type: Literal["publisher.post_published.v1"] = "publisher.post_published.v1"
    data: PostPublishedData


class PostFailedData(Reason, _Outcome):
    pass


class PostFailed(Event):
    """A post was not published on the right account, and is not retried automatically. See `code` and `remedy`.

    Sent when a check before sending fails, when the provider rejects the post permanently or too often, and when the
    post appeared on another account.

    Subject: the schedule item.
    """

    type: Literal["publisher.post_failed.v1"] = "publisher.post_failed.v1"
    data: PostFailedData


class PostOutcomeUnknownData(_Outcome):
    message: str = Field(description="Text for people: what is known, and what to do.")


class PostOutcomeUnknown(Event):
    """It is unknown whether a post is live, and lookups at Ayrshare did not settle it.

    Sent when the outcome is still uncertain after 30 minutes (a setting of the publisher).
    `publisher.post_published.v1` or `publisher.post_failed.v1` may follow, with a higher revision.

    Subject: the schedule item.
    """

    type: Literal["publisher.post_outcome_unknown.v1"] = "publisher.post_outcome_unknown.v1"
    data: PostOutcomeUnknownData
