"""The colours and fonts of a website's stylesheets, weighted by where they are used.

A stylesheet may be hostile: it is read in one bounded pass over the text. tinycss2 1.5 was measured instead: 500 kB of
`{` took 1.2 s and 126 MB (here 0.1 s, no memory), and its `serialize` recurses with the nesting of a value.
"""

import colorsys
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from content.rendering.colour import RGB

MAX_CHARACTERS = 600_000
"""Of all stylesheets together; the rest is not read."""

_MAX_DECLARATIONS = 20_000
_MAX_DECLARATION = 600
_MAX_SELECTOR = 400
_MAX_REFERENCES = 5

_PUNCTUATION = re.compile(r"[{};]")
_COLOUR = re.compile(
    r"#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z_-])|\b(rgb|hsl)a?\(([^()]{1,60})\)", re.IGNORECASE
)
_NUMBER = re.compile(r"-?\d{0,6}\.?\d{1,6}%?")
_REFERENCE = re.compile(r"var\(\s{0,20}(--[\w-]{1,80})")
_FAMILY = re.compile(r"""["']?([A-Za-z][\w .+-]{1,38}?)["']?(?:,|$|!)""")

# How much a colour says about the brand, by the property that uses it ...
_PROPERTY_WEIGHTS = {
    "background": 3.0,
    "background-color": 3.0,
    "color": 1.0,
    "fill": 1.0,
    "border-color": 0.5,
    "border": 0.5,
    "border-bottom": 0.5,
    "border-top": 0.5,
    "background-image": 1.0,
    "accent-color": 2.0,
    "outline-color": 0.3,
}
# ... and more if the selector has one of these words.
_BRAND_SELECTOR = re.compile(r"btn|button|cta|hero|brand|primary|banner|accent|header|nav|logo", re.IGNORECASE)
_BRAND_SELECTOR_FACTOR = 3.0
_STATE = re.compile(r":(?:hover|focus|active|visited|disabled)|error|danger|warning|alert|success|invalid")
_STATE_FACTOR = 0.2
_BRAND_VARIABLE = re.compile(r"brand|primary|accent|theme|main|secondary", re.IGNORECASE)
_BRAND_VARIABLE_WEIGHT = 6.0

_PAGE_SELECTOR = re.compile(r"(?:^|,)\s{0,20}(?:html|body|:root)\s{0,20}(?:,|$)")
_TEXT_SELECTOR = re.compile(r"(?:^|[,\s])(?:html|body|h1|h2|:root|\.h1)\s{0,20}(?:,|$)")
_GENERIC_FONT = re.compile(
    r"^(?:inherit|initial|unset|serif|sans-serif|monospace|cursive|system-ui|ui-|-apple|blink|segoe ui|emoji|arial$|"
    r"helvetica|apple color|noto color|courier|consolas|menlo|monaco|sfmono|liberation|var|roboto mono|"
    r".*(?:icon|awesome|glyph|emoji|symbol|swiper|slick|dashicons|revicons))",
    re.IGNORECASE,
)


@dataclass(slots=True)
class StyleUsage:
    """What the stylesheets use. Weights have no unit; only their order and ratio matter."""

    colours: defaultdict[RGB, float] = field(default_factory=lambda: defaultdict(float))
    backgrounds: defaultdict[RGB, float] = field(default_factory=lambda: defaultdict(float))
    """Of the whole page."""
    text_colours: defaultdict[RGB, float] = field(default_factory=lambda: defaultdict(float))
    """Of the whole page."""
    fonts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Declaration:
    selector: str
    name: str
    value: str


def read_styles(stylesheets: Iterable[str], inline_styles: Iterable[str] = ()) -> StyleUsage:
    """Read stylesheets and `style` attributes. Never fails."""
    declarations = list(_declarations(stylesheets, inline_styles))
    variables = {each.name: each.value for each in declarations if each.name.startswith("--")}
    usage = StyleUsage()
    for each in declarations:
        if each.name.startswith("--"):
            if _BRAND_VARIABLE.search(each.name):
                for colour in find_colours(each.value):
                    usage.colours[colour] += _BRAND_VARIABLE_WEIGHT
        elif each.name in ("font-family", "font"):
            _weigh_fonts(usage, each, _resolved(each.value, variables))
        elif each.name in _PROPERTY_WEIGHTS:
            _weigh_colours(usage, each, _resolved(each.value, variables))
    return usage


def find_colours(value: str) -> list[RGB]:
    """Return the colours of a CSS value in order, without mostly transparent ones."""
    found = (_colour(match) for match in _COLOUR.finditer(value))
    return [colour for colour in found if colour is not None]


