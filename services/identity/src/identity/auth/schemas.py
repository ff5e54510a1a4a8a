from common.auth import Permission
from common.http import RequestModel, samples
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from identity.accounts.rules import DEFAULT_TIMEZONE
from identity.accounts.schemas import AccountName, AccountOut, Timezone, WebsiteUrl
from identity.models import Account, User
from identity.passwords.schemas import MAX_PARSED_LENGTH, POLICY
from identity.sessions.schemas import Tokens
from identity.users.schemas import Email, UserOut


class SignupRequest(RequestModel):
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
        max_length=MAX_PARSED_LENGTH,
        description=f"{POLICY} So are passwords made from the e-mail address or the name of the business.",
    )
    account_name: AccountName
    website_url: WebsiteUrl | None = Field(default=None, description="Website of the business; null if it has none.")
    timezone: Timezone = DEFAULT_TIMEZONE


class LoginRequest(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": samples.EMAIL, "password": "kauri ferry lantern"}]}
    )

    email: Email
    password: SecretStr = Field(max_length=MAX_PARSED_LENGTH, description="The user's password.")
    device_token: str | None = Field(
        default=None,
        max_length=200,
        description="The `device_token` of the last sign-in on this device, if there is one. It shows that the device "
        "is known: this sign-in is then not delayed by a stranger's failed attempts with the same e-mail address. An "
        "unknown or expired value is ignored.",
    )


class RefreshRequest(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"refresh_token": "Vb0sJw3uX5mQyQ8nTgkR2c7dLhPzE1aF9iKoUvNxSrM"}]}
    )

    refresh_token: str = Field(max_length=200, description="The `refresh_token` of the last sign-in or refresh.")


class PasswordChange(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "kauri ferry lantern", "new_password": "tui kettle morning rain"}]
        }
    )

    current_password: SecretStr = Field(max_length=MAX_PARSED_LENGTH, description="The user's current password.")
    new_password: SecretStr = Field(
        max_length=MAX_PARSED_LENGTH, description=f"{POLICY} So are passwords made from the e-mail address."
    )


class SignedIn(Tokens):
    user: UserOut = Field(description="The user who is signed in.")
    account: AccountOut = Field(description="The user's account.")
    device_token: str = Field(
        description="Identifies the device. Store it there, also after signing out, and send it with the next "
        "sign-in. It expires 180 days after the last sign-in. It does not replace the password.",
        examples=["pw_device_8rT2mXq0Yb5nKs7uVw3cLzEo1pHgJ4dFiA6xRkQtNvM"],
    )

    @classmethod
    def of(cls, tokens: Tokens, user: User, account: Account, device_token: str) -> "SignedIn":
        return cls(
            **tokens.model_dump(),
            user=UserOut.model_validate(user),
            account=AccountOut.model_validate(account),
            device_token=device_token,
        )


class Me(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"permissions": ["content:approve", "content:read", "schedule:read", "schedule:write"]}]
        }
    )

    user: UserOut = Field(description="The user who is signed in.")
    account: AccountOut = Field(description="The user's account.")
    permissions: list[Permission] = Field(
        description="What the user may do. An operation requires the permission in its `x-permission`."
    )
