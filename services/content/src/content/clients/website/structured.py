"""What a page says of its business as JSON-LD, in the vocabulary of schema.org."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from content.clients.website.document import Element
from content.clients.website.schema_org import ORGANISATIONS

_MAX_OBJECTS = 400
_MAX_STEPS = 4
# Comments in which old generators hide the data from older browsers.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?);?\s*$"
)
# Types that have a name and a logo or an address, and are not the business that the website is about.
_NOT_A_BUSINESS_WORDS = """
article newsarticle blogposting webpage product offer person event review imageobject breadcrumblist listitem
postaladdress contactpoint searchaction videoobject faqpage question answer job jobposting recipe
"""
_NOT_A_BUSINESS = frozenset(_NOT_A_BUSINESS_WORDS.split())
_BUSINESS_PROPERTIES = frozenset(
    {"address", "telephone", "logo", "openingHours", "openingHoursSpecification", "priceRange", "sameAs", "geo"}
)
# Where an object of another type names the business behind it.
_ABOUT_BUSINESS = ("publisher", "about", "mainEntity")


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str = ""
    logo: str = ""
    """The URL as written."""


def organisation_of(root: Element) -> Organisation:
    """Return the name and the logo of the first objects that describe an organisation and have one."""
    scripts = (each for each in root.find_all("script") if each.get("type").lower() == "application/ld+json")
    things = [thing for script in scripts for thing in json_ld_objects(script.content)][:_MAX_OBJECTS]
    by_id = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1}
    name = logo = ""
    for thing in filter(_is_organisation, things):
        stated = thing.get("name")
        name = name or (" ".join(stated.split())[:200] if isinstance(stated, str) else "")
        logo = logo or _url(thing.get("logo"), by_id)
    return Organisation(name, logo)


def json_ld_objects(source: str) -> list[dict[str, Any]]:
    """Return the objects at the top and in `@graph`; an empty list if it is not JSON."""
    try:
        data = json.loads(_WRAPPING.sub("", source), strict=False)
    except (ValueError, RecursionError):
        return []
    return list(_objects(data))[:_MAX_OBJECTS]


def types_of(thing: dict[str, Any]) -> set[str]:
    """Return the types in lower case without the vocabulary: `https://schema.org/Dentist` is `dentist`."""
    types = thing.get("@type")
    return {
        str(type_).rstrip("/").rpartition("/")[2].rpartition(":")[2].lower()
        for type_ in (types if isinstance(types, list) else [types])
    }


def _is_organisation(thing: dict[str, Any]) -> bool:
    # schema.org has several hundred kinds of business: Bakery, Dentist, HairSalon. Their properties tell them.
    types = types_of(thing)
    return bool(types & ORGANISATIONS) or (
        not types & _NOT_A_BUSINESS and not _BUSINESS_PROPERTIES.isdisjoint(thing) and types != {"none"}
    )


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    for thing in data if isinstance(data, list) else [data]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            within = [each for each in (graph if isinstance(graph, list) else [graph]) if isinstance(each, dict)]
            yield from within
            named = (each.get(key) for each in (thing, *within) for key in _ABOUT_BUSINESS)
            yield from (owner for owner in named if isinstance(owner, dict))


def _url(value: Any, by_id: dict[str, dict[str, Any]], depth: int = 0) -> str:
    """Return the URL of an image: a text, an ImageObject, its `@id` elsewhere on the page, or a list of these."""
    if depth > _MAX_STEPS:
        return ""
    if isinstance(value, list):
        return next((url for each in value[:10] if (url := _url(each, by_id, depth + 1))), "")
    if isinstance(value, dict):
        reference = value.get("@id")
        if isinstance(reference, str) and reference in by_id and by_id[reference] is not value:
            value = {**by_id[reference], **value}
        stated = value.get("url") or value.get("contentUrl")
        return _url(stated or reference, by_id, depth + 1)
    return value.strip() if isinstance(value, str) else ""
