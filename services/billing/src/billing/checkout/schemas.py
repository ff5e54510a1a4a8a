from common.http import RequestModel
from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field

from billing.plans.schemas import PLAN

ALLOWED_HOSTS = (
    "Its host must be the PulseWorks web application's, or another one that the operator of PulseWorks has allowed, "
    "and its scheme https (http only if the web application uses it); other URLs are refused with 422 "
    "`redirect_not_allowed`."
)


class CheckoutRequest(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "ESSENTIAL", "posting_addon": True}]})

    plan: Plan = Field(description=PLAN)
    posting_addon: bool = Field(
        description="Whether to include the posting add-on, with which PulseWorks publishes the posts."
    )
    success_url: str | None = Field(
        default=None,
        description=f"URL to which Stripe's page redirects after payment. {ALLOWED_HOSTS} In the URL, "
        "`{CHECKOUT_SESSION_ID}` is replaced by the id of Stripe's checkout session. Default: a page of the "
        "PulseWorks web application.",
    )
    cancel_url: str | None = Field(
        default=None,
        description="URL to which Stripe's page redirects if the user cancels, on the same hosts. Default: a page of "
        "the PulseWorks web application.",
    )


class CheckoutStarted(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5F6"}]}
    )

    url: str = Field(description="URL of Stripe's payment page. Redirect the browser to it. It expires after 24 hours.")
