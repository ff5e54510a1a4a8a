"""A page: its text as a reader sees it, its links, and what it shows of the brand."""

import re
from dataclasses import dataclass, field
from itertools import islice

from content.clients.website.consent import is_consent_banner
from content.clients.website.css import applies_to_light_screen
from content.clients.website.document import Document, Element, Limits, parse_document
from content.clients.website.forwards import forward_of
from content.clients.website.regions import DIALOG, FOOTER, HEADER, MAIN, NAVIGATION, Layout
from content.clients.website.structured import organisation_of
from content.clients.website.text import HEADINGS, is_hidden, one_line, visible_text
from content.clients.website.vocabulary import LEGAL_LINE, NEEDS_SCRIPTS

MAX_TEXT = 12_000
"""The most characters kept of a page's text."""

_MAX_ITEMS = 400
_MAX_LABEL = 120
_MAX_LABEL_NODES = 200
_MAX_CONTACT = 1_500
_MIN_MAIN_LETTERS = 150
_MAX_NAVIGATION_LETTERS = 400
_LITTLE_LETTERS = 200

_CONTACT_LINK = re.compile(r"^(?:tel|mailto|geo|sms):|maps", re.IGNORECASE)
_CONTACT = re.compile(r"@|\+?\d(?:[ ().\-/]{0,2}\d){6,}|\d{1,2}(?::\d\d|\s?[ap]\.?m)", re.IGNORECASE)
# A browser with scripts applies nothing of these.
_NOT_APPLIED = ("noscript", "template")
_BUTTON_PLACES = frozenset({"dt", "summary", "legend", "caption", "figcaption"}) | HEADINGS


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """A style sheet that a browser applies: linked (`href`) or written in the page (`text`)."""

    href: str
    """As written; empty for `<style>`."""
    text: str
    """Of `<style>`; empty for a link."""
    media: str
    """The `media` attribute, in lower case; empty for all media."""


@dataclass(frozen=True, slots=True)
class PageImage:
    src: str
    is_logo: bool
    """Its class, id, alternative text or URL mentions a logo, or the class or id of an element just around it."""
    in_header: bool


@dataclass(slots=True)
class Page:
    """The content of a document. URLs are as written, not yet resolved against the page's own."""

    document: Document
    layout: Layout
    """Which region of the page each element is in."""
    title: str = ""
    description: str = ""
    site_name: str = ""
    theme_colour: str = ""
    base: str = ""
    headings: list[str] = field(default_factory=list)
    text: str = ""
    """What the page says, one line per block, without navigation, banners and footers."""
    contact: str = ""
    """The text of its footers, and of what stands beside its main content: often address, phone and hours."""
    needs_scripts: bool = False
    """It shows hardly any text to a reader without JavaScript."""
    forward: str = ""
    """The URL that a browser shows instead of this page at once: `<meta http-equiv=refresh>` and its like."""
    links: list[Link] = field(default_factory=list)
    images: list[PageImage] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    share_image: str = ""
    stylesheets: list[StyleSheet] = field(default_factory=list)
    """In document order, linked and written ones."""
    schema_org_name: str = ""
    schema_org_logo: str = ""
    """From the page's JSON-LD."""

    @property
    def has_frames(self) -> bool:
        return self.document.root.find("frameset") is not None

    @property
    def is_whole(self) -> bool:
        """False: the page is larger than what is read of it."""
        return self.document.complete

    @property
    def inline_styles(self) -> list[str]:
        """The `style` attributes."""
        styles = (element.style for element in self.document.root.descendants())
        return [style for style in styles if style][:_MAX_ITEMS]


def parse_page(source: str, limits: Limits | None = None) -> Page:
    """Parse a document. Never fails: what can't be parsed is left out.

    It takes up to `limits.seconds` for the tree and as long again for the rest, so call it in a thread.
    """
    document = parse_document(source, limits)
    page = Page(document, Layout(document.root))
    for element in document.root.descendants():
        _collect(page, element)
    organisation = organisation_of(document.root)
    page.schema_org_name, page.schema_org_logo = organisation.name, organisation.logo
    _TextReader(page).read()
    page.forward = forward_of(document, has_text=bool(page.text))
    return page


