from datetime import datetime
from typing import Literal
from uuid import UUID

from common.http import RequestModel, samples
from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field, model_validator

from publisher.models import PublishingProfile


class LinkOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://profile.ayrshare.com/social-accounts?domain=pulseworks&jwt=eyJhbGciOiJSUzI1NiJ9",
                    "expires_at": "2026-11-20T21:20:00Z",
                }
            ]
        }
    )

    url: str = Field(
        description="URL of Ayrshare's page on which the user connects Facebook and Instagram. Open it in the "
        "browser. It expires after about five minutes."
    )
    expires_at: datetime | None = Field(description="When the URL expires; null if Ayrshare did not say.")


class ConnectionOut(BaseModel):
    """A Facebook Page or an Instagram account that is, or was, connected through Ayrshare, the posting provider."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.CONNECTION_ID,
                    "platform": "INSTAGRAM",
                    "provider_profile_id": samples.PROVIDER_PROFILE_ID,
                    "platform_account_id": samples.INSTAGRAM_ID,
                    "display_name": "harbourphysio",
                    "profile_url": "https://www.instagram.com/harbourphysio",
                    "status": "LINKED",
                    "seen_at": samples.SIGNED_UP,
                }
            ]
        }
    )

    id: UUID
    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    provider_profile_id: str = Field(description="Ayrshare's id (`refId`) of the account's profile there.")
    platform_account_id: str = Field(
        description="The platform's id of the Facebook Page or Instagram account. Send it to "
        "`POST /api/social/profile/verify`."
    )
    display_name: str = Field(description="Name of the Page or account on the platform.")
    profile_url: str | None = Field(
        description="URL of the Page or account on the platform; null if Ayrshare did not say."
    )
    status: Literal["LINKED", "UNLINKED"] = Field(
        description="`LINKED`: connected. `UNLINKED`: not connected any more."
    )
    seen_at: datetime = Field(description="When Ayrshare last reported this.")


class ConnectionsOut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"fresh": True}]})

    items: list[ConnectionOut]
    fresh: bool = Field(
        description="True: the list is what Ayrshare reported at most a minute ago. False: it is older, because "
        "Ayrshare does not respond or another request is fetching the list right now."
    )


class VerifiedAccount(BaseModel):
    """A Facebook Page or an Instagram account that a user has verified."""

    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    platform_account_id: str = Field(description="The platform's id of the Page or account.")
    display_name: str = Field(description="Name of the Page or account when it was verified.")
    lost: bool = Field(
        description="True: it is not connected any more, and nothing is posted to it until it is connected again. To "
        "post to another one instead, connect and verify that."
    )


class ProfileOut(BaseModel):
    """The Facebook Page and the Instagram account that a user has verified. PulseWorks sends posts to no others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.PROFILE_ID,
                    "status": "VERIFIED",
                    "provider_profile_id": samples.PROVIDER_PROFILE_ID,
                    "accounts": [
                        {
                            "platform": "FACEBOOK",
                            "platform_account_id": samples.FACEBOOK_ID,
                            "display_name": samples.BUSINESS,
                            "lost": False,
                        },
                        {
                            "platform": "INSTAGRAM",
                            "platform_account_id": samples.INSTAGRAM_ID,
                            "display_name": "harbourphysio",
                            "lost": False,
                        },
                    ],
                    "verified_at": samples.SIGNED_UP,
                    "verified_by": samples.USER_ID,
                    "revision": 1,
                }
            ]
        }
    )

    id: UUID
    status: Literal["VERIFIED", "NEEDS_RECONNECT"] = Field(
        description="`VERIFIED`: all `accounts` are connected. `NEEDS_RECONNECT`: at least one of the `accounts` is "
        "not connected any more (`lost`)."
    )
    provider_profile_id: str = Field(description="Ayrshare's id (`refId`) of the account's profile there.")
    accounts: list[VerifiedAccount] = Field(description="The verified Page, the verified account, or both.")
    reason: str | None = Field(
        description="Text for people, if it needs to be reconnected: what happened, and what to do."
    )
    verified_at: datetime = Field(description="When they were last verified.")
    verified_by: UUID = Field(description="Id of the user who verified it.")
    revision: int = Field(description="Rises with each change of the profile.")


class VerifyIn(RequestModel):
    """The Page and the account that are the business's own. They must be connected now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"facebook": samples.FACEBOOK_ID, "instagram": samples.INSTAGRAM_ID}]},
    )

    facebook: str | None = Field(
        max_length=100, description="`platform_account_id` of the Facebook Page; null: do not post on Facebook."
    )
    instagram: str | None = Field(
        max_length=100, description="`platform_account_id` of the Instagram account; null: do not post on Instagram."
    )

    @model_validator(mode="after")
    def _names_one(self) -> "VerifyIn":
        if not self.facebook and not self.instagram:
            raise ValueError("name the Facebook Page, the Instagram account, or both")
        return self

    def wanted(self) -> dict[Platform, str | None]:
        return {"FACEBOOK": self.facebook or None, "INSTAGRAM": self.instagram or None}


def profile_out(profile: PublishingProfile) -> ProfileOut:
    accounts = [
        VerifiedAccount(
            platform=platform,
            platform_account_id=profile.account_on(platform) or "",
            display_name=profile.name_on(platform) or "",
            lost=platform in profile.lost_platforms,
        )
        for platform in profile.verified_platforms
    ]
    same = {"id", "status", "provider_profile_id", "reason", "verified_at", "verified_by", "revision"}
    return ProfileOut(accounts=accounts, **{name: getattr(profile, name) for name in same})
