"""The distinct elements of the pages read, as far as stylesheets distinguish them.

Elements with the same name, id, classes and parent count as one node: a list of a hundred items is one. So the work of
matching depends on how varied the pages are, not on how long.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from content.clients.website.document import Element

MAX_NODES = 4_000
_MAX_DEPTH = 80
_MAX_ATTRIBUTE = 200
_SHELL_NODES = 6

_COLOUR = re.compile(r"#?[0-9a-z]{3,20}", re.IGNORECASE)
_HASHLESS = re.compile(r"^(?=[0-9a-f]{6}$)", re.IGNORECASE)

# What selectors commonly ask for; other attributes are states that scripts set.
_ATTRIBUTES = ("type", "role", "href", "lang", "dir", "rel", "data-theme", "data-bs-theme", "data-color-scheme")
_NOT_PAINTED_NAMES = """
head script style template noscript meta link title base source track param option datalist wbr br
"""
_NOT_PAINTED = frozenset(_NOT_PAINTED_NAMES.split())


@dataclass(eq=False, slots=True)
class Node:
    """An element, or several that stylesheets can't tell apart."""

    name: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str], ...]
    style: str
    parent: "Node | None" = field(repr=False)
    is_quiet: bool
    """Inside something that says nothing about the brand: a consent banner, what is hidden."""
    count: int = 0
    children: "list[Node]" = field(default_factory=list, repr=False)

    def attribute(self, name: str) -> str | None:
        match name:
            case "class":
                return " ".join(sorted(self.classes)) if self.classes else None
            case "id":
                return self.id or None
            case _:
                return next((value for key, value in self.attributes if key == name), None)

    def ancestors(self) -> "Iterator[Node]":
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def words(self) -> str:
        """Name, id and classes, in lower case, with a space around each."""
        return f" {self.name} {self.id} {' '.join(self.classes)} ".lower()


class Markup:
    """The nodes of one website, indexed as selectors look for them."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[tuple[object, ...], Node] = {}
        self._by_class: defaultdict[str, list[Node]] = defaultdict(list)
        self._by_id: defaultdict[str, list[Node]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Node]] = defaultdict(list)

    def add(self, root: Element, is_quiet: Callable[[Element], bool] = lambda _: False) -> None:
        """Add the elements of a page. Beyond `MAX_NODES`, elements of a new kind are left out."""
        waiting: list[tuple[Element, Node | None, int]] = [(root, None, 0)]
        while waiting:
            element, parent, depth = waiting.pop()
            if element.name in _NOT_PAINTED or depth > _MAX_DEPTH:
                continue
            node = self._node(element, parent, is_quiet)
            if node is None:
                continue
            node.count += 1
            if element.name != "svg":
                children = [(child, node, depth + 1) for child in element.elements()]
                waiting.extend(reversed(children))

    def candidates(self, name: str, ids: list[str], classes: list[str]) -> list[Node]:
        """Return the nodes that may have all of these; the shortest list that is at hand."""
        lists = [self._by_id.get(each, []) for each in ids] + [self._by_class.get(each, []) for each in classes]
        if name:
            lists.append(self._by_name.get(name, []))
        return min(lists, key=len) if lists else self.nodes

    @property
    def is_shell(self) -> bool:
        """Return whether scripts make the page: then its elements say nothing about which rules apply."""
        return len(self.nodes) <= _SHELL_NODES

    def _node(self, element: Element, parent: Node | None, is_quiet: Callable[[Element], bool]) -> Node | None:
        attributes = tuple(
            (name, element.get(name)[:_MAX_ATTRIBUTE]) for name in _ATTRIBUTES if name in element.attributes
        )
        if element.name == "a":  # each link has another address
            attributes = tuple((name, "" if name == "href" else value) for name, value in attributes)
        style = f"{_presentation(element)}{element.style}"
        key = (id(parent), element.name, element.id, element.classes, attributes, style)
        node = self._known.get(key)
        if node is None and len(self.nodes) < MAX_NODES:
            quiet = (parent is not None and parent.is_quiet) or "hidden" in element.attributes or is_quiet(element)
            node = Node(element.name, element.id, element.classes, attributes, style, parent, quiet)
            self._known[key] = node
            self._index(node)
        return node

    def _index(self, node: Node) -> None:
        self.nodes.append(node)
        if node.parent is not None:
            node.parent.children.append(node)
        self._by_name[node.name].append(node)
        if node.id:
            self._by_id[node.id].append(node)
        for each in node.classes:
            self._by_class[each].append(node)


def _presentation(element: Element) -> str:
    """Return what attributes of old pages say of colours, as a `style` attribute says it (HTML, 15.3)."""
    named = {"background-color": element.get("bgcolor")}
    if element.name in ("font", "body"):
        named["color"] = element.get("color" if element.name == "font" else "text")
    return "".join(f"{name}:{_HASHLESS.sub('#', value)};" for name, value in named.items() if _COLOUR.fullmatch(value))
