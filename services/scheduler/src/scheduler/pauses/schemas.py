from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.http import RequestModel, samples
from common.texts import TEXT
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from scheduler.eligibility.rules import PostingEligibility
from scheduler.holds.rules import HoldResult
from scheduler.models import AccountPause, OperatorPause

_PAUSE: dict[str, Any] = {
    "paused_at": samples.APPROVED,
    "paused_by": samples.USER_ID,
    "reason": "Closed over the holidays",
}


class PauseIn(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Closed over the holidays"}]})

    reason: Annotated[str, StringConstraints(max_length=200), TEXT] | None = Field(
        default=None, description="Shown to users with each item that is held back."
    )


class AccountPauseOut(BaseModel):
    """A user has paused publishing for the account."""

    paused_at: datetime = Field(description="When the pause began.")
    paused_by: UUID = Field(description="Id of the user who paused it.")
    reason: str | None = Field(description="The reason that the user gave; null if none.")

    @classmethod
    def of(cls, pause: AccountPause) -> "AccountPauseOut":
        return cls(paused_at=pause.paused_at, paused_by=pause.paused_by, reason=pause.reason)


class OperatorPauseOut(BaseModel):
    """The operator of PulseWorks has paused publishing for all accounts."""

    paused_at: datetime = Field(description="When the pause began.")
    reason: str = Field(description="The reason that the operator gave.")

    @classmethod
    def of(cls, pause: OperatorPause) -> "OperatorPauseOut":
        return cls(paused_at=pause.paused_at, reason=pause.reason)


class PausesOut(BaseModel):
    """The pauses that hold back all schedule items of the account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"account": _PAUSE}]})

    account: AccountPauseOut | None = Field(description="The pause of this account; null if there is none.")
    everything: OperatorPauseOut | None = Field(
        description="The operator's pause of all accounts; null if there is none."
    )

    @classmethod
    def of(cls, eligibility: PostingEligibility) -> "PausesOut":
        account, everything = eligibility.account_pause, eligibility.operator_pause
        return cls(
            account=None if account is None else AccountPauseOut.of(account),
            everything=None if everything is None else OperatorPauseOut.of(everything),
        )


class PauseChangedOut(PausesOut):
    """The pauses after the change, and what it did to the account's schedule items."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": _PAUSE, "parked": 8, "on_their_way": 0, "released": 0, "missed": 0}]
        }
    )

    parked: int = Field(description="How many items are PARKED now, for this or another reason.")
    on_their_way: int = Field(description="How many items are being published right now. A pause does not stop them.")
    released: int = Field(description="How many items are QUEUED again.")
    missed: int = Field(description="How many items became MISSED, because their time had passed.")

    @classmethod
    def after(cls, eligibility: PostingEligibility, result: HoldResult) -> "PauseChangedOut":
        return cls(
            **dict(PausesOut.of(eligibility)),
            parked=result.parked,
            on_their_way=result.on_their_way,
            released=result.released,
            missed=result.missed,
        )
