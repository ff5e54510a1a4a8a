from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from common.http import RequestModel, samples
from common.texts import TEXT
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from content.models import MonthlyBrief

Month = Annotated[str, StringConstraints(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
"""`YYYY-MM`."""

Focus = Literal["NEW_CLIENTS", "EDUCATION", "RETENTION", "BRAND_AWARENESS", "SEASONAL", "OTHER"]
Tone = Literal["NEUTRAL", "EDUCATIONAL", "PROMOTIONAL"]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), TEXT]
_FOCUS = (
    "Main goal of the month's posts. `NEW_CLIENTS`: win clients. `EDUCATION`: explain what the business knows about. "
    "`RETENTION`: keep the present clients. `BRAND_AWARENESS`: make the business known. `SEASONAL`: refer to "
    "the season. `OTHER`: what `notes` say."
)
_TONE = (
    "How the posts sound. `NEUTRAL`: as the business usually sounds. `EDUCATIONAL`: they explain. `PROMOTIONAL`: they "
    "advertise."
)
_PROMO_ENABLED = "Whether some of the posts promote the offer in `promo_text`."
_NOTES = "Further instructions for the month."
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), TEXT]


class BriefFields(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "primary_focus": "NEW_CLIENTS",
                    "promo_enabled": True,
                    "promo_text": "First visit half price until 24 December.",
                    "tone": "EDUCATIONAL",
                    "notes": "We are closed from 25 December to 2 January.",
                }
            ]
        }
    )

    primary_focus: Focus = Field(description=_FOCUS)
    promo_enabled: bool = Field(default=False, description=_PROMO_ENABLED)
    promo_text: ShortText = Field(
        default="", description="The offer and its terms; required if `promo_enabled`. Posts promise nothing else."
    )
    tone: Tone = Field(default="NEUTRAL", description=_TONE)
    notes: LongText = Field(default="", description=_NOTES)

    @model_validator(mode="after")
    def _require_promo_text(self) -> "BriefFields":
        if self.promo_enabled and not self.promo_text:
            raise ValueError("promo_text must describe the offer when promo_enabled is true")
        return self


class BriefCreate(BriefFields):
    month: Month = Field(
        description="The month of the brief, `YYYY-MM`. A month has one brief.", examples=[samples.MONTH]
    )


class BriefOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": samples.BRIEF_ID,
                    "month": samples.MONTH,
                    "primary_focus": "NEW_CLIENTS",
                    "promo_enabled": True,
                    "promo_text": "First visit half price until 24 December.",
                    "tone": "EDUCATIONAL",
                    "notes": "We are closed from 25 December to 2 January.",
                    "created_at": samples.GENERATED,
                    "updated_at": samples.GENERATED,
                }
            ]
        },
    )

    id: UUID
    month: str = Field(description="The month of the brief, `YYYY-MM`.")
    primary_focus: Focus = Field(description=_FOCUS)
    promo_enabled: bool = Field(description=_PROMO_ENABLED)
    promo_text: str = Field(description="The offer and its terms; may be empty unless `promo_enabled`.")
    tone: Tone = Field(description=_TONE)
    notes: str = Field(description=_NOTES)
    created_at: datetime = Field(description="When the brief was created.")
    updated_at: datetime = Field(description="When it was last changed.")

    @classmethod
    def of(cls, brief: MonthlyBrief) -> "BriefOut":
        return cls.model_validate(brief)
