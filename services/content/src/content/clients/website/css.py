"""The rules of stylesheets that apply on a light, wide screen, in bounded time and memory.

tinycss2 reads the syntax: strings, escapes, comments, broken rules and nesting, as a browser does. A stylesheet may be
hostile, so it is cut where it nests too deep and read in pieces: a token takes about 200 bytes.
"""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import tinycss2

from content.clients.website.selectors import Selector, nested, parse_selectors

Tokens = list[Any]
"""tinycss2's component values; the package has no types."""

MAX_CHARACTERS = 1_500_000
"""Of all stylesheets together; the rest is not read."""

SECONDS = 3.0
"""Of this thread's processor time. Sizes stop all but hostile stylesheets before: 1 MB takes about one second."""

_MAX_RULES = 20_000
_MAX_NESTING = 32
_MAX_NESTED_SELECTORS = 20
_IMPORTS = 4_000
"""Imports come first in a stylesheet."""
_PIECE, _MAX_PIECE = 16_000, 200_000
_SCREEN_WIDTH = 1280.0
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0}

_MARK = re.compile(r"""/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?|\\.|[{}()\[\];]""", re.DOTALL)
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_ENTERED = frozenset({"media", "supports", "layer", "container", "scope"})
_OTHER_MEDIA = frozenset({"print", "speech", "aural", "tty", "tv", "projection", "handheld", "braille", "embossed"})
_NOT_LIGHT = re.compile(
    r"prefers-color-scheme\s*:\s*dark|forced-colors\s*:\s*active|-ms-high-contrast|"
    r"prefers-contrast\s*:\s*(?:more|custom)|"
    r"inverted-colors\s*:\s*inverted|pointer\s*:\s*coarse|orientation\s*:\s*portrait|prefers-reduced-motion\s*:\s*reduce"
)
_WIDTH = re.compile(
    r"(min|max)-(?:device-)?width\s*:\s*([\d.]{1,10})(px|r?em)|width\s*([<>])=?\s*([\d.]{1,10})(px|r?em)"
)


@dataclass(frozen=True, slots=True)
class Declaration:
    name: str
    """In lower case; custom properties as written."""
    value: Tokens
    important: bool


@dataclass(frozen=True, slots=True)
class Rule:
    selectors: list[Selector]
    content: Tokens

    def declarations(self) -> list[Declaration]:
        return list(_contents(self.content))


def read_rules(stylesheets: Iterable[str], *, seconds: float = SECONDS) -> Iterator[Rule]:
    """Yield the rules in document order; a rule nested in another has the selectors of both. Never fails."""
    deadline = time.thread_time() + seconds
    for rule in islice(_rules(stylesheets), _MAX_RULES):
        yield rule
        if time.thread_time() > deadline:
            return


def read_declarations(style: str) -> list[Declaration]:
    """Read a `style` attribute."""
    return list(_contents(next(_pieces(style[:_PIECE]), "")))


def imports_of(sheet: str) -> list[str]:
    """Return the URLs, as written, of the stylesheets that one imports for a light screen."""
    if "@import" not in sheet[:_IMPORTS].lower():
        return []
    start = next(_pieces(sheet[:_IMPORTS]), "")
    rules = tinycss2.parse_stylesheet(start, skip_comments=True, skip_whitespace=True)
    imports = [rule for rule in rules if rule.type == "at-rule" and rule.lower_at_keyword == "import"]
    return [url for rule in imports if (url := _imported(rule.prelude))]


def _imported(prelude: Tokens) -> str:
    parts = [token for token in prelude if token.type != "whitespace"]
    if not parts:
        return ""
    first, *conditions = parts
    media = tinycss2.serialize([each for each in conditions if each.type != "function"])
    if first.type == "function" and first.lower_name == "url":
        first = next((each for each in first.arguments if each.type == "string"), first)
    return first.value if first.type in ("url", "string") and applies_to_light_screen(media) else ""


def applies_to_light_screen(media: str) -> bool:
    """Return whether a media query list holds on a wide screen with light colours."""
    queries = media[:2_000].lower().split(",")
    return any(_query_applies(query.strip()) for query in queries)


def _rules(stylesheets: Iterable[str]) -> Iterator[Rule]:
    left = MAX_CHARACTERS
    for sheet in stylesheets:
        for piece in _pieces(sheet[:left]):
            yield from _rules_of(tinycss2.parse_stylesheet(piece, skip_comments=True, skip_whitespace=True), [])
        left = max(0, left - len(sheet))


def _rules_of(items: Iterable[Any], parents: list[Selector]) -> Iterator[Rule]:
    """Walk rules; `parents` are the selectors of the rule around them. As deep as `_pieces` lets pass."""
    for item in items:
        if item.type == "qualified-rule":
            selectors = parse_selectors(item.prelude)
            if parents:
                selectors = [nested(*pair) for pair in islice(product(parents, selectors), _MAX_NESTED_SELECTORS)]
            if selectors:
                yield Rule(selectors, item.content)
                yield from _inside(item.content, selectors)
        elif item.type == "at-rule" and item.content is not None and _enters(item):
            if parents:
                yield Rule(parents, item.content)
                yield from _inside(item.content, parents)
            else:
                yield from _rules_of(
                    tinycss2.parse_rule_list(item.content, skip_comments=True, skip_whitespace=True), []
                )


def _inside(content: Tokens, selectors: list[Selector]) -> Iterator[Rule]:
    """Yield the rules nested in a rule."""
    if any(token.type == "{} block" for token in content):
        items = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        yield from _rules_of((item for item in items if item.type in ("qualified-rule", "at-rule")), selectors)


def _contents(content: Tokens | str) -> Iterator[Declaration]:
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            name = item.name if item.name.startswith("--") else item.lower_name
            yield Declaration(name, item.value, item.important)


def _enters(rule: Any) -> bool:
    keyword = rule.lower_at_keyword
    if keyword not in _ENTERED:
        return False
    prelude = tinycss2.serialize(rule.prelude[:200])
    if keyword == "media":
        return applies_to_light_screen(prelude)
    return keyword != "supports" or not prelude.strip().lower().startswith("not")


def _query_applies(query: str) -> bool:
    negated = query.startswith("not")
    kind = query.removeprefix("not").removeprefix("only").strip().split(" ")[0].partition("(")[0]
    widths = all(_width_holds(match) for match in _WIDTH.finditer(query))
    holds = widths and kind not in _OTHER_MEDIA and not _NOT_LIGHT.search(query)
    return holds != negated


def _width_holds(match: re.Match[str]) -> bool:
    side, size, unit, sign, other_size, other_unit = match.groups()
    try:
        pixels = float(size or other_size) * _PIXELS[unit or other_unit]
    except ValueError:
        return False
    return pixels <= _SCREEN_WIDTH if side == "min" or sign == ">" else pixels >= _SCREEN_WIDTH


def _pieces(sheet: str) -> Iterator[str]:
    """Split between rules into pieces of bounded length. Ends where blocks nest deeper than any real stylesheet's."""
    start, depth = 0, 0
    for match in _MARK.finditer(sheet):
        mark = match.group()
        if mark in _OPENING:
            depth += 1
            if depth > _MAX_NESTING:
                yield sheet[start : match.start()][:_MAX_PIECE]
                return
        elif mark in _CLOSING:
            depth = max(0, depth - 1)
        if depth == 0 and mark in "};" and match.end() - start >= _PIECE:
            yield sheet[start : match.end()][:_MAX_PIECE]
            start = match.end()
    if start < len(sheet):
        yield sheet[start:][:_MAX_PIECE]
