from common.http import RequestModel
from pydantic import BaseModel, ConfigDict, Field

from billing.checkout.schemas import ALLOWED_HOSTS


class PortalRequest(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    return_url: str | None = Field(
        default=None,
        description=f"URL that the portal links back to. {ALLOWED_HOSTS} Default: a page of the PulseWorks web "
        "application.",
    )


class PortalOpened(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://billing.stripe.com/p/session/live_YWNjdF8xTnY"}]}
    )

    url: str = Field(
        description="URL of Stripe's customer portal. Redirect the browser to it. It expires after a few minutes."
    )
