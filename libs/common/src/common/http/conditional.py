"""Conditional requests (RFC 9110, section 13): content that the client already has is not sent again."""

import hashlib

__all__ = ["entity_tag", "is_known"]


def entity_tag(content: bytes) -> str:
    """Return the value of the `ETag` header."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Return whether the client has this content. A compressing proxy makes the tag weak (`W/`)."""
    known = [known.strip().removeprefix("W/") for known in (if_none_match or "").split(",")]
    return tag in known or "*" in known
