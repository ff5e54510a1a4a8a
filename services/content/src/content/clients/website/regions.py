"""Which part of a page an element is in: header, navigation, footer, main content.

By the elements of HTML, their ARIA roles, and the class names and ids that stand for them on older pages.
"""

import re
from dataclasses import dataclass

from content.clients.website.document import Element

HEADER, NAVIGATION, FOOTER, MAIN, DIALOG = "header", "nav", "footer", "main", "dialog"

_ROLES = {
    "banner": HEADER,
    "navigation": NAVIGATION,
    "contentinfo": FOOTER,
    "main": MAIN,
    "dialog": DIALOG,
    "alertdialog": DIALOG,
}
_ELEMENTS = {"header": HEADER, "nav": NAVIGATION, "footer": FOOTER, "main": MAIN, "dialog": DIALOG}
# A header or footer inside one of these is that of a part of the page (HTML, 4.3.8 and 4.3.9).
_PARTS = frozenset({"article", "aside", "main", "nav", "section", "blockquote", "figure", "td", "fieldset"})

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NAMES = {"header": HEADER, "masthead": HEADER, "footer": FOOTER, "colophon": FOOTER, "navbar": NAVIGATION}
_NAMES |= {"nav": NAVIGATION, "navigation": NAVIGATION}
# Words beside the name that leave its meaning: `site-footer` is the footer, `footer-story` may be anything.
_STRUCTURE_WORDS = """
site main page global wrapper wrap container area section bottom top widgets inner outer primary secondary mobile
desktop menu bar elementor location row block fixed sticky default light dark expand lg md sm xl
"""
_STRUCTURE = frozenset(_STRUCTURE_WORDS.split())


# Elements beside the regions of which it matters whether something is inside them.
_ENCLOSING_WORDS = """
noscript template svg address dt summary legend caption figcaption h1 h2 h3 h4 h5 h6 article aside section blockquote
figure td fieldset
"""
_ENCLOSING = frozenset(_ENCLOSING_WORDS.split())
_WITHOUT_TEXT = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Part:
    """Where an element is, and how much is in it."""

    region: str | None
    """The region that the element itself opens."""
    inside: frozenset[str]
    """The regions and some elements around it, itself included: `"footer" in part.inside`."""
    letters: int
    """Characters of text without white space."""
    letters_in_links: int
    elements: int
    holds_page: bool
    """It has the page's `main` or `h1`, so it is more than a header, a navigation or a banner."""


class Layout:
    """The part that each element of a tree is, found in one pass down and one up."""

    def __init__(self, root: Element) -> None:
        self._parts: dict[Element, Part] = {}
        elements = [root, *root.descendants()]
        enclosing: dict[Element, tuple[str | None, frozenset[str]]] = {}
        known: dict[frozenset[str], frozenset[str]] = {}
        for element in elements:
            around = enclosing[element.parent][1] if element.parent in enclosing else frozenset[str]()
            opened = _region(element, around)
            added = {element.name} & _ENCLOSING
            inside = around | added | ({opened} if opened is not None else set())
            # One set object for all elements with the same surroundings.
            enclosing[element] = opened, known.setdefault(inside, inside)
        for element in reversed(elements):
            self._parts[element] = self._measured(element, *enclosing[element])

    def __getitem__(self, element: Element) -> Part:
        return self._parts[element]

    def is_inside(self, element: Element, *names: str) -> bool:
        """Return whether the element is one of the regions or elements, or inside one."""
        return not self._parts[element].inside.isdisjoint(names)

    def _measured(self, element: Element, opened: str | None, inside: frozenset[str]) -> Part:
        within = [self._parts[child] for child in element.elements()]
        count = 1 + sum(part.elements for part in within)
        if element.name in _WITHOUT_TEXT:
            return Part(opened, inside, 0, 0, count, holds_page=False)
        letters = sum(_letters(child) for child in element.children if isinstance(child, str))
        letters += sum(part.letters for part in within)
        in_links = letters if element.name == "a" else sum(part.letters_in_links for part in within)
        holds_page = element.name in ("main", "h1", "body") or any(part.holds_page for part in within)
        return Part(opened, inside, letters, in_links, count, holds_page)


def _region(element: Element, around: frozenset[str]) -> str | None:
    role = element.get("role").lower()
    if role in _ROLES:
        return _ROLES[role]
    named = _ELEMENTS.get(element.name)
    if named in (HEADER, FOOTER) and not around.isdisjoint(_PARTS):
        return None
    if named is not None:
        return named
    return _named_region(element) if element.name in ("div", "section", "table", "td", "ul") else None


def _named_region(element: Element) -> str | None:
    for name in (element.id, *sorted(element.classes)):
        words = [word.lower() for word in _WORDS.findall(name)]
        found = [_NAMES[word] for word in words if word in _NAMES]
        if found and all(word in _NAMES or word in _STRUCTURE for word in words):
            return found[0]
    return None


def _letters(text: str) -> int:
    return len(text) - sum(map(text.count, " \n\t\r\f"))
