from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from pulseworks_contracts import Entitlements, Plan
from pydantic import BaseModel, ConfigDict, Field

from billing.models import FurtherSubscription
from billing.subscriptions.rules import Status, SubscriptionState


class FurtherSubscriptionView(BaseModel):
    """A subscription that the account pays for beside its own, for instance because two people subscribed at once."""

    id: UUID = Field(description="For `/api/billing/further-subscriptions/{further_id}/cancel`.")
    plan: Plan | None = Field(description="Null if it has a product that PulseWorks does not sell.")
    posting_addon: bool = Field(description="Whether it includes the posting add-on.")
    current_period_end: datetime | None = Field(description="End of the paid period.")
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

    plan: Plan | None = Field(description="Null if the account never had a subscription.")
    posting_addon: bool = Field(description="Whether the subscription includes the posting add-on.")
    status: Status = Field(description="Stripe's status of the subscription, or `none`.")
    current_period_end: datetime | None = Field(description="End of the paid period.")
    cancel_at_period_end: bool = Field(description="Whether the subscription ends with the current period.")
    cancel_at: datetime | None = Field(description="When it ends, if a cancellation is scheduled.")
    entitlements: Entitlements = Field(description="What the account may do now. Base decisions on this field only.")
    further_subscriptions: list[FurtherSubscriptionView] = Field(
        description="Subscriptions that the account also pays for and gets nothing from. Show them to the owner, who "
        "can cancel them here, or end the current one in the portal: a further one then takes its place."
    )
    revision: int = Field(description="Increases with each change; the same number as in the events.")

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
