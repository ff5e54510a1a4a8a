"""``codes.toml``, read once: what each of Ayrshare's codes means for a delivery."""

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
class CodeRow:
    """One row of the table. ``pause`` and ``at_least`` are in seconds; ``retries`` None: until the post expires."""

    class_: Class
    code: str
    meaning: str
    """Ayrshare's own definition, for developers."""
    text: str
    """Shown to the user."""
    who: Who
    """Who must act."""
    remedy: Remedy = "contact_support"
    pause: float = 60.0
    at_least: float = 0.0
    retries: int | None = None
    scope: Scope = "post"
    """What the refusal affects: this post, all posts of the profile, or all posts."""
    says: str | None = None
    """Of a special row: it applies when the message matches this regular expression."""


@dataclass(frozen=True)
class Codes:
    by_code: dict[int, tuple[CodeRow, ...]]
    """Special rows first; the last one applies to any message."""
    by_status: dict[str, CodeRow]

    def row(self, status: int, code: int | None, message: str = "") -> CodeRow | None:
        """Return the row of an error, by Ayrshare's code, else by the HTTP status. None: not a definite rejection."""
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
        return self.by_status["4xx"] if 400 <= status < 500 else None


@cache
def load_codes() -> Codes:
    document = tomllib.loads(files("publisher.clients.ayrshare").joinpath("codes.toml").read_text("utf-8"))
    return Codes(
        by_code={int(code): _rows(row) for code, row in document["codes"].items()},
        by_status={status: _rows(row)[0] for status, row in document["http"].items()},
    )


def _rows(row: dict[str, Any]) -> tuple[CodeRow, ...]:
    special = row.pop("when", [])
    return tuple(_row(each) for each in [*({**row, **variant} for variant in special), row])


def _row(row: dict[str, Any]) -> CodeRow:
    return CodeRow(**{("class_" if name == "class" else name): value for name, value in row.items()})
