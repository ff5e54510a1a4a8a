"""A bounded log of requests to a stand-in and its responses."""

from collections import deque
from datetime import datetime
from typing import Any

_BODY_CHARS = 20_000


class RequestLog:
    """The last `size` requests, and the total number."""

    def __init__(self, size: int = 5_000) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=size)
        self.total = 0

    def add(
        self, *, at: datetime, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> dict[str, Any]:
        """Add a request and return its entry, whose `status` and `fault` are set later."""
        self.total += 1
        entry = {
            "number": self.total,
            "at": at.isoformat(),
            "method": method,
            "path": path,
            "query": query,
            "headers": headers,
            "body": body[:_BODY_CHARS].decode("utf-8", "replace"),
            "status": None,
            "fault": None,
        }
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        self._entries.clear()
        self.total = 0

    def matching(self, method: str | None, path_part: str | None, limit: int) -> list[dict[str, Any]]:
        """Return the newest `limit` matching entries, oldest first."""
        fitting = [
            entry
            for entry in self._entries
            if (method is None or entry["method"] == method) and (path_part or "") in entry["path"]
        ]
        return fitting[-limit:]
