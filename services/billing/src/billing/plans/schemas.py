from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field


class PlanOffer(BaseModel):
    plan: Plan
    posts_per_month: int = Field(description="The most posts that may be generated in one month of the paid time.")
    amount: int = Field(description="Monthly price in minor units of the currency (cents).")


class AddonOffer(BaseModel):
    amount: int = Field(description="Monthly price in addition to the plan, in minor units of the currency (cents).")


class Plans(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "currency": "NZD",
                    "plans": [
                        {"plan": "ESSENTIAL", "posts_per_month": 8, "amount": 4900},
                        {"plan": "GROWTH", "posts_per_month": 12, "amount": 8900},
                        {"plan": "AUTHORITY", "posts_per_month": 20, "amount": 14900},
                    ],
                    "posting_addon": {"amount": 3900},
                }
            ]
        }
    )

    currency: str = Field(description="ISO 4217.", examples=["NZD"])
    plans: list[PlanOffer]
    posting_addon: AddonOffer = Field(description="The add-on that lets PulseWorks publish posts automatically.")
