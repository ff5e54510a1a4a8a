import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Class = Literal["rejected", "transient", "duplicate", "unknown"]
Remedy = Literal["reconnect", "edit", "subscribe", "retry", "contact_support"]


@dataclass(frozen=True)
class Meaning:
    """One row of ``ayrshare_codes.toml``. ``pause`` is in seconds; ``retries`` None: until the post expires."""

    class_: Class
    code: str
    text: str
    remedy: Remedy = "contact_support"
    pause: float = 60.0
    retries: int | None = None
    pauses_profile: bool = False


@dataclass(frozen=True)
class Codes:
    by_code: dict[int, Meaning]
    by_status: dict[str, Meaning]

    def meaning(self, status: int, code: int | None) -> Meaning | None:
        """Return what an error means, by Ayrshare's code, else by the HTTP status. None: not a definite rejection."""
        if status == 429:  # noqa: PLR2004 - its code is not documented, and the pause must not depend on one
            return self.by_status["429"]
        if code is not None and code in self.by_code:
            return self.by_code[code]
        if str(status) in self.by_status:
            return self.by_status[str(status)]
        return self.by_status["4xx"] if 400 <= status < 500 else None  # noqa: PLR2004 - HTTP's own range


@cache
def load_codes() -> Codes:
    document = tomllib.loads(files("publisher.deliveries").joinpath("ayrshare_codes.toml").read_text("utf-8"))
    return Codes(
        by_code={int(code): _meaning(row) for code, row in document["codes"].items()},
        by_status={status: _meaning(row) for status, row in document["http"].items()},
    )


def _meaning(row: dict[str, object]) -> Meaning:
    return Meaning(class_=row.pop("class"), **row)  # type: ignore[arg-type]  # the file is ours, and a test reads it all
