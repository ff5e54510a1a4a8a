"""A web page as the tree that a browser builds of it, in bounded time and memory (docs/decisions/0014).

tinyhtml5 builds the tree by the HTML standard: optional end tags, unclosed and misnested elements, tables. Its time
grows with the square of some inputs, so it is fed in small pieces, and it is stopped at the first limit that a page
reaches. The tree of what has been read by then is used, and `Document.complete` is False.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element as EtreeElement

from tinyhtml5.parser import HTMLParser
from tinyhtml5.treebuilder import TreeBuilder

_PIECE = 1_024
_SPACE = "\t\n\f\r "

# Elements that are closed early where a page nests them deeper than `Limits.depth`. Tables, forms and others whose
# place in the stack has a meaning are not among them: a page that nests these as deep is read up to there.
_CLOSED_WHEN_TOO_DEEP_WORDS = """
div span section article aside header footer nav main ul ol li dl dt dd p center blockquote figure a b i u em strong
font small big code nobr s strike tt h1 h2 h3 h4 h5 h6
"""
_CLOSED_WHEN_TOO_DEEP = frozenset(_CLOSED_WHEN_TOO_DEEP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a page is read. A large real page has 1 MB, 10,000 elements and a depth of 60."""

    characters: int = 3_000_000
    elements: int = 60_000
    depth: int = 512
    """As in browsers. Deeper elements become siblings."""
    seconds: float = 4.0
    """Of this thread's processor time, so that a busy machine reads the same. Counts stop most pages before."""


@dataclass(eq=False)
class Element:
    """An element of HTML, SVG or MathML. Comments are left out."""

    name: str
    """In lower case, without a namespace; SVG's own capitals are kept (`linearGradient`)."""
    attributes: dict[str, str]
    """Names in lower case, values with character references resolved."""
    parent: "Element | None" = field(repr=False)
    children: "list[Element | str]" = field(default_factory=list, repr=False)
    """Elements and texts in document order. Texts are as written, with their white space."""

    def get(self, attribute: str) -> str:
        """Return the value without surrounding white space; empty if there is no such attribute."""
        return self.attributes.get(attribute, "").strip(_SPACE)

    @property
    def id(self) -> str:
        return self.get("id")

    @cached_property
    def classes(self) -> frozenset[str]:
        """The class names as written: CSS compares them with their case."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def style(self) -> str:
        """The `style` attribute."""
        return self.get("style")

    def elements(self) -> "Iterator[Element]":
        """Yield the child elements."""
        return (child for child in self.children if isinstance(child, Element))

    def descendants(self) -> "Iterator[Element]":
        """Yield all elements inside this one, in document order."""
        waiting = [self.elements()]
        while waiting:
            element = next(waiting[-1], None)
            if element is None:
                waiting.pop()
            else:
                yield element
                waiting.append(element.elements())

    def ancestors(self) -> "Iterator[Element]":
        """Yield the parent, its parent, and so on up to `html`."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def closest(self, *names: str) -> "Element | None":
        """Return this element or its nearest ancestor with one of the names."""
        if self.name in names:
            return self
        return next((element for element in self.ancestors() if element.name in names), None)

    def find_all(self, *names: str) -> "Iterator[Element]":
        """Yield the descendants with one of the names, in document order."""
        return (element for element in self.descendants() if element.name in names)

    def find(self, *names: str) -> "Element | None":
        return next(self.find_all(*names), None)

    @property
    def content(self) -> str:
        """All text inside, as written (DOM's `textContent`). `text.visible_text` is what a reader sees."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                waiting.extend(reversed(node.children))
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Document:
    root: Element
    """The `html` element. It always has `head` and `body`, unless the page is a frame set or a limit came first."""
    complete: bool
    """False: a limit was reached, and the tree has the first part of the page."""

    @property
    def body(self) -> Element:
        return next((element for element in self.root.elements() if element.name == "body"), self.root)


def parse_document(source: str, limits: Limits | None = None) -> Document:
    """Build the tree of a page. Never fails: broken markup is read as a browser reads it.

    It takes up to `limits.seconds`, so call it in a thread.
    """
    limits = limits or Limits()
    parser = _BoundedParser(limits)
    complete = len(source) <= limits.characters
    try:
        # A file object: tinyhtml5 would open a short string that happens to be the name of a local file.
        parser.parse(_Pieces(source[: limits.characters], parser.budget))
    except _LimitReachedError:
        complete = False
    except (AssertionError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        # A page that the parser can't follow ends where it stumbled.
        complete = False
    return Document(_converted(parser.tree.document._element), complete)  # noqa: SLF001 - also set after a stop


class _LimitReachedError(Exception):
    pass


class _Budget:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._elements = 0
        self._deadline = time.thread_time() + limits.seconds

    def use_time(self) -> None:
        if time.thread_time() > self._deadline:
            raise _LimitReachedError

    def use_element(self) -> None:
        self._elements += 1
        if self._elements > self._limits.elements:
            raise _LimitReachedError


class _Pieces(io.StringIO):
    """The source in small pieces: the time is checked before each."""

    def __init__(self, source: str, budget: _Budget) -> None:
        super().__init__(source)
        self._budget = budget

    def read(self, size: int | None = -1) -> str:
        self._budget.use_time()
        return super().read(_PIECE if size else size)


class _BoundedTree(TreeBuilder):  # type: ignore[misc] # tinyhtml5 has no types
    def __init__(self, limits: Limits, budget: _Budget) -> None:
        super().__init__(namespace_html_elements=False)
        self._limits = limits
        self._budget = budget

    def create_element(self, token: Any) -> Any:
        self._budget.use_element()
        return super().create_element(token)

    def insert_element_normal(self, token: Any) -> Any:
        self._budget.use_element()
        while len(self.open_elements) >= self._limits.depth:
            if self.open_elements[-1].name not in _CLOSED_WHEN_TOO_DEEP:
                raise _LimitReachedError
            self.open_elements.pop()
        return super().insert_element_normal(token)


class _BoundedParser(HTMLParser):  # type: ignore[misc] # tinyhtml5 has no types
    def __init__(self, limits: Limits) -> None:
        super().__init__(namespace_html_elements=False)
        self.budget = _Budget(limits)
        self.tree = _BoundedTree(limits, self.budget)
        for phase in self.phases.values():
            phase.tree = self.tree

    def parse_error(self, errorcode: str, datavars: Any = None) -> None:
        """Keep no list of errors: a page can have millions."""


def _converted(document: EtreeElement) -> Element:
    """Return our tree of ElementTree's, which has no parents and keeps texts beside elements."""
    found = next((child for child in document if child.tag == "html"), None)
    root = Element("html", {}, None)
    if found is None:
        return root
    root.attributes.update(found.attrib)
    waiting: list[tuple[EtreeElement, Element]] = [(found, root)]
    while waiting:
        source, target = waiting.pop()
        if source.text:
            target.children.append(source.text)
        for child in source:
            if isinstance(child.tag, str):  # a comment's tag is a function
                element = Element(child.tag.rpartition("}")[2], dict(child.attrib), target)
                target.children.append(element)
                waiting.append((child, element))
            if child.tail:
                target.children.append(child.tail)
    return root
