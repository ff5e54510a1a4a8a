import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from common.http.conditional import entity_tag, is_known
from fastapi import status
from starlette.datastructures import Headers
from starlette.responses import Response


@dataclass(frozen=True)
class Document:
    """A document that rarely changes. It is sent with an ETag."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> "Document":
        return cls(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")

    @cached_property
    def _etag(self) -> str:
        return entity_tag(self.body)

    def response(self, request: Headers) -> Response:
        """Return the document, or 304 if the request names its ETag. The server drops the body for HEAD."""
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", **self.headers, "ETag": self._etag}
        if is_known(self._etag, request.get("if-none-match")):
            return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(self.body, media_type=self.media_type, headers=headers)
