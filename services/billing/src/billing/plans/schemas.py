from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field

PLAN = "`ESSENTIAL`, `GROWTH` or `AUTHORITY`: see `GET /api/billing/plans`."


class PlanOffer(BaseModel):
    plan: Plan = Field(description="`ESSENTIAL`, `GROWTH` or `AUTHORITY`.")
    posts_per_month: int = Field(
        description="How many posts may be generated in each billing period: one month, from renewal to renewal."
    )
    amount: int = Field(description="Price per month, in the minor unit of the currency (cents).")


class AddonOffer(BaseModel):
    amount: int = Field(description="Price per month on top of the plan's, in the minor unit of the currency (cents).")


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

    currency: str = Field(description="Currency of all amounts (ISO 4217).", examples=["NZD"])
    plans: list[PlanOffer] = Field(description="The plans, from the smallest to the largest.")
    posting_addon: AddonOffer = Field(description="The add-on with which PulseWorks publishes the posts.")
