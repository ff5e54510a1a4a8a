from typing import Literal

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event

Plan = Literal["ESSENTIAL", "GROWTH", "AUTHORITY"]


class Entitlements(Data):
    generation: bool = Field(description="May generate content.")
    posting: bool = Field(
        description="May have posts published (the posting add-on of a subscription in good standing)."
    )
    posts_per_month: int = Field(ge=0, description="Posts that one month's generation may hold.")


class SubscriptionChangedData(Data):
    revision: int = Field(ge=1, description="Rises by one with each change; apply only newer ones.")
    plan: Plan | None = Field(description="Null when there is no subscription.")
    posting_addon: bool
    status: Literal[
        "none",
        "incomplete",
        "incomplete_expired",
        "trialing",
        "active",
        "past_due",
        "canceled",
        "unpaid",
        "paused",
    ] = Field(description="Stripe's status of the subscription, or `none`.")
    current_period_end: AwareDatetime | None
    entitlements: Entitlements = Field(description="What follows from plan, add-on and status. Decide by this alone.")


class SubscriptionChanged(Event):
    """Plan, add-on or standing of an account's subscription changed."""

    type: Literal["billing.subscription_changed.v1"] = "billing.subscription_changed.v1"
    data: SubscriptionChangedData
