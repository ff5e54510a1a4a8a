from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from common.http import RequestModel, samples
from pulseworks_contracts import Platform, PlatformPayload
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field

from publisher.models import Delivery, DeliveryAttempt
from publisher.protocol.states import Status


class DeliveryError(BaseModel):
    code: str = Field(description="Stable reason, for example `profile_mismatch` or `not_linked`.")
    message: str | None = Field(description="What was wrong and what to do about it.")
    remedy: str | None = Field(
        description="What fixes it: `reconnect`, `edit`, `subscribe`, `retry`, `contact_support`."
    )


class DeliveryOut(BaseModel):
    """The publication of one schedule item, from its time to its outcome."""

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
    schedule_item_id: UUID
    content_id: UUID
    platform: Platform
    status: Status = Field(
        description="`pending`: not sent yet. `sending`: a call to the provider is running. `reconciling`: the post "
        "may be live; PulseWorks searches the provider's history for it. `unknown`: the history gave no answer; check "
        "the platform and resolve it. `failed`: not published; see `error`. `published`: live, final. `cancelled`: "
        "cancelled before it was sent."
    )
    scheduled_for: datetime
    expires_at: datetime = Field(description="The post is not sent after this time.")
    provider_profile_id: str = Field(description="Ayrshare's `refId` of the profile that the post was scheduled for.")
    platform_account_id: str = Field(
        description="Id of the Facebook Page or Instagram account that the post was scheduled for."
    )
    attempt: int = Field(
        description="Number of the latest attempt; 0: nothing was sent. Each attempt has an idempotency key of its own."
    )
    provider_post_id: str | None = Field(description="Ayrshare's id of the post.")
    platform_post_id: str | None = Field(description="The platform's id of the post.")
    post_url: str | None
    published_at: datetime | None
    error: DeliveryError | None
    resolvable: bool = Field(description="True: the outcome is unknown, and `resolve` can be called.")
    created_at: datetime
    updated_at: datetime


class AttemptOut(BaseModel):
    """One call to Ayrshare, the posting provider."""

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

    number: int
    call: int = Field(
        description="Number of the call within the attempt. Above 1: the same key was sent again, after the history "
        "showed that the earlier call had not arrived."
    )
    idempotency_key: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None = Field(
        description="`accepted`, `rejected`, `rejected_for_now`, `not_sent`, `duplicate`, `under_way`, `unknown`, "
        "`interrupted`; null while the call is in progress."
    )
    provider_status: int | None = Field(description="HTTP status of the answer.")


class DeliveryDetail(DeliveryOut):
    payload: PlatformPayload = Field(description="Exactly what is posted.", examples=[samples.PAYLOAD])
    attempts: list[AttemptOut]


class DeliveryLive(RequestModel):
    """You have checked: it is live."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "live", "url": samples.POST_URL}]})

    outcome: Literal["live"]
    url: AnyHttpUrl = Field(description="Address of the post on the platform.")


class SendAgain(RequestModel):
    """You have checked: it is not live and must be sent again. Every check is made again before that."""

    outcome: Literal["send_again"]


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
