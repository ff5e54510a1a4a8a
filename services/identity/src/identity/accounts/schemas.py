from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from common.http import RequestModel, samples
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from identity.accounts.rules import DEFAULT_TIMEZONE, check_name, check_timezone, check_website_url

AccountName = Annotated[
    str,
    Field(max_length=200, description="Name of the business.", examples=["Harbour Bakery"]),
    AfterValidator(check_name),
]
WebsiteUrl = Annotated[
    str,
    Field(max_length=4096, description="Website of the business.", examples=["https://www.example.com"]),
    AfterValidator(check_website_url),
]
Timezone = Annotated[
    str,
    Field(max_length=100, description="IANA time zone name.", examples=[DEFAULT_TIMEZONE]),
    AfterValidator(check_timezone),
]


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
    name: str = Field(description="Name of the business.")
    website_url: str | None = Field(description="Null if the business has none.")
    timezone: str = Field(description="IANA time zone name; posts are scheduled in this time zone.")
    revision: int = Field(description="Rises by one with each change of the account.")
    created_at: datetime = Field(description="When the business signed up.")


class AccountPatch(RequestModel):
    """Omitted fields stay unchanged; null is refused, except for `website_url`.

    Schedule items keep their time in UTC when the time zone changes: see `GET /api/schedule/zone`.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Harbour Physio & Pilates", "timezone": "Pacific/Auckland"}]},
    )

    name: AccountName | None = Field(default=None, description="Name of the business. Null is refused.")
    website_url: WebsiteUrl | None = Field(default=None, description="Website of the business; null removes it.")
    timezone: Timezone | None = Field(
        default=None,
        description="IANA time zone name. Null is refused. Times of schedule items do not change; see `GET "
        "/api/schedule/zone`.",
    )

    @model_validator(mode="after")
    def _only_the_website_can_be_removed(self) -> Self:
        for field in ("name", "timezone"):
            if field in self.model_fields_set and getattr(self, field) is None:
                raise ValueError(f"{field} can't be removed: omit it to keep the current value.")
        return self

    def changes(self) -> dict[str, str | None]:
        return {field: getattr(self, field) for field in self.model_fields_set}
