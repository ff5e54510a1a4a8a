"""The design of a post's image, from the post and its brand, and what its alternative text may say."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from common.errors import FieldError

from content.brand.schemas import palette_of, text_of
from content.media.errors import TextNotDrawableError
from content.media.schemas import StoredImage
from content.models import BrandProfile, ContentItem
from content.rendering.design import PostDesign
from content.rendering.selection import why_not_drawn

_IMAGE_TEXTS = ("headline", "subline")
_NAMES = {"headline": "headline", "subline": "second line"}
_MAX_ALT_TEXT = 1_000
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|\"([^\"]+)\"|«([^»]+)»|»([^«]+)«|「([^」]+)」|‘([^’]+)’(?!\w)")


def design_for(brand: BrandProfile, *, type_: str, headline: str, subline: str, layout: int) -> PostDesign:
    """Return the design. ``layout`` indexes the arrangements; consecutive positions in a month get different ones."""
    return PostDesign(
        headline=headline,
        subline=subline,
        label="Offer" if type_ == "PROMO" else "",
        business_name=text_of(brand).business_name,
        domain=domain_of(brand.website_url),
        palette=palette_of(brand),
        logo=brand.logo,
        index=layout,
    )


def domain_of(website: str | None) -> str:
    """Return the domain to print: without ``www.``, and empty for a bare IPv4 address."""
    address = website or ""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return "" if host.replace(".", "").isdigit() else host.removeprefix("www.")


def image_texts(item: ContentItem, changes: dict[str, Any]) -> dict[str, str]:
    """Return the texts to redraw the image with after ``changes``; empty if the image stays.

    An uploaded image is never redrawn.
    """
    texts = {name: changes.get(name, getattr(item, name)) for name in _IMAGE_TEXTS}
    unchanged = all(texts[name] == getattr(item, name) for name in _IMAGE_TEXTS)
    return {} if unchanged or item.media["source"] == "OWN" else texts


def check_texts(texts: Mapping[str, str]) -> None:
    """Raise TextNotDrawableError if an image can't show one of the texts, by name."""
    troubles = {name: why_not_drawn(_NAMES[name], text) for name, text in texts.items() if name in _NAMES}
    errors = [FieldError(name, TextNotDrawableError.code, trouble) for name, trouble in troubles.items() if trouble]
    if errors:
        raise TextNotDrawableError(errors[0].message, errors=errors)


def alt_text_of(proposed: str, image: StoredImage, *, texts: Iterable[str] = ()) -> str:
    """Return the alternative text of a drawn image: the proposed one, unless it names words that are not in the image.

    Then the words in the image are its alternative text, as WCAG recommends for images of text. ``texts`` are those
    that the proposal may name: of the image, and of the one before it.
    """
    shown = _words(image.shown_text)
    quoted = ("".join(groups) for groups in _QUOTED.findall(proposed))
    named = [*map(_words, quoted), *(words for words in map(_words, texts) if words in _words(proposed))]
    if image.notice is None and all(words in shown for words in named if words.strip()):
        return proposed
    return image.shown_text[:_MAX_ALT_TEXT]


def _words(text: str) -> str:
    """Return the words of a text, each between spaces, without what drawing changes: case, forms, punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return f" {' '.join(_WORD.findall(plain))} "
