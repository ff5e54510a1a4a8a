from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from common.http import HttpUrl, RequestModel, samples
from pulseworks_contracts import Platform, PlatformPayload
from pydantic import BaseModel, ConfigDict, Field

from publisher.models import Delivery, DeliveryAttempt
from publisher.protocol.states import Status

_OUTCOME = """\
What was known right after the call; null while it is running. `status` of the delivery is what is known now.

- `accepted`: Ayrshare has published the post.
- `went_elsewhere`: Ayrshare has published it on another Page or account than scheduled. The delivery fails as
  `wrong_account`, and PulseWorks tries to delete the post there.
- `rejected`: refused. The delivery fails.
- `rejected_for_now`: refused for a reason that may pass. PulseWorks calls again later, a limited number of times.
- `not_sent`: Ayrshare could not be reached. PulseWorks calls again later.
- `duplicate`: refused because Ayrshare already has this post, or a very similar one.
- `under_way`: Ayrshare has the post and is still publishing it.
- `unknown`: no response, or one that does not say whether the post was published.
- `interrupted`: PulseWorks was interrupted before it had stored the response.

After `duplicate`, `under_way`, `unknown` and `interrupted`, PulseWorks searches Ayrshare's history for the post
(`reconciling`)."""


class DeliveryError(BaseModel):
    """Why a delivery failed, waits, or has no known outcome."""

    code: str = Field(
        description="Stable code of the reason, for example `connection_lost` (the Page or account has to be connected "
        "again) or `provider_away` (Ayrshare does not respond). More codes may be added: show `message`."
    )
    message: str | None = Field(description="Text for people: what is wrong, and what to do.")
    remedy: str | None = Field(
        description="What a user can do: `reconnect` the Page or Instagram account, `edit` the post, `subscribe`, "
        "`retry` (schedule it again) or `contact_support`. Null if none of these helps; "
        "often it is enough to wait."
    )


