from common.http import RequestModel
from pulseworks_contracts import Plan
from pydantic import ConfigDict, Field

from billing.plans.schemas import PLAN


class ChangeRequest(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "AUTHORITY", "posting_addon": True}]})

    plan: Plan = Field(description=PLAN)
    posting_addon: bool = Field(
        description="Whether to include the posting add-on, with which PulseWorks publishes the posts."
    )
