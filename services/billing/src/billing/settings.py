from typing import Annotated, Self
from urllib.parse import urlsplit

from common.runtime.settings import BaseUrl, Offline, ServiceSettings
from pydantic import AfterValidator, Field, SecretStr, model_validator

_MAX_PRICE_ID = 255


def _secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be blank")
    return value


def _hosts(value: str) -> str:
    for host in filter(None, (part.strip() for part in value.split(","))):
        try:
            parts = urlsplit(f"//{host}")
            usable = parts.netloc == host and parts.hostname and parts.port != 0 and not set(host) & set("@ \\")
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("must be host or host:port, separated by commas")
    return value


def listed(value: str) -> list[str]:
    """Return the parts of a setting that is a list, separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def _price_ids(value: str) -> str:
    if any(len(price.split()) > 1 or len(price) > _MAX_PRICE_ID for price in listed(value)):
        raise ValueError("must be price ids, separated by commas")
    return value


Secret = Annotated[SecretStr, AfterValidator(_secret), Offline("offline")]
PriceId = Annotated[str, Field(min_length=1, max_length=_MAX_PRICE_ID, pattern=r"^\S+$")]
PriceIds = Annotated[str, AfterValidator(_price_ids)]
Amount = Annotated[int, Field(ge=0)]
"""A month's price in minor units of the currency (cents)."""


class BillingSettings(ServiceSettings):
    stripe_base_url: BaseUrl = "https://api.stripe.com"
    stripe_api_key: Secret
    stripe_webhook_secret: Secret
    stripe_timeout_seconds: float = Field(default=8, gt=0, le=60)
    """For one attempt of one call; three attempts stay within the gateway's timeout of 30 s."""

    stripe_retries: int = Field(default=2, ge=0, le=5)
    """Retries of a call within a user's request. Events use none: the due loop retries them."""

    price_essential: PriceId = "price_essential_monthly"
    price_growth: PriceId = "price_growth_monthly"
    price_authority: PriceId = "price_authority_monthly"
    price_posting: PriceId = "price_posting_monthly"

    former_prices_essential: PriceIds = ""
    """Price ids that are no longer sold, separated by commas. Their subscribers keep the plan and the price."""
    former_prices_growth: PriceIds = ""
    former_prices_authority: PriceIds = ""
    former_prices_posting: PriceIds = ""

    # The amounts that /plans shows. Stripe charges the prices above: keep them equal.
    billing_currency: str = Field(default="NZD", pattern=r"^[A-Z]{3}$")
    amount_essential: Amount = 4_900
    amount_growth: Amount = 8_900
    amount_authority: Amount = 14_900
    amount_posting: Amount = 3_900

    public_web_url: BaseUrl = "http://localhost:3000"
    """The web application, to which checkout and portal redirect."""
    redirect_allowed_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    """Further hosts (`host` or `host:port`, separated by commas) to which they may redirect."""

    event_concurrency: int = Field(default=5, ge=1, le=100)
    """Stripe events that one replica processes concurrently."""

    stripe_event_retention_days: int = Field(default=90, ge=31, le=3650)
    """Days after which received events are deleted, with the personal data in their payloads. Stripe sends an event
    again for up to 30 days."""

    @model_validator(mode="after")
    def _prices_differ(self) -> Self:
        former = (
            self.former_prices_essential,
            self.former_prices_growth,
            self.former_prices_authority,
            self.former_prices_posting,
        )
        prices = [self.price_essential, self.price_growth, self.price_authority, self.price_posting]
        prices += [price for value in former for price in listed(value)]
        if len(set(prices)) != len(prices):
            raise ValueError(
                "PRICE_ESSENTIAL, PRICE_GROWTH, PRICE_AUTHORITY, PRICE_POSTING and FORMER_PRICES_… must differ"
            )
        return self

    @property
    def further_hosts(self) -> list[str]:
        return listed(self.redirect_allowed_hosts)

    @property
    def stripe_livemode(self) -> bool | None:
        """Whether the API key is of Stripe's live mode; None if its form does not say."""
        kind = self.stripe_api_key.get_secret_value().split("_")[1:2]
        return {"live": True, "test": False}.get(kind[0]) if kind else None
