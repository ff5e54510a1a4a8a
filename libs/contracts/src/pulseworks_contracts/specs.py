"""A JSON Schema and an example of every event type, as files, for publishers and subscribers.

``python -m pulseworks_contracts.specs`` writes the schemas and docs/events.md; a test fails if they differ from the
models.
"""

import json
from pathlib import Path

from pulseworks_contracts import ALL_EVENTS, Event

SCHEMAS = Path(__file__).with_name("schemas")
EXAMPLES = Path(__file__).with_name("examples")


def type_of(event: type[Event]) -> str:
    kind: str = event.model_fields["type"].default
    return kind


def schema(event: type[Event]) -> str:
    """Return the JSON Schema (draft 2020-12) of an event as it is sent."""
    described = event.model_json_schema(by_alias=True, mode="serialization")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **described}, indent=2) + "\n"


def example(event: type[Event]) -> str:
    """Return the example of an event that publishers and consumers are tested against."""
    return (EXAMPLES / f"{type_of(event)}.json").read_text(encoding="utf-8")


def write() -> None:
    """Write the schemas of all event types and delete those of removed types."""
    SCHEMAS.mkdir(exist_ok=True)
    for stale in SCHEMAS.glob("*.json"):
        stale.unlink()
    for event in ALL_EVENTS:
        (SCHEMAS / f"{type_of(event)}.json").write_text(schema(event), encoding="utf-8")


if __name__ == "__main__":
    from pulseworks_contracts import events_page

    write()
    events_page.write()
