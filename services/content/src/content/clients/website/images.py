"""Which images of a page may be its logo: by where they are and where they link, never by a word alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from content.clients.website.document import Element
from content.clients.website.names import plain
from content.clients.website.pages import Page
from content.clients.website.regions import FOOTER, HEADER, MAIN, NAVIGATION

_MAX_IMAGES = 300
_MAX_AROUND = 6
_MAX_URL = 2_000

# Scripts that load images late keep the address in one of these; `src` holds a placeholder until then.
_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-orig-file",
    "data-large_image",
    "nitro-lazy-src",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "nitro-lazy-srcset")
_PLACEHOLDER = re.compile(
    r"^data:|^about:|(?:^|/)(?:blank|placeholder|spacer|transparent|pixel|1x1|lazy)[^/]*\.(?:gif|png|svg)$"
)
_IMAGE_FILE = re.compile(r"\S+\.(?:png|jpe?g|webp|gif)(?:[?#]\S*)?", re.IGNORECASE)
_CANDIDATE = re.compile(r"\s*(\S*[^\s,])(?:\s+([\d.]{1,8})[wx])?\s*(?:,|$)")
_INDEX = re.compile(r"/?(?:index|home|default)(?:\.\w{3,5})?/?|/?", re.IGNORECASE)
_LANGUAGE_ROOT = re.compile(r"/[a-z]{2}(?:-[a-z]{2})?/?", re.IGNORECASE)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_OWN = frozenset({"brand", "masthead", "logotype", "wordmark", "logomark"})
_TITLE = re.compile(r"site-?(?:title|name|branding|logo|identity)|custom-?logo|navbar-?brand|headerlogo", re.IGNORECASE)
_OTHERS_WORDS = """
client clients customer customers kunden kunde partner partners partenaires partenaire socios clientes sponsor sponsors
sponsoren sponsorship payment payments zahlung zahlungsarten paiement pago pagos visa mastercard maestro amex paypal
klarna applepay googlepay afterpay zip stripe sofort giropay twint ideal bancontact unionpay jcb diners
certificate certificates certification certified zertifikat award awards badge badges member members membership
association accreditation accredited affiliations press media featured presse supplier suppliers brands marken marques
marcas trusted trust testimonial testimonials review reviews tripadvisor trustpilot yelp booking opentable ubereats
deliveroo doordash appstore googleplay facebook instagram twitter linkedin youtube whatsapp pinterest tiktok google
cookiebot consent flag flags
"""
_OTHERS = frozenset(_OTHERS_WORDS.split())
_OTHERS_PAIRS = re.compile(
    r"american-?express|master-?card|apple-?pay|google-?pay|app-?store|google-?play|as-?seen|powered-?by", re.IGNORECASE
)
_FOR_DARK_GROUND = re.compile(r"white|light|invers|inverted|negativ|weiss|blanc|blanco|reversed|footer", re.IGNORECASE)

_LIKELY, _POSSIBLE, _UNLIKELY = 0, 2, 4
"""Ranks; what a page states as data stands between them."""
STATED_RANK = 3


@dataclass(frozen=True, slots=True)
class LogoImage:
    src: str
    """As written."""
    rank: int
    """Lower is likelier."""
    for_dark_ground: bool


def logo_images(page: Page, page_url: str, names: list[str]) -> list[LogoImage]:
    """Return the images of a page that may be its logo, likeliest first. `names` are those of the business."""
    found: list[LogoImage] = []
    plain_names = [letters for name in names if len(letters := plain(name)) >= 3]
    images = (element for element in page.document.body.descendants() if element.name == "img")
    for image in islice(images, _MAX_IMAGES):
        rank = _rank(_Place(page, page_url, image), plain_names)
        if rank is not None:
            found.extend(LogoImage(src, rank, _is_for_dark_ground(src)) for src in sources(image))
    return sorted(found, key=lambda each: (each.rank, each.for_dark_ground))


def _is_for_dark_ground(src: str) -> bool:
    return _FOR_DARK_GROUND.search(src.rpartition("/")[2]) is not None


def sources(image: Element) -> list[str]:
    """Return the addresses of an image, best first: as a script would load it, then as written."""
    sets = [image.get(name) for name in (*_LAZY_SETS, "srcset")]
    found = [image.get(name) for name in _LAZY]
    found += [_largest(each) for each in sets[:-1]]
    found += [
        value.strip() for name, value in image.attributes.items() if name.startswith("data-") and _is_image(value)
    ]
    if image.parent is not None and image.parent.name == "picture":
        alternatives = [each for each in image.parent.elements() if each.name == "source" and _is_raster(each)]
        found += [_largest(each.get(name)) for each in alternatives for name in (*_LAZY_SETS, "srcset")]
    found.insert(len(_LAZY), image.get("src"))
    found.append(_largest(sets[-1]))
    usable = (each for each in found if each and len(each) <= _MAX_URL and not _PLACEHOLDER.search(each))
    return list(dict.fromkeys(usable))[:3]


class _Place:
    """Where an image stands and what is around it."""

    def __init__(self, page: Page, page_url: str, image: Element) -> None:
        self._page = page
        self._page_url = page_url
        self.image = image
        self.link = image.closest("a")
        self.in_header = page.layout.is_inside(image, HEADER, NAVIGATION)
        self.in_footer = page.layout.is_inside(image, FOOTER)
        self.in_main = page.layout.is_inside(image, MAIN, "article", "section")

    @property
    def links_home(self) -> bool:
        url = self._target()
        if url is None or _host(url) != _host(self._page_url):
            return False
        path, home = urlsplit(url).path, urlsplit(self._page_url).path
        base = urlsplit(urljoin(self._page_url, "/")).path
        below = path.removeprefix(home.rpartition("/")[0]) if home.rpartition("/")[0] else path
        return path in (home, base) or any(
            _INDEX.fullmatch(each) or _LANGUAGE_ROOT.fullmatch(each) for each in (path, below)
        )

    @property
    def links_elsewhere(self) -> bool:
        url = self._target()
        return url is not None and _host(url) != _host(self._page_url)

    def own_text(self) -> str:
        """Return what the image says of itself: its addresses, alternative text, class and id."""
        own = [self.image.get(name) for name in ("alt", "class", "id", "itemprop")]
        return " ".join([*(unquote(each) for each in sources(self.image)), *own])

    def around(self) -> str:
        """Return the classes and ids of the elements around it that belong to it more than to the page."""
        near = islice(self.image.ancestors(), _MAX_AROUND)
        inner = (each for each in near if each.name not in ("html", "body", "main", "header", "footer"))
        return " ".join(f"{each.get('class')} {each.id} {each.get('aria-label')}" for each in inner)

    def _target(self) -> str | None:
        if self.link is None or not self.link.get("href"):
            return None
        try:
            url = urljoin(urljoin(self._page_url, self._page.base), self.link.get("href"))
        except ValueError:
            return None
        return url if url.startswith(("http:", "https:")) else None


def _rank(place: _Place, plain_names: list[str]) -> int | None:
    own_text, around = place.own_text(), place.around()
    is_marked = _says_logo(own_text) or _says_logo(around)
    is_own = place.links_home and (place.in_header or is_marked) and not place.in_footer
    if is_own or place.links_elsewhere or _says_others(own_text) or _says_others(around):
        return _LIKELY if is_own else None
    has_name = any(name in plain(own_text) for name in plain_names)
    is_named_by_theme = _TITLE.search(f"{own_text} {around}") is not None and not place.in_footer
    if is_named_by_theme or (place.in_header and (is_marked or has_name)):
        return _LIKELY + 1
    if (place.links_home and (is_marked or has_name or place.in_footer)) or (is_marked and has_name):
        return _POSSIBLE
    stands_apart = not place.in_footer and not place.in_main
    return _UNLIKELY if stands_apart and (is_marked or place.in_header) else None


def _says_logo(text: str) -> bool:
    words = list(_words(text))
    return _TITLE.search(text) is not None or any(word in _OWN or word.endswith("logo") for word in words)


def _says_others(text: str) -> bool:
    """Return whether it speaks of clients, partners, cards or networks: those have logos too."""
    return _OTHERS_PAIRS.search(text) is not None or not _OTHERS.isdisjoint(_words(text))


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text[:4_000]))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _largest(source_set: str) -> str:
    """Return the address of a `srcset` with the largest width or density."""
    parts = [match for match in _CANDIDATE.findall(source_set[:4_000]) if _is_number(match[1])]
    return max(parts, key=lambda match: float(match[1] or 1))[0] if parts else ""


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and text != "."


def _is_image(value: str) -> bool:
    return len(value) <= _MAX_URL and _IMAGE_FILE.fullmatch(value.strip()) is not None


def _is_raster(source: Element) -> bool:
    can_be_drawn = source.get("type").lower() not in ("image/svg+xml", "image/avif")
    return can_be_drawn and "prefers-color-scheme" not in source.get("media")
