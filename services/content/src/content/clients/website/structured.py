"""What a page says of its business as JSON-LD, in the vocabulary of schema.org."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from content.clients.website.document import Element

_MAX_OBJECTS = 400
# Types that have a name and a logo or an address, and are not the business that the website is about.
_NOT_A_BUSINESS_WORDS = """
article newsarticle blogposting webpage product offer person event review imageobject breadcrumblist listitem
postaladdress contactpoint searchaction videoobject faqpage question answer job jobposting recipe
"""
_NOT_A_BUSINESS = frozenset(_NOT_A_BUSINESS_WORDS.split())
_BUSINESS_PROPERTIES = frozenset(
    {"address", "telephone", "logo", "openingHours", "openingHoursSpecification", "priceRange", "sameAs", "geo"}
)
_ORGANISATIONS = frozenset({"organization", "localbusiness", "store", "restaurant", "brand", "website", "corporation"})


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str = ""
    logo: str = ""
    """The URL as written."""


def organisation_of(root: Element) -> Organisation:
    """Return the name and the logo of the first objects that describe an organisation and have one."""
    name = logo = ""
    for script in root.find_all("script"):
        if script.get("type").lower() != "application/ld+json":
            continue
        for thing in json_ld_objects(script.content):
            if not _is_organisation(thing):
                continue
            stated = thing.get("name")
            name = name or (" ".join(stated.split())[:200] if isinstance(stated, str) else "")
            logo = logo or _url(thing.get("logo"))
    return Organisation(name, logo)


def json_ld_objects(source: str) -> list[dict[str, Any]]:
    """Return the objects at the top and in `@graph`; an empty list if it is not JSON."""
    try:
        data = json.loads(source)
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
    return bool(types & _ORGANISATIONS) or (
        not types & _NOT_A_BUSINESS and not _BUSINESS_PROPERTIES.isdisjoint(thing) and types != {"none"}
    )


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    for thing in data if isinstance(data, list) else [data]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (each for each in (graph if isinstance(graph, list) else [graph]) if isinstance(each, dict))


def _url(value: Any) -> str:
    """Return the URL of an image: a text, an ImageObject, or a list of these."""
    if isinstance(value, list):
        return next((url for each in value[:10] if not isinstance(each, list) and (url := _url(each))), "")
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
        return _url(value) if not isinstance(value, dict) else ""
    return value.strip() if isinstance(value, str) else ""
