import re
from typing import Any

import pytest
from common.runtime.specification import asyncapi_document
from gateway.documents.asyncapi import page
from gateway.documents.fields import fields_of
from pulseworks_contracts import ALL_EVENTS, Names


def rendered(document: dict[str, Any]) -> str:
    return page(document, Names("demo"), style_sheet="/style.css")


def article(html: str, event: str) -> str:
    return html.split(f'<article id="{event}">')[1].split("</article>", maxsplit=1)[0]


@pytest.fixture
def document() -> dict[str, Any]:
    return asyncapi_document(title="Events", namespace="demo")


def small(**message: Any) -> dict[str, Any]:
    """Return a minimal AsyncAPI 3.0 document."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Events", "version": "1"},
        "components": {"messages": {"Thing": {"payload": {"type": "object"}, **message}}},
    }


def test_every_event_type_has_an_article_and_a_link_to_it(document: dict[str, Any]) -> None:
    html = rendered(document)
    types = sorted(str(event.model_fields["type"].default) for event in ALL_EVENTS)
    assert sorted(re.findall(r'<article id="([^"]+)">', html)) == types
    assert all(f'<li><a href="#{event}">' in html for event in types)


def test_an_event_shows_its_meaning_fields_and_receivers(document: dict[str, Any]) -> None:
    approved = article(rendered(document), "content.approved.v1")
    assert "A user approved exactly this content." in approved
    assert "<td><code>data.payloads[].media[].sha256</code></td>" in approved
    assert "<code>demo.scheduler.content</code>, <code>demo.publisher.content</code>" in approved
    assert "no PulseWorks queue" in article(rendered(document), "content.generated.v1")


def test_the_names_are_those_of_the_deployment(document: dict[str, Any]) -> None:
    html = rendered(document)
    assert "<code>demo.events</code>" in html
    assert "<code>demo.events.log</code>" in html


def test_an_example_is_shown_if_there_is_one() -> None:
    assert "<pre>" not in rendered(small())
    assert "&quot;id&quot;: 7" in rendered(small(examples=[{"payload": {"id": 7}}]))


def test_a_message_without_a_name_is_listed_by_its_key() -> None:
    assert '<article id="Thing">' in rendered(small())


def test_the_texts_of_the_document_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    payload = {"properties": {"data": {"properties": {evil: {"const": evil, "description": evil}}}}}
    html = rendered(small(name=f"a.{evil}", title=evil, summary=evil, payload=payload, examples=[{"payload": evil}]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 7


def test_fields_show_their_type_and_whether_they_are_optional() -> None:
    schemas = {
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "required": ["next"]}
    }
    schema = {
        "required": ["at", "nodes"],
        "properties": {
            "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}], "description": "When."},
            "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "kind": {"enum": ["A", "B"], "default": "A"},
            "note": {"type": "string", "default": None},
        },
    }
    assert [tuple(field) for field in fields_of(schema, schemas)] == [
        ("at", "time (RFC 3339) or null", False, "When."),
        ("nodes", "list of object", False, ""),
        ("nodes[].next", "object", False, ""),
        ("kind", "A | B", False, ""),
        ("note", "string", True, ""),
    ]