def _weigh_colours(usage: StyleUsage, declaration: _Declaration, value: str) -> None:
    colours = find_colours(value)
    if not colours:
        return
    weight = _PROPERTY_WEIGHTS[declaration.name]
    if _PAGE_SELECTOR.search(declaration.selector):
        if declaration.name.startswith("background"):
            usage.backgrounds[colours[0]] += weight
        elif declaration.name == "color":
            usage.text_colours[colours[0]] += weight
    if _BRAND_SELECTOR.search(declaration.selector):
        weight *= _BRAND_SELECTOR_FACTOR
    if _STATE.search(declaration.selector):
        weight *= _STATE_FACTOR
    for colour in colours:
        usage.colours[colour] += weight / len(colours)


def _weigh_fonts(usage: StyleUsage, declaration: _Declaration, value: str) -> None:
    weight = 5 if _TEXT_SELECTOR.search(declaration.selector) else 1
    if declaration.name == "font":
        value = re.sub(r"^.{0,80}?\d(?:px|r?em|%|vw|pt)(?:/[\w.%]{1,8})?\s", "", value, count=1)
    family = _FAMILY.match(value.strip())
    if family is not None and not _GENERIC_FONT.match(family.group(1)):
        usage.fonts[family.group(1).strip()] += weight


def _resolved(value: str, variables: dict[str, str]) -> str:
    for _ in range(_MAX_REFERENCES):
        reference = _REFERENCE.search(value)
        if reference is None:
            break
        replacement = variables.get(reference.group(1), "")
        value = f"{value[: reference.start()]} {replacement} {value[reference.end() :]}"[:_MAX_DECLARATION]
    return value


def _declarations(stylesheets: Iterable[str], inline_styles: Iterable[str]) -> Iterator[_Declaration]:
    remaining = _MAX_DECLARATIONS
    characters = MAX_CHARACTERS
    for sheet in stylesheets:
        for declaration in _read_sheet(_without_comments(sheet[:characters])):
            yield declaration
            remaining -= 1
            if remaining <= 0:
                return
        characters = max(0, characters - len(sheet))
    for style in inline_styles:
        for part in style[: _MAX_DECLARATION * 4].split(";"):
            found = _declaration("", part)
            if found is not None:
                yield found


def _read_sheet(sheet: str) -> Iterator[_Declaration]:
    """Yield each declaration with its selector. Nesting is flattened: `}` always ends the selector."""
    selector = ""
    start = 0
    for mark in _PUNCTUATION.finditer(sheet):
        piece = sheet[start : mark.start()]
        start = mark.end()
        if mark.group() == "{":
            selector = "" if len(piece) > _MAX_SELECTOR * 10 else piece.strip()[-_MAX_SELECTOR:]
            continue
        declaration = _declaration(selector, piece)
        if declaration is not None:
            yield declaration
        if mark.group() == "}":
            selector = ""


def _declaration(selector: str, piece: str) -> _Declaration | None:
    if len(piece) > _MAX_DECLARATION:
        return None
    name, colon, value = piece.partition(":")
    return _Declaration(selector, name.strip().lower(), value.strip()) if colon else None


def _without_comments(sheet: str) -> str:
    kept = []
    position = 0
    while (opening := sheet.find("/*", position)) >= 0:
        kept.append(sheet[position:opening])
        closing = sheet.find("*/", opening + 2)
        if closing < 0:
            return "".join(kept)
        position = closing + 2
    kept.append(sheet[position:])
    return "".join(kept)


def _colour(match: re.Match[str]) -> RGB | None:
    digits = match.group(1)
    if digits:
        return _from_hex(digits)
    numbers = _NUMBER.findall(match.group(3))
    if len(numbers) not in (3, 4):
        return None
    if len(numbers) == 4 and _share(numbers[3]) < _OPAQUE_ENOUGH:
        return None
    if match.group(2).lower() == "hsl":
        hue, saturation, lightness = float(numbers[0].rstrip("%")) / 360 % 1, _share(numbers[1]), _share(numbers[2])
        channels = colorsys.hls_to_rgb(hue, min(lightness, 1.0), min(saturation, 1.0))
        red, green, blue = (round(channel * 255) for channel in channels)
    else:
        red, green, blue = (_channel(number) for number in numbers[:3])
    return _clamped(red), _clamped(green), _clamped(blue)


_OPAQUE_ENOUGH = 0.6


def _from_hex(digits: str) -> RGB | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    value = int(digits[:6], 16)
    if len(digits) == 8 and int(digits[6:], 16) < _OPAQUE_ENOUGH * 255:
        return None
    return value >> 16, value >> 8 & 0xFF, value & 0xFF


def _share(number: str) -> float:
    """Read an alpha, a saturation or a lightness as 0 to 1."""
    value = abs(float(number.rstrip("%")))
    return value / 100 if number.endswith("%") else value


def _channel(number: str) -> int:
    value = float(number.rstrip("%"))
    return round(value * 255 / 100 if number.endswith("%") else value)


def _clamped(channel: int) -> int:
    return min(max(channel, 0), 255)
