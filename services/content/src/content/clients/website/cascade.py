"""Which declarations of the stylesheets an element of the pages shows in the end (CSS Cascade 4, without origins)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.clients.website.css import Declaration, Rule, Tokens
from content.clients.website.css_colours import substituted
from content.clients.website.markup import Markup, Node
from content.clients.website.selectors import Selector

_MAX_STEPS = 600_000
"""Of comparing an element with a selector, or a declaration with an earlier one."""

_INLINE = (1_000, 0, 0)

# Declarations of one slot override each other.
SLOTS = {
    "background": "background",
    "background-color": "background",
    "background-image": "picture",
    "color": "color",
    "fill": "fill",
    "border": "border",
    "border-color": "border",
    "border-top": "border-top",
    "border-bottom": "border-bottom",
    "accent-color": "accent",
    "outline-color": "outline",
    "font": "font",
    "font-family": "font",
}

Priority = tuple[bool, tuple[int, int, int], int]


@dataclass(eq=False, slots=True)
class Use:
    """A declaration and the nodes that show it."""

    declaration: Declaration
    selector: Selector | None
    """None for a `style` attribute."""
    nodes: list[Node] = field(default_factory=list)


class Cascade:
    """Applies rules in order, then says what each node shows."""

    def __init__(self, markup: Markup) -> None:
        self._markup = markup
        self._left = _MAX_STEPS
        self._order = 0
        self._shown: dict[tuple[Node, str], tuple[Priority, Use]] = {}
        self._variables: defaultdict[Node, dict[str, tuple[Priority, Tokens]]] = defaultdict(dict)
        self._root = markup.nodes[0] if markup.nodes else None
        self.states: list[Use] = []
        """Declarations for elements of the pages in a state, such as under the pointer."""

    def apply(self, rule: Rule) -> bool:
        """Apply a rule; return whether it concerns an element of the pages."""
        self._order += 1
        matched = [(selector, self._matching(selector)) for selector in rule.selectors]
        matched = [(selector, nodes) for selector, nodes in matched if nodes]
        if not matched:
            return False
        declarations = rule.declarations()
        for selector, nodes in matched:
            for declaration in declarations:
                self._declare(declaration, selector, nodes)
        return True

    def apply_inline(self, node: Node, declarations: Sequence[Declaration]) -> None:
        self._order += 1
        for declaration in declarations:
            self._set(declaration, Use(declaration, None), [node], (declaration.important, _INLINE, self._order))

    def shown(self) -> Iterator[Use]:
        """Yield each declaration that wins somewhere, with the nodes where it does."""
        uses: dict[int, Use] = {}
        for (node, _), (_, use) in self._shown.items():
            uses[id(use)] = use
            use.nodes.append(node)
        yield from uses.values()

    def display_none(self) -> set[Node]:
        """Return the nodes that are not displayed, with all inside them."""
        hidden: set[Node] = set()
        for node in self._markup.nodes:  # parents come before their children
            own = self._shown.get((node, "display"))
            is_none = own is not None and _is_none(own[1].declaration.value)
            if is_none or node.parent in hidden:
                hidden.add(node)
        return hidden

    def resolved(self, value: Tokens, node: Node) -> Tokens | None:
        """Return a value with its variables as they are at a node; None if one is not set."""
        return substituted(value, lambda name: self.variable(name, node))

    def variable(self, name: str, node: Node | None) -> Tokens | None:
        """Return a custom property's value at a node: its own, else inherited."""
        while node is not None:
            own = self._variables.get(node)
            if own is not None and name in own:
                return own[name][1]
            node = node.parent
        return None

    def variables_of_page(self) -> dict[str, Tokens]:
        """Return the custom properties of `html` and `body`."""
        return {
            name: value
            for node in self._markup.nodes
            if node.name in ("html", "body")
            for name, (_, value) in self._variables.get(node, {}).items()
        }

    def _matching(self, selector: Selector) -> list[Node]:
        subject = selector.subject
        nodes = self._markup.candidates(subject.name, subject.ids, subject.classes)
        if len(nodes) > self._left:
            return []
        self._left -= len(nodes)
        return [node for node in nodes if selector.matches(node)]

    def _declare(self, declaration: Declaration, selector: Selector, nodes: list[Node]) -> None:
        if selector.is_state:
            if declaration.name in SLOTS:
                self.states.append(Use(declaration, selector, nodes))
            return
        priority = (declaration.important, selector.specificity, self._order)
        if declaration.name.startswith("--") and selector.is_universal and self._root is not None:
            nodes = [self._root]  # "* { --x: 1 }" would be copied to each element
        self._set(declaration, Use(declaration, selector), nodes, priority)

    def _set(self, declaration: Declaration, use: Use, nodes: list[Node], priority: Priority) -> None:
        name = declaration.name
        box = use.selector.pseudo_element if use.selector else ""
        slot = "display" if name == "display" and not box else SLOTS.get(name, "")
        if not slot and not name.startswith("--"):
            return
        self._left -= len(nodes)
        if self._left < 0:
            return
        for node in nodes:
            if slot:
                key = (node, f"{slot} {box}".strip())
                if key not in self._shown or self._shown[key][0] <= priority:
                    self._shown[key] = (priority, use)
            elif not box:
                own = self._variables[node]
                if name not in own or own[name][0] <= priority:
                    own[name] = (priority, declaration.value)


def _is_none(value: Tokens) -> bool:
    return [token.lower_value for token in value if token.type == "ident"] == ["none"]
