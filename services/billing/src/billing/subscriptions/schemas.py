from datetime import datetime

from pulseworks_contracts import Entitlements, Plan
from pydantic import BaseModel, ConfigDict, Field

from billing.subscriptions.standing import Standing, Status


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

    plan: Plan | None = Field(description="Null when there has never been a subscription.")
    posting_addon: bool
    status: Status = Field(description="Stripe's status of the subscription, or `none`.")
    current_period_end: datetime | None = Field(description="Until when it is paid.")
    cancel_at_period_end: bool = Field(description="It was cancelled and runs out with the period.")
    cancel_at: datetime | None = Field(description="When it ends, once that is settled.")
    entitlements: Entitlements = Field(description="What follows from all that. Decide by this alone.")
    revision: int = Field(description="Rises with each change; the same number as in the events.")

    @classmethod
    def of(cls, standing: Standing, revision: int) -> "SubscriptionView":
        return cls(
            plan=standing.plan,
            posting_addon=standing.posting_addon,
            status=standing.status,
            current_period_end=standing.current_period_end,
            cancel_at_period_end=standing.cancel_at_period_end,
            cancel_at=standing.cancel_at,
            entitlements=standing.entitlements,
            revision=revision,
        )
