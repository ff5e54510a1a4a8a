"""The text of a page as its reader sees it, like a browser's `innerText`.

Style sheets are not applied. What is hidden by the markup alone is left out, and so are the usual class names of text
for screen readers.
"""

import re
import unicodedata
from collections.abc import Callable

from content.clients.website.document import Element

_BLOCKS_WORDS = """
html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol option optgroup p plaintext pre search
section summary table caption tbody thead tfoot tr ul xmp
"""
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_CELLS = frozenset({"td", "th"})
# What a browser with scripts shows no text of, and form controls, whose text says nothing about a business.
_NOT_SHOWN_WORDS = """
head title script style template noscript noembed noframes datalist rp svg math iframe object embed audio video canvas
map select textarea meter progress frameset
"""
_NOT_SHOWN = frozenset(_NOT_SHOWN_WORDS.split())
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER_SKIPPED = frozenset({"html", "body", "main"})

_SCREEN_READER_CLASSES_WORDS = """
sr-only visually-hidden visuallyhidden visually-hidden-focusable screen-reader-text screen-reader-only screenreader
screen-reader u-hidden-visually u-visually-hidden hidden-visually a11y-hidden element-invisible assistive-text
skip-link skip-links skiplink skip-to-content skip-nav skip-navigation skip-main skip-content
"""
_SCREEN_READER_CLASSES = frozenset(_SCREEN_READER_CLASSES_WORDS.split())
# Fonts that draw a word as a picture: the text is "phone" or "arrow_forward".
_LIGATURE_ICONS = re.compile(r"^(?:material-icons|material-symbols)(?:-\w+)?$|^ligature-?icons?$")
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"(?:^|;)\s*display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)

# U+200C and U+200D are letters' joins in Persian, Hindi and others, and U+2060 to U+FEFF show nothing.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffc]")
_SPACE = re.compile(r"[^\S\n]+")
_PRIVATE_USE = "Co"


def is_hidden(element: Element) -> bool:
    """Return whether the markup hides the element, or only screen readers read it. Never true for html, body, main."""
    if element.name in _NEVER_SKIPPED:
        return False
    if element.name == "dialog":
        return "open" not in element.attributes
    return (
        "hidden" in element.attributes
        or element.get("aria-hidden").lower() == "true"
        or not _SCREEN_READER_CLASSES.isdisjoint(name.lower() for name in element.classes)
        or _HIDDEN_STYLE.search(element.style) is not None
    )


def visible_text(
    element: Element, skips: Callable[[Element], bool] = lambda _: False, *, limit: int = 10_000_000
) -> str:
    """Return the text with one line for each block. Elements for which `skips` is true are left out.

    At most `limit` nodes are read, so that a caller with many elements that contain each other stays linear.
    """
    writer = _Writer(skips)
    writer.write(element, limit)
    return tidy("".join(writer.parts))


def one_line(text: str) -> str:
    return " ".join(without_invisible(text).split())


def tidy(text: str) -> str:
    """Return the lines with single spaces, without empty ones, repeated ones, and characters that show nothing."""
    kept: list[str] = []
    for line in _SPACE.sub(" ", without_invisible(text)).split("\n"):
        stripped = line.strip()
        if stripped and (not kept or stripped != kept[-1]):
            kept.append(stripped)
    return "\n".join(kept)


def without_invisible(text: str) -> str:
    """Return the text without characters that show nothing, and without icons: a font's private use characters."""
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != _PRIVATE_USE)


class _Writer:
    """Walks with a stack of its own, because Python's is shorter than a page may be deep."""

    def __init__(self, skips: Callable[[Element], bool]) -> None:
        self.parts: list[str] = []
        self._skips = skips
        self._length = 0
        self._last = ""
        """The last character written."""
        self._inline_before = 0
        """The length of the inline element that ended just before; 0 if something else came last."""

    def write(self, element: Element, limit: int) -> None:
        waiting: list[Element | str | Callable[[], None]] = [element]
        while waiting and limit > 0:
            limit -= 1
            node = waiting.pop()
            if isinstance(node, str):
                self._write(node)
            elif isinstance(node, Element):
                end = self._start(node)
                if end is not None:
                    waiting.append(end)
                    waiting.extend(reversed(node.children))
            else:
                node()

    def _start(self, element: Element) -> Callable[[], None] | None:
        """Write what stands before the element's content; return what to do after it, or None to leave it out."""
        if element.name in _NOT_SHOWN or is_hidden(element) or self._skips(element):
            return None
        if any(_LIGATURE_ICONS.match(name) for name in element.classes):
            return None
        if element.name == "br":
            self._write("\n")
            return None
        if element.name in _CELLS:
            return self._separate(" ")
        if element.name in _BLOCKS or _BLOCK_STYLE.search(element.style) is not None:
            return self._separate("\n")
        return self._start_inline()

    def _write(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self._length += len(text)
            self._last = text[-1]
            self._inline_before = 0

    def _separate(self, separator: str) -> Callable[[], None]:
        self._write(separator)
        return lambda: self._write(separator)

    def _start_inline(self) -> Callable[[], None]:
        length_before, last, start, length = self._inline_before, self._last, len(self.parts), self._length
        self._inline_before = 0
        self.parts.append("")

        def end() -> None:
            written = self._length - length
            if written:
                first = next(self.parts[at][0] for at in range(start, len(self.parts)) if self.parts[at])
                if min(length_before, written) > 1 and _are_two_words(last, first):
                    self.parts[start] = " "
                self._inline_before = written

        return end


def _are_two_words(last: str, first: str) -> bool:
    """Return whether two inline elements that end and begin so stand apart although no space is between them.

    In `<span>1945</span><span>founded</span>` a style sheet places the second below the first. (Elements of one letter
    are parts of a word.) Chinese and Japanese have no spaces.
    """
    return last.isalnum() and first.isalnum() and not _is_wide(last) and not _is_wide(first)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
