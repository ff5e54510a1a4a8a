"""The fixed price list: three plans and the posting add-on, monthly, in New Zealand dollars."""

from dataclasses import dataclass
from typing import Any

CREATED = 1_780_000_000


@dataclass(frozen=True)
class Offer:
    """`amount` is in cents per month. Both ids derive from the key."""

    key: str
    name: str
    description: str
    amount: int

    @property
    def price_id(self) -> str:
        return f"price_{self.key}_monthly"

    @property
    def product_id(self) -> str:
        return f"prod_{self.key}"


OFFERS = (
    Offer("essential", "PulseWorks Essential", "8 posts a month", 4_900),
    Offer("growth", "PulseWorks Growth", "12 posts a month", 8_900),
    Offer("authority", "PulseWorks Authority", "20 posts a month", 14_900),
    Offer("posting", "Posting add-on", "PulseWorks publishes your posts for you", 3_900),
)
BY_PRICE = {offer.price_id: offer for offer in OFFERS}
CURRENCY = "nzd"


def price(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.price_id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": CREATED,
        "currency": CURRENCY,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": f"{offer.key}_monthly",
        "metadata": {},
        "nickname": None,
        "product": offer.product_id,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": offer.amount,
        "unit_amount_decimal": str(offer.amount),
    }


def plan(offer: Offer) -> dict[str, Any]:
    """Return the older format of the price that subscription items still carry."""
    return {
        "id": offer.price_id,
        "object": "plan",
        "active": True,
        "amount": offer.amount,
        "amount_decimal": str(offer.amount),
        "billing_scheme": "per_unit",
        "created": CREATED,
        "currency": CURRENCY,
        "interval": "month",
        "interval_count": 1,
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": offer.product_id,
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def product(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.product_id,
        "object": "product",
        "active": True,
        "created": CREATED,
        "default_price": offer.price_id,
        "description": offer.description,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": offer.name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": CREATED,
        "url": None,
    }
