from pulseworks_contracts import Plan
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ChangeRequest"]


class ChangeRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plan: Plan
    posting_addon: bool = Field(description="Whether PulseWorks publishes the posts itself.")
