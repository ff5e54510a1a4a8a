from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event


class AccountData(Data):
    revision: int = Field(ge=1, description="Rises by one with each change of the account; apply only newer ones.")
    name: str = Field(description="Name of the business.")
    website_url: str | None = Field(description="The business's own website, if it has one.")
    timezone: str = Field(description="IANA name, for example `Pacific/Auckland`.")


class AccountCreated(Event):
    """A business signed up."""

    type: Literal["identity.account_created.v1"] = "identity.account_created.v1"
    data: AccountData


class AccountUpdated(Event):
    """Name, website or timezone of an account changed."""

    type: Literal["identity.account_updated.v1"] = "identity.account_updated.v1"
    data: AccountData


class SessionRevokedData(Data):
    session_id: UUID = Field(description="The session (token family) whose tokens are no longer valid.")
    user_id: UUID
    reason: Literal["logout", "reuse_detected", "password_changed", "role_changed", "deactivated", "revoked"]
    tokens_expire_at: AwareDatetime = Field(
        description="By then the session's last access token is dead; forget the revocation afterwards."
    )


class SessionRevoked(Event):
    """A session ended before its tokens did. Whoever accepts access tokens refuses them from now on."""

    type: Literal["identity.session_revoked.v1"] = "identity.session_revoked.v1"
    data: SessionRevokedData
