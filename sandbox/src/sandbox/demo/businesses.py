from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Business:
    """An account of the demo."""

    name: str
    site: str
    """The folder of its website in `sandbox.website`."""
    timezone: str
    plan: str
    brief: dict[str, Any]
    rule: dict[str, Any]
    colour: str
    """Its colour in the terminal."""


BUSINESSES = (
    Business(
        name="Harbour Physio",
        site="harbour-physio",
        timezone="Pacific/Auckland",
        plan="GROWTH",
        brief={
            "primary_focus": "EDUCATION",
            "promo_enabled": True,
            "promo_text": "Free 15-minute running assessment with every first appointment this month.",
            "tone": "EDUCATIONAL",
            "notes": "The weather is turning warm and people start running again.",
        },
        rule={"frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "time_window": "MORNING", "blackout_dates": []},
        colour="cyan",
    ),
    Business(
        name="Padaria Alfama",
        site="padaria-alfama",
        timezone="Europe/Lisbon",
        plan="ESSENTIAL",
        brief={
            "primary_focus": "SEASONAL",
            "promo_enabled": True,
            "promo_text": "Order your bolo-rei before the 15th and collect it without queueing.",
            "tone": "NEUTRAL",
            "notes": "Christmas is near; the oven is on from four in the morning.",
        },
        rule={"frequency": "TWICE_WEEKLY", "days_of_week": [2, 6], "time_window": "AFTERNOON", "blackout_dates": []},
        colour="yellow",
    ),
)
