"""Outcomes of a call that only a language model has, and the vendor's own errors, switched on over HTTP.

`POST /_control/outcomes` takes a list, which is appended to the existing ones:

    [{"kind": "refusal", "times": 2, "contains": "caption"}]

The first entry whose `contains` is in the request body decides one call and is counted down.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class OutcomeKind(StrEnum):
    RATE_LIMIT = "rate_limit"
    INSUFFICIENT_QUOTA = "insufficient_quota"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    NOT_JSON = "not_json"
    MALFORMED_CONTENT = "malformed_content"
    SCHEMA_VIOLATION = "schema_violation"
    EMPTY_CONTENT = "empty_content"
    REFUSAL = "refusal"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


class Outcome(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: OutcomeKind
    times: int | Literal["forever"] = 1
    contains: str = Field(default="", description="A part of the request body; empty matches every call.")
    retry_after: float = Field(default=1, description="Seconds, for rate_limit.")
    seconds: float = Field(default=600, description="For timeout: how long nothing is sent.")


class Outcomes:
    """The active outcomes, in order."""

    def __init__(self) -> None:
        self.waiting: list[Outcome] = []

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, body: str) -> Outcome | None:
        """Return the outcome of this call and count it, or None for a normal response."""
        for outcome in self.waiting:
            if outcome.contains in body:
                if outcome.times != "forever":
                    outcome.times -= 1
                    if outcome.times <= 0:
                        self.waiting.remove(outcome)
                return outcome
        return None
