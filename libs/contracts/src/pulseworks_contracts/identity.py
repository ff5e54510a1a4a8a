from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event


class AccountData(Data):
    revision: int = Field(ge=1, description="Rises by one with each change of the account; apply only newer ones.")
    name: str = Field(description="Name of the business.")
    website_url: str | None = Field(description="The website of the business; null if it has none.")
    timezone: str = Field(description="IANA time zone, for example `Pacific/Auckland`.")


class AccountCreated(Event):
    """A business signed up.

    Sent when a sign-up creates the account.

    Subject: the account.
    """

    type: Literal["identity.account_created.v1"] = "identity.account_created.v1"
    data: AccountData


class AccountUpdated(Event):
    """The name, website or time zone of an account changed.

    Sent when a user saves account settings that differ from the current ones. It contains all of them.

    Subject: the account.
    """

    type: Literal["identity.account_updated.v1"] = "identity.account_updated.v1"
    data: AccountData


class SessionRevokedData(Data):
    session_id: UUID = Field(description="The session (token family) whose tokens are no longer valid.")
    user_id: UUID = Field(description="The user of the session.")
    reason: Literal["logout", "reuse_detected", "password_changed", "role_changed", "deactivated", "revoked"] = Field(
        description="Why it ended. `reuse_detected`: a refresh token was used twice. `revoked`: the user ended it."
    )
    tokens_expire_at: AwareDatetime = Field(
        description="When the session's last access token expires; the revocation can be forgotten after that."
    )


class SessionRevoked(Event):
    """A session ended before its tokens expired. Services must reject access tokens of this session from now on.

    Sent when a user logs out, ends a session or changes the password (which ends the other sessions), when an
    administrator changes the user's role or deactivates the user, and when a used refresh token is presented again.

    Subject: the session.
    """

    type: Literal["identity.session_revoked.v1"] = "identity.session_revoked.v1"
    data: SessionRevokedData


class UserChangedData(Data):
    revision: int = Field(ge=1, description="Rises by one with each change of the user; apply only newer ones.")
    user_id: UUID = Field(description="The user.")
    role: str = Field(description="The user's role in the account: `OWNER`, `ADMIN` or `MEMBER`.")
    active: bool = Field(description="Whether the user may sign in.")


class UserChanged(Event):
    """The role of a user changed, or whether the user may sign in.

    Sent when an administrator changes a user's role, or deactivates or reactivates the user, also if the user has no
    session. Not sent when a user joins. It has both values.

    Subject: the user.
    """

    type: Literal["identity.user_changed.v1"] = "identity.user_changed.v1"
    data: UserChangedData
