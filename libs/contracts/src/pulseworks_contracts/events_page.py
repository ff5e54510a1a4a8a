"""The generated part of docs/events.md: the envelope and every event type.

The part above the marker is written by hand.
"""

from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any, NamedTuple

from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES, Event, SessionRevoked, specs
from pulseworks_contracts.emitters import emitters

# in a checkout; an installed package may have fewer folders above it
PAGE = (Path(__file__).parent / "../../../../docs/events.md").resolve()

_MARKER = "<!-- `make specs` writes everything below from libs/contracts. Change it there. -->\n"
_NO_SERVICE = "no PulseWorks service; for external subscribers"
# the gateway's replicas create and delete these queues
_REPLICA_QUEUES: dict[type[Event], str] = {SessionRevoked: "`gateway`, each replica in its own queue"}


class Story(NamedTuple):
    """The three paragraphs of an event's docstring."""

    meaning: str
    sent: str
    subject: str


class Field(NamedTuple):
    path: str
    type: str
    required: bool
    description: str


def story(event: type[Event]) -> Story:
    """Return the paragraphs of an event's docstring. Raises TypeError unless there are three."""
    return Story(*(" ".join(paragraph.split()) for paragraph in (getdoc(event) or "").split("\n\n")))


def fields(event: type[Event]) -> Iterator[Field]:
    """Yield the fields of an event, nested ones after their parent: ``data.payloads[].text``."""
    document = event.model_json_schema(by_alias=True, mode="serialization")
    return _fields(document, document, "")


def page(present: str) -> str:
    """Return the page with a new generated part."""
    written, marker, _ = present.partition(_MARKER)
    if not marker:
        raise ValueError(f"{PAGE} has no marker; put it back: {_MARKER}")
    return "\n".join(
        [written + marker, *_envelope(), *_overview(), *(line for event in ALL_EVENTS for line in _event(event))]
    )


def write() -> None:
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _envelope() -> Iterator[str]:
    yield "## Envelope\n"
    yield "The attributes of all types. `data` is described with each type.\n"
    yield from _table(fields(Event))


def _overview() -> Iterator[str]:
    yield "## Types\n"
    yield "| type | meaning |\n|---|---|"
    for event in ALL_EVENTS:
        kind = specs.type_of(event)
        yield f"| [`{kind}`](#{kind.replace('.', '')}) | {story(event).meaning} |"
    yield ""


def _event(event: type[Event]) -> Iterator[str]:
    kind, (meaning, sent, subject) = specs.type_of(event), story(event)
    yield f"### {kind}\n"
    yield f"`{event.__name__}`. {meaning}\n"
    yield f"{sent}\n"
    yield f"- {subject}"
    yield f"- Emitted by: {', '.join(f'`{service}`' for service in emitters(event))}."
    yield f"- Received by: {_receivers(event)}.\n"
    yield from _table(field for field in fields(event) if field.path.startswith("data."))
    yield f"```json\n{specs.example(event).strip()}\n```\n"


def _receivers(event: type[Event]) -> str:
    queues = [f"`{queue.name}`" for queue in ALL_QUEUES if event in queue.events]
    if event in _REPLICA_QUEUES:
        queues.insert(0, _REPLICA_QUEUES[event])
    return ", ".join(queues) or _NO_SERVICE


def _table(rows: Iterator[Field]) -> Iterator[str]:
    yield "| field | type | required | description |\n|---|---|---|---|"
    for row in rows:
        kind = row.type.replace("|", r"\|")  # a bar in a pattern would end the cell
        yield f"| `{row.path}` | {kind} | {'yes' if row.required else 'no'} | {row.description} |"
    yield ""


def _fields(document: dict[str, Any], holder: dict[str, Any], prefix: str) -> Iterator[Field]:
    for name, field in holder["properties"].items():
        path = prefix + name
        yield Field(path, _type(document, field), name in holder.get("required", ()), field.get("description", ""))
        for option in field.get("anyOf", [field]):
            inner = _resolved(document, option)
            if "items" in inner:
                path, inner = f"{path}[]", _resolved(document, inner["items"])
            if "properties" in inner:
                yield from _fields(document, inner, f"{path}.")


def _type(document: dict[str, Any], field: dict[str, Any]) -> str:
    field = _resolved(document, field)
    if "anyOf" in field:
        return " or ".join(_type(document, option) for option in field["anyOf"])
    values = [field["const"]] if "const" in field else field.get("enum", [])
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if "items" in field:
        return f"array of {_type(document, field['items'])}"
    details = [str(field["format"])] if "format" in field else []
    details += [f"`{field['pattern']}`"] if "pattern" in field else []
    details += [f"≥ {field['minimum']}"] if "minimum" in field else []
    details += [f"> {field['exclusiveMinimum']}"] if "exclusiveMinimum" in field else []
    return f"{field['type']} ({', '.join(details)})" if details else str(field["type"])


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    definition: dict[str, Any] = document["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return definition | schema
