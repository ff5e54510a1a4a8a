from datetime import datetime
from typing import Any
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from scheduler.models import AccountPause, OperatorPause
from scheduler.standing.service import Held
from scheduler.standing.standing import Standing

_PAUSE: dict[str, Any] = {
    "paused_at": samples.APPROVED,
    "paused_by": samples.USER_ID,
    "reason": "Closed over the holidays",
}


class PauseIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Closed over the holidays"}]})

    reason: str | None = Field(default=None, max_length=200, description="Shown with each post that is held back.")


class AccountPauseOut(BaseModel):
    """The account holds all its posts back."""

    paused_at: datetime
    paused_by: UUID
    reason: str | None

    @classmethod
    def of(cls, pause: AccountPause) -> "AccountPauseOut":
        return cls(paused_at=pause.paused_at, paused_by=pause.paused_by, reason=pause.reason)


class OperatorPauseOut(BaseModel):
    """PulseWorks holds the posts of all accounts back."""

    paused_at: datetime
    reason: str

    @classmethod
    def of(cls, pause: OperatorPause) -> "OperatorPauseOut":
        return cls(paused_at=pause.paused_at, reason=pause.reason)


class PausesOut(BaseModel):
    """What holds back every post of the account. Posts that are scheduled meanwhile are held back too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"account": _PAUSE}]})

    account: AccountPauseOut | None = Field(description="Null when the account is not paused.")
    everything: OperatorPauseOut | None = Field(description="Null when the operator has not paused everything.")

    @classmethod
    def of(cls, standing: Standing) -> "PausesOut":
        account, everything = standing.account_pause, standing.operator_pause
        return cls(
            account=None if account is None else AccountPauseOut.of(account),
            everything=None if everything is None else OperatorPauseOut.of(everything),
        )


class PauseChangedOut(PausesOut):
    """The pauses after a change, and what it did to the posts that waited."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": _PAUSE, "parked": 8, "on_their_way": 0, "released": 0, "missed": 0}]
        }
    )

    parked: int = Field(description="Posts that are held back now, for whatever reason.")
    on_their_way: int = Field(description="Posts that were handed over already: their results appear shortly.")
    released: int = Field(description="Posts that will go out at their times again.")
    missed: int = Field(description="Posts whose times went by while they were held back.")

    @classmethod
    def after(cls, standing: Standing, held: Held) -> "PauseChangedOut":
        return cls(
            **dict(PausesOut.of(standing)),
            parked=held.parked,
            on_their_way=held.on_their_way,
            released=held.released,
            missed=held.missed,
        )
