"""HTML as a flat stream of tags and texts, in time linear in its length.

Not a tree: a tree builder's time grows with the square of the nesting (lexbor took 516 s for 1.5 MB of nested
`<div>`, found when choosing), and such a page would hold the process. What is read from a brand's website
needs no tree. The tokens follow the HTML standard (13.2.5) as far as tags, attributes and raw text go.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

MAX_ATTRIBUTES = 60
MAX_VALUE = 4_000
MAX_TOKENS = 100_000
"""A large real page has 30,000; what comes behind is not read."""

RAW_TEXT = frozenset({"script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp"})
"""Elements whose content is text up to their own end tag."""

_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
# Quantifiers are possessive, so there is nothing to try again.
_ATTRIBUTE = re.compile(
    r"""[\s/]*+ ([^\s/>][^\s/>=]*+) (?: \s*+ = \s*+ (?: "([^"]*+)" | '([^']*+)' | ([^\s>"'][^\s>]*+) | ) )?+""",
    re.VERBOSE,
)
_TAG_END = re.compile(r"[\s/]*+>")


@dataclass(frozen=True, slots=True)
class Start:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


@dataclass(frozen=True, slots=True)
class End:
    name: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    """With character references resolved."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What is inside one of the `RAW_TEXT` elements; its tags are not reported."""

    start: Start
    text: str


Token = Start | End | Text | Raw


def tokens(source: str) -> Iterator[Token]:
    """Read a document; whatever is broken is skipped, nothing is raised."""
    return islice(_tokens(source), MAX_TOKENS)


def _tokens(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        opening = source.find("<", position)
        if opening < 0:
            yield Text(html.unescape(source[position:]))
            return
        if opening > position:
            yield Text(html.unescape(source[position:opening]))
        following = source[opening + 1 : opening + 2]
        if following in ("!", "?"):
            position = _behind_comment(source, opening)
        elif following == "/":
            name = _TAG_NAME.match(source, opening + 2)
            if name is not None:
                yield End(name.group().lower())
            position = _behind(source, ">", opening)
        else:
            name = _TAG_NAME.match(source, opening + 1)
            if name is None:
                yield Text("<")
                position = opening + 1
                continue
            start, position = _start_tag(source, name)
            if start.name in RAW_TEXT:
                text, position = _raw_text(source, start.name, position)
                yield Raw(start, text)
            else:
                yield start


def _behind(source: str, mark: str, position: int) -> int:
    found = source.find(mark, position)
    return len(source) if found < 0 else found + len(mark)


def _behind_comment(source: str, opening: int) -> int:
    if not source.startswith("<!--", opening):
        return _behind(source, ">", opening)
    if source.startswith((">", "->"), opening + 4):
        return _behind(source, ">", opening)
    return _behind(source, "-->", opening + 4)


def _start_tag(source: str, name: re.Match[str]) -> tuple[Start, int]:
    start = Start(name.group().lower())
    position = name.end()
    for _ in range(MAX_ATTRIBUTES):
        end = _TAG_END.match(source, position)
        if end is not None:
            return start, end.end()
        found = _ATTRIBUTE.match(source, position)
        if found is None:
            return start, len(source)
        value = found.group(2) or found.group(3) or found.group(4) or ""
        start.attributes.setdefault(found.group(1).lower()[:100], html.unescape(value[:MAX_VALUE]).strip())
        position = found.end()
    return start, _behind(source, ">", position)


def _raw_text(source: str, name: str, position: int) -> tuple[str, int]:
    end = _RAW_ENDS[name].search(source, position)
    if end is None:
        return source[position:], len(source)
    return source[position : end.start()], _behind(source, ">", end.start())


_RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW_TEXT}
