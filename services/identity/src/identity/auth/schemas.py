from datetime import datetime
from typing import Literal

from common.auth import Permission
from common.http import samples
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from identity.accounts.schemas import AccountOut
from identity.accounts.values import DEFAULT_TIMEZONE, AccountName, Timezone, WebsiteUrl
from identity.models import Account, User
from identity.sessions.service import TokenPair
from identity.users.emails import Email
from identity.users.schemas import UserOut

# The policy's own limit is lower; this one only keeps the parser's work small.
_PASSWORD = 1024


class SignupRequest(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": samples.EMAIL,
                    "password": "kauri ferry lantern",
                    "account_name": samples.BUSINESS,
                    "website_url": samples.WEBSITE,
                    "timezone": "Pacific/Auckland",
                }
            ]
        }
    )

    email: Email
    password: SecretStr = Field(
        max_length=_PASSWORD, description="At least 12 characters; nothing else is asked of it."
    )
    account_name: AccountName
    website_url: WebsiteUrl | None = None
    timezone: Timezone = DEFAULT_TIMEZONE


class LoginRequest(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": samples.EMAIL, "password": "kauri ferry lantern"}]}
    )

    email: Email
    password: SecretStr = Field(max_length=_PASSWORD)


class RefreshRequest(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"refresh_token": "Vb0sJw3uX5mQyQ8nTgkR2c7dLhPzE1aF9iKoUvNxSrM"}]}
    )

    refresh_token: str = Field(max_length=200)


class PasswordChange(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "kauri ferry lantern", "new_password": "tui kettle morning rain"}]
        }
    )

    current_password: SecretStr = Field(max_length=_PASSWORD)
    new_password: SecretStr = Field(max_length=_PASSWORD, description="At least 12 characters.")


class Tokens(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIwMTkzYTVjMCJ9.c2lnbmF0dXJl",
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "expires_at": "2026-11-20T21:25:00Z",
                    "refresh_token": "Vb0sJw3uX5mQyQ8nTgkR2c7dLhPzE1aF9iKoUvNxSrM",
                    "refresh_expires_at": "2026-12-20T21:10:00Z",
                }
            ]
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer …`. EdDSA JWT, 15 minutes.")
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds until the access token expires.")
    expires_at: datetime
    refresh_token: str = Field(description="Good for one refresh. Using it twice ends the session.")
    refresh_expires_at: datetime


class SignedIn(Tokens):
    user: UserOut
    account: AccountOut


class Me(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"permissions": ["content:approve", "content:read", "schedule:read", "schedule:write"]}]
        }
    )

    user: UserOut
    account: AccountOut
    permissions: list[Permission] = Field(description="What this user may do.")


def tokens_out(pair: TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access.token,
        token_type="Bearer",  # noqa: S106 - the name of a scheme
        expires_in=pair.access.lifetime_seconds,
        expires_at=pair.access.expires_at,
        refresh_token=pair.refresh_token,
        refresh_expires_at=pair.refresh_expires_at,
    )


def signed_in(pair: TokenPair, user: User, account: Account) -> SignedIn:
    return SignedIn(
        **tokens_out(pair).model_dump(),
        user=UserOut.model_validate(user),
        account=AccountOut.model_validate(account),
    )
