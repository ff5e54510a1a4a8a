from pydantic import BaseModel, ConfigDict, Field


class PortalRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    return_url: str | None = Field(default=None, description="Where the browser goes afterwards, on an allowed host.")


class PortalOpened(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://billing.stripe.com/p/session/live_YWNjdF8xTnY"}]}
    )

    url: str = Field(description="Stripe's page for cards, invoices and cancellation. Valid for a few minutes.")
