from datetime import datetime

from pulseworks_contracts import Entitlements, Plan
from pydantic import BaseModel, ConfigDict, Field

from billing.subscriptions.rules import Status, SubscriptionState


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
    revision: int = Field(description="Increases with each change; the same number as in the events.")

    @classmethod
    def of(cls, state: SubscriptionState, revision: int) -> "SubscriptionView":
        return cls(
            plan=state.plan,
            posting_addon=state.posting_addon,
            status=state.status,
            current_period_end=state.current_period_end,
            cancel_at_period_end=state.cancel_at_period_end,
            cancel_at=state.cancel_at,
            entitlements=state.entitlements,
            revision=revision,
        )
