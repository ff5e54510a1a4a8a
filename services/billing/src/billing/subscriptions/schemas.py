from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from pulseworks_contracts import Entitlements, Plan
from pydantic import BaseModel, ConfigDict, Field

from billing.models import FurtherSubscription
from billing.subscriptions.rules import Status, SubscriptionState


class FurtherSubscriptionView(BaseModel):
    """A second subscription that the account pays for at the same time, for instance because two users subscribed.

    It adds nothing to what the account may do.
    """

    id: UUID = Field(description="`further_id` of the operation that cancels it.")
    plan: Plan | None = Field(
        description="`ESSENTIAL`, `GROWTH` or `AUTHORITY`; null if it contains a product that PulseWorks does not know."
    )
    posting_addon: bool = Field(description="Whether it includes the posting add-on.")
    current_period_end: datetime | None = Field(description="Until when it is paid.")
    found_at: datetime = Field(description="When PulseWorks noticed it.")

    @classmethod
    def of(cls, row: FurtherSubscription) -> "FurtherSubscriptionView":
        return cls(
            id=row.id,
            plan=cast("Plan | None", row.plan),
            posting_addon=row.posting_addon,
            current_period_end=row.current_period_end,
            found_at=row.created_at,
        )


class SubscriptionView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan": "ESSENTIAL",
                    "posting_addon": True,
                    "status": "active",
                    "current_period_end": "2026-12-20T21:15:00Z",
                    "cancel_at_period_end": False,
                    "entitlements": {"generation": True, "posting": True, "posts_per_month": 8},
                    "further_subscriptions": [],
                    "revision": 1,
                }
            ]
        }
    )

    plan: Plan | None = Field(
        description="`ESSENTIAL`, `GROWTH` or `AUTHORITY`; null if the account never had a subscription."
    )
    posting_addon: bool = Field(description="Whether the subscription includes the posting add-on.")
    status: Status = Field(
        description="Stripe's status of the subscription. `none`: there never was one. `incomplete`: the first payment "
        "is outstanding. `incomplete_expired`: it was not made within 23 hours. `trialing`: in a trial period. "
        "`active`: paid. `past_due`: the latest payment failed, and Stripe tries again. `unpaid`: Stripe has stopped "
        "trying. `canceled`: it has ended. `paused`: a trial ended without a payment method."
    )
    current_period_end: datetime | None = Field(description="Until when it is paid.")
    cancel_at_period_end: bool = Field(description="Whether it ends at `current_period_end` instead of being renewed.")
    cancel_at: datetime | None = Field(description="When it ends, if a cancellation is scheduled; otherwise null.")
    entitlements: Entitlements = Field(
        description="What the account may do now. Use this, not plan or status, to decide."
    )
    further_subscriptions: list[FurtherSubscriptionView] = Field(
        description="Subscriptions that the account pays for besides this one, and gets nothing for. Normally empty. "
        "Show them to the owner, who should keep one: `POST /api/billing/further-subscriptions/{further_id}/cancel` "
        "cancels one of them; if the owner ends the current one in the customer portal instead, one of them takes its "
        "place."
    )
    revision: int = Field(description="Rises with each change of the subscription.")

    @classmethod
    def of(cls, state: SubscriptionState, revision: int, further: Sequence[FurtherSubscription]) -> "SubscriptionView":
        return cls(
            plan=state.plan,
            posting_addon=state.posting_addon,
            status=state.status,
            current_period_end=state.current_period_end,
            cancel_at_period_end=state.cancel_at_period_end,
            cancel_at=state.cancel_at,
            entitlements=state.entitlements,
            further_subscriptions=[FurtherSubscriptionView.of(row) for row in further],
            revision=revision,
        )
