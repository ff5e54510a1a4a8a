"""The format of responses: errors, times, ids."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# from memory: the vendor's table of codes was not available (EXTERNAL_APIS 5)
BAD_PARAMETERS = 101
_ID_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class ApiResponse:
    """An HTTP response: JSON body, status, and headers besides the content type."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class AyrshareError(Exception):
    """A request-level error, returned as a flat object (EXTERNAL_APIS 1.2)."""

    def __init__(self, code: int, message: str, *, action: str = "request", http: int = 400, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.http = http
        self.headers: dict[str, str] = {}
        self.body = {"action": action, "status": "error", "code": code, "message": message, **extra}


def bad_parameters(message: str) -> AyrshareError:
    """Return the error for a request that the API can't parse (HTTP 400)."""
    return AyrshareError(BAD_PARAMETERS, f"Missing or incorrect parameters. {message}")


def new_id() -> str:
    """Return 20 letters and digits, like a Firestore document id."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(20))


def digits(count: int) -> str:
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))


def utc(at: float) -> str:
    """Format a UNIX time as `YYYY-MM-DDThh:mm:ssZ` (EXTERNAL_APIS 1.1)."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def firestore_time(at: float) -> dict[str, Any]:
    """Format a UNIX time as the `{_seconds, _nanoseconds, utc}` of history and user responses."""
    seconds = int(at)
    return {"_seconds": seconds, "_nanoseconds": int((at - seconds) * 1e9), "utc": utc(at)}