class _TextReader:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._layout = page.layout
        self._body = page.document.body
        footers = [element for element in self._body.descendants() if self._layout[element].region == FOOTER]
        self._around_footers = {self._body}
        for footer in footers[:_MAX_ITEMS]:
            self._around_footers.update(footer.ancestors())

    def read(self) -> None:
        page = self._page
        main = self._main()
        page.text = visible_text(main or self._body, self._is_furniture)[:MAX_TEXT]
        if not page.text:
            # A page that is all navigation and footer: then their text is better than none.
            page.text = visible_text(self._body, self._is_banner)[:MAX_TEXT]
        beside = visible_text(self._body, lambda element: element is main or self._is_no_contact(element, main))
        page.contact = _contact_lines(beside)
        page.headings = self._headings()
        self._recognise_shell()

    def _main(self) -> Element | None:
        return next(
            (
                element
                for element in self._body.descendants()
                if self._layout[element].region == MAIN
                and self._layout[element].letters >= _MIN_MAIN_LETTERS
                and not is_hidden(element)
            ),
            None,
        )

    def _is_furniture(self, element: Element) -> bool:
        """Return whether the element belongs to the site and not to what this page says."""
        if self._is_banner(element):
            return True
        part = self._layout[element]
        if part.region not in (FOOTER, NAVIGATION) or part.holds_page:
            return False
        # A `nav` that is around the page's text, or was never closed, is no navigation.
        return part.region == FOOTER or part.letters - part.letters_in_links <= _MAX_NAVIGATION_LETTERS

    def _is_banner(self, element: Element) -> bool:
        """Return whether the element lies on top of the page, or is there to be pressed."""
        part = self._layout[element]
        if element.name == "button":
            return not self._is_content(element)
        if part.region == DIALOG and not part.holds_page:
            return True
        return is_consent_banner(element, part)

    def _is_content(self, button: Element) -> bool:
        """Return whether a button's text is a heading: the question of an accordion."""
        if self._layout.is_inside(button, *_BUTTON_PLACES):
            return True
        opens = "aria-controls" in button.attributes or "aria-expanded" in button.attributes
        return opens and not self._layout.is_inside(button, HEADER, NAVIGATION)

    def _is_no_contact(self, element: Element, main: Element | None) -> bool:
        """Return whether the element says nothing of the business outside the main content."""
        part = self._layout[element]
        if self._is_banner(element) or part.region == NAVIGATION:
            return True
        if element.name == "a":
            return _CONTACT_LINK.search(element.get("href")) is None and "address" not in part.inside
        # Without a main element, all but the footers is in the text already.
        return main is None and FOOTER not in part.inside and element not in self._around_footers

    def _headings(self) -> list[str]:
        found = self._page.document.root.find_all("h1", "h2", "h3")
        shown = (heading for heading in islice(found, _MAX_ITEMS) if not is_hidden(heading))
        headings = (one_line(visible_text(heading, self._is_banner, limit=_MAX_LABEL_NODES)) for heading in shown)
        return [heading[:_MAX_LABEL] for heading in headings if heading]

    def _recognise_shell(self) -> None:
        """Recognise a page that a script fills.

        Use what it says without scripts, unless that is only that it needs them.
        """
        page = self._page
        if len(page.text) >= _LITTLE_LETTERS:
            return
        instead = "\n".join(
            visible_text(Element("div", {}, None, noscript.children), lambda element: element.name == "button")
            for noscript in self._body.find_all("noscript")
        )
        if NEEDS_SCRIPTS.search(page.text):
            page.text, page.needs_scripts = "", True
        if NEEDS_SCRIPTS.search(instead) and len(instead) < _LITTLE_LETTERS:
            page.needs_scripts = page.needs_scripts or not page.text or _has_empty_root(page.document)
        elif len(instead) >= _LITTLE_LETTERS and not page.text:
            page.text, page.needs_scripts = instead[:MAX_TEXT], False
        elif not page.text and _has_scripts(page.document):
            page.needs_scripts = True


