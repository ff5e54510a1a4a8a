from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field


class CheckoutRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"plan": "ESSENTIAL", "posting_addon": True}]}
    )

    plan: Plan
    posting_addon: bool = Field(description="Whether PulseWorks publishes the posts automatically.")
    success_url: str | None = Field(
        default=None,
        description="Where the browser goes after payment, on an allowed host; `{CHECKOUT_SESSION_ID}` is replaced.",
    )
    cancel_url: str | None = Field(
        default=None, description="Where the browser goes on cancellation, on an allowed host."
    )


class CheckoutStarted(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5F6"}]}
    )

    url: str = Field(description="Stripe's payment page, to open in the browser. Valid for 24 hours.")
