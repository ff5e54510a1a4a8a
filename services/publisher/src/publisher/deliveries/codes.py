"""``ayrshare_codes.toml``, read once: what each of Ayrshare's codes means for a delivery."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pulseworks_contracts import Remedy

Class = Literal["rejected", "transient", "duplicate", "unknown"]
Who = Literal["customer", "operator", "nobody"]
Scope = Literal["post", "profile", "provider"]

_TOO_MANY = 429


@dataclass(frozen=True)
class Meaning:
    """One row of the table. ``pause`` and ``at_least`` are in seconds; ``retries`` None: until the post expires."""

    class_: Class
    code: str
    meaning: str
    """What Ayrshare says with it, for us."""
    text: str
    """For the user."""
    who: Who
    """Who must act."""
    remedy: Remedy = "contact_support"
    pause: float = 60.0
    at_least: float = 0.0
    retries: int | None = None
    scope: Scope = "post"
    """What the refusal is about: this post, all of the profile's, or all of ours."""
    says: str | None = None
    """A row below another one: it holds when the message matches this."""


@dataclass(frozen=True)
class Codes:
    by_code: dict[int, tuple[Meaning, ...]]
    """More special rows first; the last one holds whatever the message says."""
    by_status: dict[str, Meaning]

    def meaning(self, status: int, code: int | None, message: str = "") -> Meaning | None:
        """Return what an error means, by Ayrshare's code, else by the HTTP status. None: not a definite rejection."""
        if status == _TOO_MANY:  # its code is not documented, and the pause must not depend on one
            return self.by_status[str(_TOO_MANY)]
        if code is not None and code in self.by_code:
            return next(
                row
                for row in self.by_code[code]
                if row.says is None or re.search(row.says, message, re.IGNORECASE) is not None
            )
        if str(status) in self.by_status:
            return self.by_status[str(status)]
        return self.by_status["4xx"] if 400 <= status < 500 else None  # noqa: PLR2004 - HTTP's own range


@cache
def load_codes() -> Codes:
    document = tomllib.loads(files("publisher.deliveries").joinpath("ayrshare_codes.toml").read_text("utf-8"))
    return Codes(
        by_code={int(code): _meanings(row) for code, row in document["codes"].items()},
        by_status={status: _meanings(row)[0] for status, row in document["http"].items()},
    )


def _meanings(row: dict[str, Any]) -> tuple[Meaning, ...]:
    special = row.pop("when", [])
    return tuple(_meaning(each) for each in [*({**row, **variant} for variant in special), row])


def _meaning(row: dict[str, Any]) -> Meaning:
    return Meaning(**{("class_" if name == "class" else name): value for name, value in row.items()})
