"""Switchable faults for every stand-in.

`POST /_control/faults` takes a list of rules, which are appended to the existing ones:

    [{"match": "POST /api/post", "kind": "timeout_after", "times": 1}]

`match` is a regular expression searched in `METHOD /path`; `header` (name to part of its value) and `body` (a part of
it) narrow it. The first matching rule decides; `latency` rules add up and let the request continue. A rule fires
`times` times (default 1, or "forever") after skipping the first `skip` requests, each time with `probability`, drawn
from a generator seeded with `seed`.

"before" means that the request has no effect; "after" means that it has its full effect and the response is lost.
"""

import itertools
import random
import re
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator


class FaultKind(StrEnum):
    """What a rule does to matching requests."""

    LATENCY = "latency"
    STATUS = "status"
    STATUS_BEFORE_EFFECT = "status_before_effect"
    STATUS_AFTER_EFFECT = "status_after_effect"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    MALFORMED = "malformed"
    MALFORMED_BEFORE = "malformed_before"

    @property
    def takes_effect(self) -> bool:
        """Whether the request is executed: it is for `malformed`, it is not for a plain `status`."""
        return self in _AFTER


_AFTER = {
    FaultKind.STATUS_AFTER_EFFECT,
    FaultKind.TIMEOUT_AFTER,
    FaultKind.DROP_AFTER,
    FaultKind.MALFORMED,
}


class FaultRule(BaseModel):
    """One rule, as posted and listed."""

    model_config = ConfigDict(extra="forbid")

    match: str = Field(default="", description="regular expression searched in `METHOD /path`")
    header: dict[str, str] = Field(default_factory=dict, description="header name to a part of its value")
    body: str | None = Field(default=None, description="a part of the request body, as text")
    kind: FaultKind
    seconds: float = Field(
        default=600, ge=0, description="latency: the delay; timeout_*: when the silent connection is closed"
    )
    status: int = Field(default=503, ge=200, le=599, description="for status kinds")
    headers: dict[str, str] = Field(default_factory=dict, description="of the response, for example Retry-After")
    answer: Any = Field(default=None, description="response body: a string is sent unchanged, anything else as JSON")
    times: int | Literal["forever"] = Field(default=1, description="how often the rule fires")
    skip: int = Field(default=0, ge=0, description="matching requests to skip first")
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    id: str = Field(default="", description="set by the stand-in if empty")
    hits: int = Field(default=0, description="how often the rule has fired")
    _random: random.Random = PrivateAttr()
    _seen: int = PrivateAttr(default=0)

    @field_validator("match")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"match is not a valid regular expression: {error}") from error
        return value

    def model_post_init(self, _context: Any) -> None:
        self._random = random.Random(self.seed)

    def fires(self, line: str, headers: dict[str, str], body: bytes) -> bool:
        """Return whether the rule fires for this request, and count it."""
        fits = (
            re.search(self.match, line) is not None
            and all(part in headers.get(name.lower(), "") for name, part in self.header.items())
            and (self.body is None or self.body.encode() in body)
        )
        if not fits or (self.times != "forever" and self.hits >= self.times):
            return False
        self._seen += 1
        if self._seen <= self.skip or self._random.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The active rules, in order."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []
        self._ids = itertools.count(1)

    def add(self, rules: list[FaultRule]) -> None:
        for rule in rules:
            rule.id = rule.id or f"fault-{next(self._ids)}"
            self.rules.append(rule)

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, line: str, headers: dict[str, str], body: bytes) -> tuple[float, FaultRule | None]:
        """Return the seconds to wait and the rule that decides the response, or None to continue normally."""
        delay = 0.0
        for rule in self.rules:
            if not rule.fires(line, headers, body):
                continue
            if rule.kind is not FaultKind.LATENCY:
                return delay, rule
            delay += rule.seconds
        return delay, None
