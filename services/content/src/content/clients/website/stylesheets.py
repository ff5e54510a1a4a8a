"""The colours and fonts that a website shows, weighted by what shows them.

A rule counts where an element of the pages read shows it in the end. Colours that frameworks bring along weigh a tenth,
and colours that mean danger next to nothing.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import tinycss2

from content.clients.website.cascade import SLOTS, Cascade, Use
from content.clients.website.css import SECONDS, Declaration, Rule, Tokens, read_declarations, read_rules
from content.clients.website.css_colours import colours_of, references, substituted
from content.clients.website.frameworks import is_signal, selector_factor, variable_factor
from content.clients.website.markup import Markup, Node
from content.clients.website.selectors import Selector
from content.rendering.colour import RGB

_MAX_DECLARATIONS = 20_000
_MAX_INLINE_STYLES = 400
_MAX_SELECTORS = 20

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
    "accent-color": 1.0,
    "outline-color": 0.3,
}
# ... and more if the selector or an element has one of these words.
_ROLES = {
    "header": re.compile(r"header|nav|masthead|hero|banner| nav "),
    "button": re.compile(r"btn|button|cta"),
    "brand": re.compile(r"brand|primary|accent|logo|site-title"),
}
_BRAND_FACTOR = 3.0
_HEADING_FACTOR = 2.0
_HEADINGS = frozenset({"h1", "h2", "h3"})
_STATE_FACTOR = 0.1
_SIGNAL_FACTOR = 0.02
_MOST_REPEATED = 2.5
_BRAND_VARIABLE = re.compile(r"brand|primary|accent|theme|main|secondary", re.IGNORECASE)
_VARIABLE_WEIGHT, _UNUSED_VARIABLE_WEIGHT = 6.0, 0.5

_DARK = re.compile(r"dark|night|high-contrast", re.IGNORECASE)
_PAGE_NAMES = frozenset({"html", "body"})
_TEXT_NAMES = frozenset({"html", "body", "h1", "h2"})
_FAMILY = re.compile(r"""["']?([A-Za-z][\w .+-]{1,38}?)["']?(?:,|$|!)""")
_FONT_SIZE = re.compile(r"^.{0,80}?\d(?:px|r?em|%|vw|pt)(?:\s*/\s*[\w.%]{1,8})?\s")
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


def read_styles(stylesheets: Iterable[str], markup: Markup | None = None, *, seconds: float = SECONDS) -> StyleUsage:
    """Read stylesheets, for so many seconds, and the `style` attributes of the markup. Never fails.

    Without markup, or where scripts make the page, each rule counts as if it were shown.
    """
    if markup is None or markup.is_shell:
        return _Unmatched().read(read_rules(stylesheets, seconds=seconds))
    return _Matched(markup).read(read_rules(stylesheets, seconds=seconds))


class _Matched:
    """Counts what the elements of the pages show."""

    def __init__(self, markup: Markup) -> None:
        self._markup = markup
        self._cascade = Cascade(markup)
        self._usage = StyleUsage()
        self._referenced: set[str] = set()
        # Ten rules for buttons say no more than one, so each role of a colour counts by its heaviest use.
        self._heaviest: defaultdict[tuple[RGB, str, str], float] = defaultdict(float)

    def read(self, rules: Iterable[Rule]) -> StyleUsage:
        for rule in rules:
            self._cascade.apply(rule)
        styled = [node for node in self._markup.nodes if node.style][:_MAX_INLINE_STYLES]
        for node in styled:
            self._cascade.apply_inline(node, read_declarations(node.style))
        hidden = self._cascade.display_none()
        uses = [(use, _STATE_FACTOR) for use in self._cascade.states[:_MAX_DECLARATIONS]]
        uses += [(use, 1.0) for use in self._cascade.shown()]
        for use, factor in uses:
            visible = [node for node in use.nodes if not node.is_quiet and node not in hidden]
            if visible:
                self._count(use, visible, factor)
        for (colour, _, _), weight in self._heaviest.items():
            self._usage.colours[colour] += weight
        variables = self._cascade.variables_of_page()
        used = _with_indirect(self._referenced, variables)
        for name, value in variables.items():
            weight = _VARIABLE_WEIGHT if name in used else _UNUSED_VARIABLE_WEIGHT
            _count_variable(self._usage, name, substituted(value, variables.get), weight)
        return self._usage

    def _count(self, use: Use, nodes: list[Node], factor: float) -> None:
        declaration = use.declaration
        if SLOTS.get(declaration.name) == "font":
            family = _family(declaration.name, self._cascade.resolved(declaration.value, nodes[0]))
            if family:
                self._usage.fonts[family] += 5 if any(node.name in _TEXT_NAMES for node in nodes) else 1
            return
        if declaration.name not in _PROPERTY_WEIGHTS:
            return
        self._referenced.update(references(declaration.value))
        by_colours: defaultdict[tuple[RGB, ...], list[Node]] = defaultdict(list)
        for node in nodes:
            by_colours[self._colours(declaration, node)].append(node)
        for colours, showing in by_colours.items():
            if colours:
                self._weigh(use, colours, showing, factor)

    def _colours(self, declaration: Declaration, node: Node) -> tuple[RGB, ...]:
        value = self._cascade.resolved(declaration.value, node)
        return tuple(colours_of(value)) if value else ()

    def _weigh(self, use: Use, colours: tuple[RGB, ...], nodes: list[Node], factor: float) -> None:
        name = use.declaration.name
        words = list(use.selector.words) if use.selector else []
        pages = [node for node in nodes if node.name in _PAGE_NAMES]
        if pages and factor == 1.0 and not (use.selector and use.selector.pseudo_element):
            if name.startswith("background"):
                self._usage.backgrounds[colours[0]] += 1
            elif name == "color":
                self._usage.text_colours[colours[0]] += 1
                if len(pages) == len(nodes):
                    return  # the colour of all text is no brand colour
        weight = _PROPERTY_WEIGHTS[name] * factor
        role = _role(words) or next((role for node in nodes if (role := _role_of(node, name))), "")
        if role:
            weight *= _BRAND_FACTOR
        elif name == "color" and any(node.name in _HEADINGS for node in nodes):
            weight *= _HEADING_FACTOR
        if is_signal(words) or all(is_signal([node.words]) for node in nodes):
            weight *= _SIGNAL_FACTOR
        count = sum(node.count for node in nodes)
        weight *= min(1 + math.log2(count) / 4, _MOST_REPEATED)
        for colour in colours:
            key = (colour, SLOTS[name], role)
            self._heaviest[key] = max(self._heaviest[key], weight * selector_factor(words, colour) / len(colours))


class _Unmatched:
    """Counts what the stylesheets define, as far as a light page can show it."""

    def __init__(self) -> None:
        self._usage = StyleUsage()

    def read(self, rules: Iterable[Rule]) -> StyleUsage:
        declarations = list(islice(self._declarations(rules), _MAX_DECLARATIONS))
        variables: dict[str, Tokens] = {}
        for at_root in (False, True):
            for selectors, declaration in declarations:
                if declaration.name.startswith("--") and any(map(_is_page, selectors)) is at_root:
                    variables[declaration.name] = declaration.value
        for selectors, declaration in declarations:
            value = substituted(declaration.value, variables.get)
            if declaration.name.startswith("--"):
                if value is variables.get(declaration.name) or any(map(_is_page, selectors)):
                    _count_variable(self._usage, declaration.name, value, _VARIABLE_WEIGHT)
            elif value:
                self._count(selectors, declaration.name, value)
        return self._usage

    def _declarations(self, rules: Iterable[Rule]) -> Iterator[tuple[list[Selector], Declaration]]:
        for rule in rules:
            selectors = [each for each in rule.selectors[:_MAX_SELECTORS] if not _is_dark(each)]
            if selectors:
                for declaration in rule.declarations():
                    if declaration.name in SLOTS or declaration.name.startswith("--"):
                        yield selectors, declaration

    def _count(self, selectors: Sequence[Selector], name: str, value: Tokens) -> None:
        if SLOTS.get(name) == "font":
            family = _family(name, value)
            if family:
                self._usage.fonts[family] += 5 if any(each.subject.name in _TEXT_NAMES for each in selectors) else 1
            return
        colours = colours_of(value) if name in _PROPERTY_WEIGHTS else []
        if not colours:
            return
        weight = _PROPERTY_WEIGHTS[name]
        if any(map(_is_page, selectors)):
            if name == "color":
                self._usage.text_colours[colours[0]] += weight
                return
            if name.startswith("background"):
                self._usage.backgrounds[colours[0]] += weight
        words = [word for selector in selectors for word in selector.words]
        weight *= _factor(words, selectors)
        for colour in colours:
            self._usage.colours[colour] += weight * selector_factor(words, colour) / len(colours)


def _factor(words: list[str], selectors: Sequence[Selector]) -> float:
    factor = _BRAND_FACTOR if _role([*words, *(f" {selector.subject.name} " for selector in selectors)]) else 1.0
    if all(selector.is_state for selector in selectors):
        factor *= _STATE_FACTOR
    return factor * (_SIGNAL_FACTOR if is_signal(words) else 1.0)


def _role(words: Sequence[str]) -> str:
    return next((role for role, pattern in _ROLES.items() if any(pattern.search(word) for word in words)), "")


def _role_of(node: Node, name: str) -> str:
    if node.name == "a" and SLOTS[name] == "background":
        return "button"
    return _role([node.words])


def _with_indirect(names: set[str], variables: Mapping[str, Tokens]) -> set[str]:
    """Return the names, and those that their values refer to."""
    known, waiting = set(names), list(names)
    while waiting:
        for name in references(variables.get(waiting.pop(), [])):
            if name not in known:
                known.add(name)
                waiting.append(name)
    return known


def _is_page(selector: Selector) -> bool:
    return len(selector.compounds) == 1 and selector.subject.name in _PAGE_NAMES and not selector.subject.classes


def _is_dark(selector: Selector) -> bool:
    attributes = (f"{each.name}={each.value}" for compound in selector.compounds for each in compound.attributes)
    return any(_DARK.search(word) for word in (*selector.words, *attributes))


def _count_variable(usage: StyleUsage, name: str, value: Tokens | None, weight: float) -> None:
    if value and _BRAND_VARIABLE.search(name) and not is_signal([name]) and not _DARK.search(name):
        for colour in colours_of(value)[:1]:
            usage.colours[colour] += weight * variable_factor(name, colour)


def _family(name: str, value: Tokens | None) -> str:
    """Return the first font family of a `font` or `font-family` value; empty for a generic one."""
    text = tinycss2.serialize(value[:60]).strip() if value else ""
    if name == "font":
        text = _FONT_SIZE.sub("", text, count=1)
    match = _FAMILY.match(text)
    return "" if match is None or _GENERIC_FONT.match(match.group(1)) else match.group(1).strip()
