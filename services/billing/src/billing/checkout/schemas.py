from common.http import RequestModel
from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field


class CheckoutRequest(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "ESSENTIAL", "posting_addon": True}]})

    plan: Plan
    posting_addon: bool = Field(
        description="Whether to include the posting add-on, which lets PulseWorks publish posts automatically."
    )
    success_url: str | None = Field(
        default=None,
        description="URL to return to after payment, on an allowed host. `{CHECKOUT_SESSION_ID}` is replaced by "
        "the id of Stripe's session. Default: the web application's page.",
    )
    cancel_url: str | None = Field(
        default=None,
        description="URL to return to if the user cancels, on an allowed host. Default: the web application's page.",
    )


class CheckoutStarted(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5F6"}]}
    )

    url: str = Field(description="URL of Stripe's payment page. Redirect the browser to it. Expires after 24 hours.")
