"""HTML as a flat stream of tags and texts, in time linear in its length.

There is no tree: a tree builder's time grows with the square of the nesting (lexbor took 516 s for 1.5 MB of nested
`<div>`), so a hostile page could block the process. Reading a brand needs no tree (docs/decisions/0006). Tags,
attributes and raw text follow the HTML standard (13.2.5).
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

MAX_ATTRIBUTES = 60
MAX_VALUE = 4_000
MAX_TOKENS = 100_000
"""A large real page has 30,000. Tokens beyond the limit are not read."""

RAW_TEXT = frozenset({"script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp"})
"""Elements whose content is text up to their end tag."""

_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
# Possessive quantifiers rule out backtracking.
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
    """The content of one of the `RAW_TEXT` elements; tags in it are not reported."""

    start: Start
    text: str


Token = Start | End | Text | Raw


def tokenize(source: str) -> Iterator[Token]:
    """Read a document. Broken markup is skipped; nothing is raised."""
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
            position = _after_comment(source, opening)
        elif following == "/":
            name = _TAG_NAME.match(source, opening + 2)
            if name is not None:
                yield End(name.group().lower())
            position = _after(source, ">", opening)
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


def _after(source: str, mark: str, position: int) -> int:
    found = source.find(mark, position)
    return len(source) if found < 0 else found + len(mark)


def _after_comment(source: str, opening: int) -> int:
    if not source.startswith("<!--", opening):
        return _after(source, ">", opening)
    if source.startswith((">", "->"), opening + 4):
        return _after(source, ">", opening)
    return _after(source, "-->", opening + 4)


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
    return start, _after(source, ">", position)


def _raw_text(source: str, name: str, position: int) -> tuple[str, int]:
    end = _RAW_ENDS[name].search(source, position)
    if end is None:
        return source[position:], len(source)
    return source[position : end.start()], _after(source, ">", end.start())


_RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW_TEXT}
