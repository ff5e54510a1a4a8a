"""Switches of the stand-in."""

from typing import Literal

from pydantic import Field, model_validator

from sandbox.standin import StandInConfig


class StripeConfig(StandInConfig):
    """Times are in seconds."""

    api_key: str = Field(default="sk_test_sandbox", description="The only accepted key.")
    webhook_url: str = Field(default="", description="Where all events are sent. Empty: only to created endpoints.")
    webhook_secret: str = Field(default="", description="Signs deliveries to `webhook_url`.")
    retry_seconds: tuple[float, ...] = Field(
        default=(1, 5, 30, 300), description="Delays before retries of a failed delivery."
    )
    delivery_delay_seconds: float = Field(default=0, ge=0)
    delivery_order: Literal["created", "reversed", "shuffled"] = "created"
    duplicate_deliveries: int = Field(default=0, ge=0, description="Extra copies of each delivery.")
    hold_deliveries: bool = Field(default=False, description="Hold deliveries until they are released.")

    @model_validator(mode="after")
    def _has_a_secret(self) -> "StripeConfig":
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("webhook_url needs a webhook_secret to sign with")
        return self