class DeliveryOut(BaseModel):
    """The publication of one schedule item, from its scheduled time to its outcome."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.DELIVERY_ID,
                    "schedule_item_id": samples.ITEM_ID,
                    "content_id": samples.CONTENT_ID,
                    "platform": "INSTAGRAM",
                    "status": "published",
                    "scheduled_for": samples.DUE,
                    "expires_at": "2026-12-03T01:47:00Z",
                    "provider_profile_id": samples.PROVIDER_PROFILE_ID,
                    "platform_account_id": samples.INSTAGRAM_ID,
                    "attempt": 1,
                    "provider_post_id": "RhrbDtYh7hdSMc67zC8H",
                    "platform_post_id": "17878176260289172",
                    "post_url": samples.POST_URL,
                    "published_at": "2026-12-02T19:47:02Z",
                    "resolvable": False,
                    "created_at": samples.DUE,
                    "updated_at": "2026-12-02T19:47:02Z",
                }
            ]
        }
    )

    id: UUID
    schedule_item_id: UUID = Field(description="Id of the schedule item that is published.")
    content_id: UUID = Field(description="Id of the content item that is published.")
    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    status: Status = Field(
        description="`pending`: waits to be sent, for the first time or again; if that takes long, `error` says why. "
        "`sending`: a call to Ayrshare, the posting provider, is running. `reconciling`: the post may be live, and "
        "PulseWorks searches Ayrshare's history for it. `unknown`: half an hour of searching did not show whether it "
        "is live; look at the platform and resolve the delivery. `published`: live; this is final. `failed`: not "
        "published (or on a wrong account, with the error `wrong_account`), and not tried again; see `error`. "
        "`cancelled`: the schedule item was cancelled or moved at the moment when it became due, and nothing was sent. "
        "Final if it was cancelled; if it was moved, this delivery is `pending` again at the new time."
    )
    scheduled_for: datetime = Field(description="The time of the schedule item. UTC.")
    expires_at: datetime = Field(description="A delayed post is still sent before this time, and not after it.")
    provider_profile_id: str = Field(description="Ayrshare's id (`refId`) of the account's profile there.")
    platform_account_id: str = Field(
        description="The platform's id of the Facebook Page or Instagram account that the post was scheduled for."
    )
    attempt: int = Field(description="Number of the latest attempt; 0 if no call has been made.")
    provider_post_id: str | None = Field(description="Ayrshare's id of the post, once it is published.")
    platform_post_id: str | None = Field(description="The platform's id of the post, once it is published.")
    post_url: str | None = Field(
        description="URL of the post on the platform; null until it is live, or if Ayrshare did not say."
    )
    published_at: datetime | None = Field(
        description="When PulseWorks learned that the post is live; null before that."
    )
    error: DeliveryError | None = Field(description="Null if there is nothing to report.")
    resolvable: bool = Field(description="Whether the status is `unknown`, so that a user can resolve the delivery.")
    created_at: datetime = Field(description="When the schedule item became due.")
    updated_at: datetime = Field(description="When the delivery last changed.")


class AttemptOut(BaseModel):
    """One call to Ayrshare, the posting provider, to publish the post.

    Calls with the same idempotency key are one attempt: Ayrshare carries out at most one of them. PulseWorks uses a new
    key only when Ayrshare has refused the post, or no longer accepts the old key.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "call": 1,
                    "idempotency_key": f"{samples.DELIVERY_ID}-1",
                    "started_at": samples.DUE,
                    "finished_at": "2026-12-02T19:47:02Z",
                    "outcome": "accepted",
                    "provider_status": 200,
                }
            ]
        }
    )

    number: int = Field(description="Number of the attempt, from 1.")
    call: int = Field(
        description="Number of the call within the attempt, from 1. A second one follows when the first was not sent, "
        "or the post was not found at Ayrshare."
    )
    idempotency_key: str = Field(description="The key that was sent to Ayrshare.")
    started_at: datetime = Field(description="When the call began.")
    finished_at: datetime | None = Field(description="When its outcome was stored; null while it is running.")
    outcome: str | None = Field(description=_OUTCOME)
    provider_status: int | None = Field(description="HTTP status of Ayrshare's response; null if there was none.")


class DeliveryDetail(DeliveryOut):
    """A delivery with exactly what is posted, and each call that was made for it."""

    payload: PlatformPayload = Field(description="Exactly what is posted.", examples=[samples.PAYLOAD])
    attempts: list[AttemptOut] = Field(description="The calls, oldest first.")


class DeliveryLive(RequestModel):
    """You have checked on the platform: the post is live."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "live", "url": samples.POST_URL}]})

    outcome: Literal["live"] = Field(description="Always `live`.")
    url: HttpUrl = Field(description="URL of the post on the platform.")


class SendAgain(RequestModel):
    """You have checked on the platform: the post is not live, and PulseWorks is to send it again.

    The delivery becomes `pending`. All conditions are checked again before it is sent, such as approval, connection and
    subscription. After `expires_at` it is not sent: the delivery becomes `failed` with the error `missed`.
    """

    outcome: Literal["send_again"] = Field(description="Always `send_again`.")


Resolution = Annotated[DeliveryLive | SendAgain, Field(discriminator="outcome")]


def delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(**_fields(delivery))


def delivery_detail(delivery: Delivery, attempts: list[DeliveryAttempt]) -> DeliveryDetail:
    return DeliveryDetail(
        **_fields(delivery),
        payload=PlatformPayload.model_validate(delivery.payload),
        attempts=[AttemptOut.model_validate(attempt, from_attributes=True) for attempt in attempts],
    )


def _fields(delivery: Delivery) -> dict[str, object]:
    error = None
    if delivery.error_code is not None:
        error = DeliveryError(code=delivery.error_code, message=delivery.error_message, remedy=delivery.error_remedy)
    same = set(DeliveryOut.model_fields) - {"error", "resolvable"}
    return {
        **{name: getattr(delivery, name) for name in same},
        "error": error,
        "resolvable": delivery.status == Status.UNKNOWN,
    }