def _has_empty_root(document: Document) -> bool:
    """Return whether an element with an id is left for a script to fill, as the usual frameworks have it."""
    return any(not element.children and element.id for element in document.body.find_all("div", "main", "section"))


def _has_scripts(document: Document) -> bool:
    return any("json" not in script.get("type") for script in document.root.find_all("script"))


def _contact_lines(text: str) -> str:
    lines = [line for line in text.split("\n") if LEGAL_LINE.search(line) is None or _CONTACT.search(line) is not None]
    return "\n".join(lines)[:_MAX_CONTACT]


def _collect(page: Page, element: Element) -> None:
    match element.name:
        case "title" if not page.title and not page.layout.is_inside(element, "svg"):
            page.title = one_line(element.content)[:300]
        case "a" if element.get("href") and len(page.links) < _MAX_ITEMS:
            page.links.append(Link(element.get("href"), _label(element)))
        case "img" if len(page.images) < _MAX_ITEMS:
            _collect_image(page, element)
        case "link":
            _collect_link(page, element)
        case "meta":
            _collect_meta(page, element)
        case "base":
            page.base = page.base or element.get("href")
        case "style" if len(page.stylesheets) < _MAX_ITEMS and not page.layout.is_inside(element, *_NOT_APPLIED):
            page.stylesheets.append(StyleSheet("", element.content, element.get("media").lower()))


def _label(link: Element) -> str:
    label = one_line(visible_text(link, limit=_MAX_LABEL_NODES)) or link.get("aria-label") or link.get("title")
    if not label:
        images = (node for node in islice(link.descendants(), _MAX_LABEL_NODES) if node.name == "img")
        label = next((image.get("alt") for image in images if image.get("alt")), "")
    return one_line(label)[:_MAX_LABEL]


def _collect_image(page: Page, image: Element) -> None:
    src = image.get("src") or image.get("data-src")
    if not src:
        return
    around = [image, *islice(image.ancestors(), 3)]
    names = " ".join(f"{element.get('class')} {element.id}" for element in around)
    is_logo = "logo" in f"{names} {image.get('alt')} {src}".lower()
    page.images.append(PageImage(src, is_logo, in_header=page.layout.is_inside(image, HEADER)))


def _collect_link(page: Page, link: Element) -> None:
    href, kinds = link.get("href"), link.get("rel").lower().split()
    if not href:
        return
    if _is_applied_stylesheet(page, link, kinds) and len(page.stylesheets) < _MAX_ITEMS:
        media = link.get("media").lower()
        # Loaded without blocking the page: a script sets what a browser then applies.
        page.stylesheets.append(StyleSheet(href, "", "" if "media" in link.get("onload") else media))
    if any(kind.startswith("apple-touch-icon") for kind in kinds):
        page.icons.insert(0, href)
    elif "icon" in kinds:
        page.icons.append(href)


def _is_applied_stylesheet(page: Page, link: Element, kinds: list[str]) -> bool:
    if "alternate" in kinds or "disabled" in link.attributes or page.layout.is_inside(link, *_NOT_APPLIED):
        return False
    preloaded = "preload" in kinds and link.get("as").lower() == "style" and "stylesheet" in link.get("onload")
    return "stylesheet" in kinds or preloaded


def _collect_meta(page: Page, meta: Element) -> None:
    content = meta.get("content")
    match (meta.get("name") or meta.get("property")).lower():
        case "description" | "og:description" if not page.description:
            page.description = one_line(content)[:600]
        case "og:site_name" | "application-name" if not page.site_name:
            page.site_name = one_line(content)[:200]
        case "theme-color" if not page.theme_colour and applies_to_light_screen(meta.get("media")):
            page.theme_colour = content[:60]
        case "og:image" if not page.share_image:
            page.share_image = content
