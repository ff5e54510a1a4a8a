from typing import Literal

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event

Plan = Literal["ESSENTIAL", "GROWTH", "AUTHORITY"]


class Entitlements(Data):
    generation: bool = Field(description="Whether posts may be generated.")
    posting: bool = Field(
        description="Whether posts are published: the subscription includes the posting add-on, and its status is "
        "`trialing`, `active` or `past_due`."
    )
    posts_per_month: int = Field(
        ge=0, description="How many posts may be generated in each billing period: one month, from renewal to renewal."
    )


class SubscriptionChangedData(Data):
    revision: int = Field(ge=1, description="Rises by one with each change of the subscription; apply only newer ones.")
    plan: Plan | None = Field(description="The plan; null without a subscription.")
    posting_addon: bool = Field(description="Whether the subscription includes the posting add-on.")
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
    current_period_end: AwareDatetime | None = Field(
        description="When the paid period ends; null without a subscription."
    )
    entitlements: Entitlements = Field(
        description="What the account may do, derived from plan, add-on and status. Rely on this alone."
    )


class SubscriptionChanged(Event):
    """The plan, add-on, status or paid period of an account's subscription changed.

    Sent when Stripe reports a subscription that differs from what was known: after a checkout, a change of plan, a
    renewal, a failed payment or a cancellation, including one that takes effect at the end of the period.

    Subject: the account.
    """

    type: Literal["billing.subscription_changed.v1"] = "billing.subscription_changed.v1"
    data: SubscriptionChangedData
