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
_PARTS = ("article", "aside", "main", "nav", "section", "blockquote", "figure", "td", "fieldset")

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NAMES = {"header": HEADER, "masthead": HEADER, "footer": FOOTER, "colophon": FOOTER, "navbar": NAVIGATION}
_NAMES |= {"nav": NAVIGATION, "navigation": NAVIGATION}
# Words beside the name that leave its meaning: `site-footer` is the footer, `footer-story` may be anything.
_STRUCTURE = frozenset(
    "site main page global wrapper wrap container area section bottom top widgets inner outer primary secondary mobile "
    "desktop menu bar elementor location row block fixed sticky default light dark expand lg md sm xl".split()
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is inside an element."""

    letters: int
    """Characters of text without white space."""
    letters_in_links: int
    holds_page: bool
    """It has the page's `main` or `h1`, so it is more than a header, a navigation or a banner."""


Measures = dict[Element, Measure]


def measure(root: Element) -> Measures:
    """Measure every element, in one pass from the leaves to the root."""
    measures: Measures = {}
    for element in reversed([root, *root.descendants()]):
        letters = sum(_letters(child) for child in element.children if isinstance(child, str))
        inside = [measures[child] for child in element.elements()]
        if element.name in ("script", "style", "template", "noscript"):
            measures[element] = Measure(0, 0, holds_page=False)
            continue
        letters += sum(each.letters for each in inside)
        in_links = letters if element.name == "a" else sum(each.letters_in_links for each in inside)
        holds_page = element.name in ("main", "h1", "body") or any(each.holds_page for each in inside)
        measures[element] = Measure(letters, in_links, holds_page)
    return measures


def region(element: Element) -> str | None:
    """Return the region that the element itself opens, if any."""
    role = element.get("role").lower()
    if role in _ROLES:
        return _ROLES[role]
    named = _ELEMENTS.get(element.name)
    if named in (HEADER, FOOTER) and any(ancestor.name in _PARTS for ancestor in element.ancestors()):
        return None
    if named is not None:
        return named
    return _named_region(element) if element.name in ("div", "section", "table", "td", "ul") else None


def landmark(element: Element) -> str | None:
    """Return the innermost region that the element is in, itself included."""
    found = region(element)
    if found is not None:
        return found
    return next((found for ancestor in element.ancestors() if (found := region(ancestor)) is not None), None)


def is_inside(element: Element, name: str) -> bool:
    """Return whether the element or one of its ancestors opens the region."""
    return region(element) == name or any(region(ancestor) == name for ancestor in element.ancestors())


def _named_region(element: Element) -> str | None:
    for name in (element.id, *sorted(element.classes)):
        words = [word.lower() for word in _WORDS.findall(name)]
        found = [_NAMES[word] for word in words if word in _NAMES]
        if found and all(word in _NAMES or word in _STRUCTURE for word in words):
            return found[0]
    return None


def _letters(text: str) -> int:
    return len(text) - sum(map(text.count, " \n\t\r\f"))
