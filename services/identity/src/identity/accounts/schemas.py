from datetime import datetime
from typing import Self
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field, model_validator

from identity.accounts.values import AccountName, Timezone, WebsiteUrl


class AccountOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": samples.ACCOUNT_ID,
                    "name": samples.BUSINESS,
                    "website_url": samples.WEBSITE,
                    "timezone": "Pacific/Auckland",
                    "revision": 1,
                    "created_at": samples.SIGNED_UP,
                }
            ]
        },
    )

    id: UUID
    name: str
    website_url: str | None
    timezone: str = Field(description="IANA name; schedules are made in this zone.")
    revision: int = Field(description="Rises by one with each change.")
    created_at: datetime


class AccountPatch(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Harbour Physio & Pilates", "timezone": "Pacific/Auckland"}]},
    )

    name: AccountName | None = None
    website_url: WebsiteUrl | None = Field(default=None, description="null removes it.")
    timezone: Timezone | None = None

    @model_validator(mode="after")
    def _only_the_website_can_be_removed(self) -> Self:
        for field in ("name", "timezone"):
            if field in self.model_fields_set and getattr(self, field) is None:
                raise ValueError(f"{field} can't be removed: leave it out to keep it.")
        return self

    def changes(self) -> dict[str, str | None]:
        return {field: getattr(self, field) for field in self.model_fields_set}
