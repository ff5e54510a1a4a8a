"""The colours in a CSS value, as CSS Color 4 defines them, with variables and `color-mix()` resolved."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import tinycss2
from coloraide import Color
from tinycss2.ast import FunctionBlock

from content.rendering.colour import RGB

Tokens = list[Any]
Lookup = Callable[[str], Tokens | None]
"""From a custom property's name to its value."""

OPAQUE_ENOUGH = 0.6
"""A more transparent colour is not what a reader sees."""

_MAX_TOKENS = 300
_MAX_REFERENCES = 12
_MAX_TEXT = 120
_MAX_COLOURS = 12
_MAX_DEPTH = 8

_WORD = re.compile(r"[a-z]{3,20}")
_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"})
_LEGACY = frozenset({"srgb", "hsl", "hwb"})
_POLAR = frozenset({"hsl", "hwb", "lch", "oklch"})


def find_colours(value: str) -> list[RGB]:
    """Return the colours of a CSS value in order, without mostly transparent ones. Never fails."""
    if len(value) > 600:
        return []
    return colours_of(tinycss2.parse_component_value_list(value, skip_comments=True))


def colours_of(tokens: Tokens) -> list[RGB]:
    """Return the colours of component values without variables, as `find_colours`."""
    found: list[RGB] = []
    for colour in _colours(tokens, 0):
        if colour.alpha(nans=False) >= OPAQUE_ENOUGH:
            found.append(_to_rgb(colour))
            if len(found) >= _MAX_COLOURS:
                break
    return found


def substituted(tokens: Tokens, lookup: Lookup) -> Tokens | None:
    """Replace each `var()`; None if one has neither a value nor a fallback, or if they grow without end."""
    return _Substitution(lookup).of(tokens, 0)


def references(tokens: Tokens, depth: int = 0) -> Iterator[str]:
    """Yield the names of the custom properties that a value uses, also in fallbacks."""
    for token in tokens[:_MAX_TOKENS]:
        if token.type == "function" and depth < _MAX_DEPTH:
            if token.lower_name == "var" and (name := _variable_name(token)):
                yield name
            yield from references(token.arguments, depth + 1)


class _Substitution:
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._left = _MAX_TOKENS

    def of(self, tokens: Tokens, depth: int) -> Tokens | None:
        """`depth` counts references and functions: variables may refer to each other in a circle."""
        if depth > _MAX_REFERENCES:
            return None
        result: Tokens = []
        for token in tokens:
            self._left -= 1
            if self._left < 0:
                return None
            if token.type != "function":
                result.append(token)
                continue
            inner = self._variable(token, depth) if token.lower_name == "var" else self.of(token.arguments, depth + 1)
            if inner is None:
                return None
            if token.lower_name == "var":
                result.extend(inner)
            else:
                result.append(FunctionBlock(token.source_line, token.source_column, token.name, inner))
        return result

    def _variable(self, token: Any, depth: int) -> Tokens | None:
        value = self._lookup(_variable_name(token))
        if value is not None:
            value = self.of(value, depth + 1)
        if value is None:
            comma = next((at for at, each in enumerate(token.arguments) if _is_comma(each)), None)
            value = None if comma is None else self.of(token.arguments[comma + 1 :], depth + 1)
        return value


def _variable_name(token: Any) -> str:
    name = next((each for each in token.arguments if each.type != "whitespace"), None)
    return name.value if name is not None and name.type == "ident" else ""


def _is_comma(token: Any) -> bool:
    return bool(token.type == "literal" and token.value == ",")


def _colours(tokens: Tokens, depth: int) -> Iterator[Color]:
    if depth > _MAX_DEPTH:
        return
    for token in tokens[:_MAX_TOKENS]:
        if token.type != "function" or token.lower_name in _FUNCTIONS:
            colour = _simple(token)
            if colour is not None:
                yield colour
        elif token.lower_name == "color-mix":
            colour = _mixed(token, depth)
            if colour is not None:
                yield colour
        elif token.lower_name == "light-dark":
            yield from _colours(_arguments(token)[0], depth + 1)
        elif token.lower_name not in ("url", "var", "calc", "image-set"):
            yield from _colours(token.arguments, depth + 1)


def _simple(token: Any) -> Color | None:
    match token.type:
        case "hash":
            return _parsed(f"#{token.value[:8]}") if len(token.value) <= 8 else None
        case "ident" if _WORD.fullmatch(token.lower_value):
            return _parsed(token.lower_value)
        case "function" if not any(each.type == "function" for each in token.arguments):
            return _parsed(tinycss2.serialize([token]).lower())
        case _:
            return None


@lru_cache(maxsize=8_192)
def _parsed(text: str) -> Color | None:
    if len(text) > _MAX_TEXT:
        return None
    try:
        match = Color.match(text, fullmatch=True)
    except (ValueError, OverflowError):
        return None
    return None if match is None else match.color


def _mixed(token: Any, depth: int) -> Color | None:
    """Mix as CSS Color 5, 3.1: `color-mix(in oklab, red 30%, white)`."""
    method, *parts = _arguments(token)
    words = [each.lower_value for each in method if each.type == "ident"]
    if len(parts) != 2 or len(words) < 2 or words[0] != "in":
        return None
    colours = [next(_colours(part, depth + 1), None) for part in parts]
    shares = [next((each.value / 100 for each in part if each.type == "percentage"), None) for part in parts]
    one, other = colours
    if one is None or other is None:
        return None
    first, second = shares
    share = second if second is not None else (1 - first if first is not None else 0.5)
    try:
        hue = {"hue": words[2]} if len(words) > 2 and words[1] in _POLAR else {}
        return one.mix(other, min(max(share, 0.0), 1.0), space=words[1], **hue)
    except (ValueError, TypeError):
        return None


def _arguments(token: Any) -> list[Tokens]:
    parts: list[Tokens] = [[]]
    for each in token.arguments:
        if _is_comma(each):
            parts.append([])
        else:
            parts[-1].append(each)
    return parts


def _to_rgb(colour: Color) -> RGB:
    """Return the nearest sRGB colour: clipped in the old notations, else with less chroma (CSS Color 4, 13.2)."""
    if colour.space() in _LEGACY:
        converted = colour.convert("srgb").clip()
    else:
        converted = colour.convert("srgb").fit(method="oklch-chroma")
    red, green, blue = (min(max(round(channel * 255), 0), 255) for channel in converted.coords(nans=False))
    return red, green, blue
