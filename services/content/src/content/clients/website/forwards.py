"""Pages that only send a browser on: by `<meta http-equiv=refresh>`, by one line of script, by a frame around all."""

import re

from content.clients.website.document import Document

_MAX_DELAY = 10
"""Seconds. A page that reloads later, or itself, is one to read."""
_MAX_SCRIPT = 2_000

# HTML, 4.2.5.3: a number, then a separator, then an optional `url=` with optional quotes.
_REFRESH = re.compile(
    r"""\s*(\d{1,6})(?:\.[\d.]*)?\s*(?:[;,]|\s)\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(.*))""",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT = re.compile(
    r"""\blocation(?:\.href)?\s*=\s*["']([^"']{1,2000})["']|\blocation\.(?:replace|assign)\(\s*["']([^"']{1,2000})["']"""
)


def forward_of(document: Document, *, has_text: bool) -> str:
    """Return the URL, as written, that a browser shows instead of the page; empty if there is none."""
    refresh = _refresh(document)
    if refresh or has_text:
        return refresh
    return _script(document) or _only_frame(document)


def refresh_target(content: str) -> str:
    """Return the URL in a `Refresh` header or its `<meta>`, if a browser goes there soon."""
    found = _REFRESH.match(content)
    if found is None or int(found.group(1)) > _MAX_DELAY:
        return ""
    return (found.group(2) or found.group(3) or found.group(4) or "").strip()


def _refresh(document: Document) -> str:
    for meta in document.root.find_all("meta"):
        # A browser with scripts does not follow what is for those without.
        if meta.get("http-equiv").lower() == "refresh" and meta.closest("noscript", "template") is None:
            return refresh_target(meta.get("content"))
    return ""


def _script(document: Document) -> str:
    for script in document.root.find_all("script"):
        source = script.content
        found = _SCRIPT.search(source) if len(source) <= _MAX_SCRIPT else None
        if found is not None:
            return found.group(1) or found.group(2)
    return ""


def _only_frame(document: Document) -> str:
    """Return the largest part of a frame set (it is the last one as a rule), or the only frame of an empty page."""
    frames = [frame.get("src") for frame in document.root.find_all("frame") if frame.get("src")]
    return frames[-1] if frames else ""
