"""Faults of the provider for single posts, as rules of its stand-in. Each rule selects one post by its marker."""

from dataclasses import dataclass
from typing import Any

SEND_TIMEOUT_SECONDS = 2.0
SETTLE_SECONDS = 6.0
HISTORY_CACHE_SECONDS = 3.0

_SILENT_SECONDS = 30.0
_HTML = "<html><body>Bad gateway</body></html>"


@dataclass(frozen=True)
class Trouble:
    """``rules`` are set in the stand-in for one post; ``refusal`` is the code that such a post must fail with."""

    name: str
    rules: tuple[dict[str, Any], ...]
    refusal: str | None = None
    unclear: bool = False
    """The outcome of the call can't be known without a lookup."""
    pauses: bool = False
    """It may delay the post for minutes."""
    weight: float = 1.0

    def rules_for(self, marker: str) -> list[dict[str, Any]]:
        return [{"match": "POST /api/post", "body": marker, **rule} for rule in self.rules]


def _refusal(status: int, code: int, message: str) -> dict[str, Any]:
    body = {"action": "post", "status": "error", "code": code, "message": message}
    return {"kind": "status_before_effect", "status": status, "answer": body}


TROUBLES: tuple[Trouble, ...] = (
    Trouble("answers slowly", ({"kind": "latency", "seconds": 1.0},), weight=3.0),
    Trouble(
        "takes effect after we gave up", ({"kind": "latency", "seconds": SEND_TIMEOUT_SECONDS + 1.5},), unclear=True
    ),
    Trouble(
        "no response, with effect", ({"kind": "timeout_after", "seconds": _SILENT_SECONDS},), unclear=True, weight=3.0
    ),
    Trouble("no response, without effect", ({"kind": "timeout_before", "seconds": _SILENT_SECONDS},), unclear=True),
    Trouble("cut off, with effect", ({"kind": "drop_after"},), unclear=True),
    Trouble("cut off, without effect", ({"kind": "drop_before"},), unclear=True),
    Trouble("500 after the effect", ({"kind": "status_after_effect", "status": 500},), unclear=True),
    Trouble("503 without effect", ({"kind": "status_before_effect", "status": 503},), unclear=True),
    Trouble("partial response, with effect", ({"kind": "malformed"},), unclear=True),
    Trouble("HTML, with effect", ({"kind": "malformed", "answer": _HTML},), unclear=True),
    Trouble("HTML, without effect", ({"kind": "malformed_before", "answer": _HTML},), unclear=True),
    Trouble("an empty object, with effect", ({"kind": "malformed", "answer": {}},), unclear=True),
    Trouble(
        "cut off without effect, then no response with effect",
        ({"kind": "drop_before"}, {"kind": "timeout_after", "seconds": _SILENT_SECONDS}),
        unclear=True,
    ),
    Trouble(
        "500 without effect, then cut off with effect",
        ({"kind": "status_before_effect", "status": 500}, {"kind": "drop_after"}),
        unclear=True,
    ),
    Trouble(
        "permanently refused",
        ({**_refusal(400, 132, "The post is too long."), "times": "forever"},),
        refusal="text_too_long",
    ),
    Trouble("429", ({"kind": "status_before_effect", "status": 429, "headers": {"Retry-After": "2"}},)),
    Trouble("image not reachable at first", (_refusal(400, 136, "Media URLs invalid."),), pauses=True),
)
BY_NAME = {trouble.name: trouble for trouble in TROUBLES}
