from common.http import RequestModel
from pydantic import BaseModel, ConfigDict, Field


class PortalRequest(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    return_url: str | None = Field(
        default=None,
        description="URL to return to from the portal, on an allowed host. Default: the web application's page.",
    )


class PortalOpened(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://billing.stripe.com/p/session/live_YWNjdF8xTnY"}]}
    )

    url: str = Field(
        description="URL of Stripe's customer portal. Redirect the browser to it. Expires after a few minutes."
    )
