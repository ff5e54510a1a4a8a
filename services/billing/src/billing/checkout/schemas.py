from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field


class CheckoutRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"plan": "ESSENTIAL", "posting_addon": True}]}
    )

    plan: Plan
    posting_addon: bool = Field(description="Whether PulseWorks publishes the posts itself.")
    success_url: str | None = Field(
        default=None,
        description="Where the browser goes after paying, on a host of ours; `{CHECKOUT_SESSION_ID}` is filled in.",
    )
    cancel_url: str | None = Field(default=None, description="Where the browser goes without paying.")


class CheckoutStarted(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5F6"}]}
    )

    url: str = Field(description="Stripe's page to pay on; open it in the browser. Good for a day.")
