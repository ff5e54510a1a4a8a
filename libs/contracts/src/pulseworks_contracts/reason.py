"""Why something failed, for programs and for people."""

from typing import Literal

from pydantic import Field

from pulseworks_contracts.envelope import Data

Remedy = Literal["reconnect", "edit", "subscribe", "retry", "contact_support"]


class Reason(Data):
    code: str = Field(
        description="Stable code for programs, for example `profile_mismatch` or `not_linked`. More may be added."
    )
    message: str = Field(description="Text for people: what happened and what to do.")
    remedy: Remedy = Field(
        description="What fixes it: `reconnect` the account, `edit` the post, `subscribe`, `retry`, or "
        "`contact_support`."
    )
