"""Renders an AsyncAPI 3.0 document as the HTML page at `/asyncapi`, without scripts or external resources."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib import resources
from itertools import groupby
from string import Template
from typing import Any, NamedTuple

from pulseworks_contracts import Names

from gateway.documents.fields import Field, fields_of

_CODE = re.compile(r"`+([^`]+)`+")


class _Event(NamedTuple):
    name: str
    """The event type, such as `content.approved.v1`."""
    message: Mapping[str, Any]
    queues: list[str]
    fields: list[Field]

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]


def page(document: Mapping[str, Any], names: Names, *, style_sheet: str) -> str:
    """Return the page. Exchange and stream names come from `names`, everything else from the document."""
    events = sorted(_events(document), key=lambda event: event.service)
    services = [(service, list(group)) for service, group in groupby(events, key=lambda event: event.service)]
    # All events share the envelope, so it is shown once; `type` and `data` are shown with each event.
    envelope = [field for field in events[0].fields if field.top not in {"type", "data"}] if events else []
    template = Template((resources.files(__package__) / "asyncapi.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(document["info"]["title"]),
        description=_prose(document["info"].get("description", "")),
        style_sheet=escape(style_sheet),
        exchange=escape(names.exchange),
        stream=escape(names.log),
        contents="".join(_contents(service, group) for service, group in services),
        envelope=_table(envelope),
        events="".join(_section(service, group) for service, group in services),
    )


def _events(document: Mapping[str, Any]) -> Iterator[_Event]:
    components = document["components"]
    queues = _queues(document)
    for key, message in components["messages"].items():
        fields = list(fields_of(message["payload"], components.get("schemas", {})))
        yield _Event(message.get("name", key), message, queues.get(key, []), fields)


def _queues(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Map the key of each message to the addresses of the queues that receive it."""
    found: dict[str, list[str]] = {}
    for operation in document.get("operations", {}).values():
        if operation["action"] == "receive":
            _, channel = _resolved(document, operation["channel"])
            for reference in operation.get("messages") or channel["messages"].values():
                key, _ = _resolved(document, reference)
                found.setdefault(key, []).append(channel["address"])
    return found


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Follow references; return the key and the node that they lead to."""
    key = ""
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            target = target[key]
        node = target
    return key, node


def _contents(service: str, events: list[_Event]) -> str:
    links = "".join(f'<li><a href="#{escape(event.name)}">{escape(event.name)}</a></li>' for event in events)
    return f"<li>{escape(service)}<ul>{links}</ul></li>"


def _section(service: str, events: list[_Event]) -> str:
    return f"<section><h2>Events of {escape(service)}</h2>{''.join(map(_article, events))}</section>"


def _article(event: _Event) -> str:
    name, message = escape(event.name), event.message
    queues = ", ".join(f"<code>{escape(queue)}</code>" for queue in event.queues)
    return (
        f'<article id="{name}">'
        f'<h3><a href="#{name}">{name}</a> <small>{escape(message.get("title", ""))}</small></h3>'
        f"{_prose(message.get('summary', ''))}{_prose(message.get('description', ''))}"
        f"<p><strong>Received by:</strong> {queues or 'no PulseWorks queue; bind your own.'}</p>"
        f"{_table([field for field in event.fields if field.top == 'data' != field.name])}"
        f"{''.join(_example(example) for example in message.get('examples', []))}"
        "</article>"
    )


def _table(fields: list[Field]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(field.name)}</code></td>"
        f"<td>{escape(field.kind)}{' <small>optional</small>' if field.optional else ''}</td>"
        f"<td>{_inline(field.description)}</td></tr>"
        for field in fields
    )
    return f"<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>{rows}</tbody></table>"


def _example(example: Mapping[str, Any]) -> str:
    text = json.dumps(example["payload"], indent=2, ensure_ascii=False)
    return f"<details><summary>Example</summary><pre>{escape(text)}</pre></details>"


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
