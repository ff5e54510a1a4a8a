from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field


class ChangeRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"plan": "AUTHORITY", "posting_addon": True}]}
    )

    plan: Plan
    posting_addon: bool = Field(
        description="Whether to include the posting add-on, which lets PulseWorks publish posts automatically."
    )
