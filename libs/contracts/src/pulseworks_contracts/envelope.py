"""The envelope of every event: CloudEvents 1.0, structured JSON mode.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
Extension attributes consist of lower case letters and digits, hence ``accountid``.
"""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from pulseworks_contracts.ids import uuid7

CONTENT_TYPE = "application/cloudevents+json"


class Data(BaseModel):
    """The payload of an event. Readers ignore unknown fields: within a version only optional fields are added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(BaseModel):
    """The attributes of all events. A subclass sets ``type`` to one literal and ``data`` to its model.

    Its docstring has three paragraphs, which docs/events.md shows: what happened; "Sent when ..."; "Subject: ...".
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, json_schema_serialization_defaults_required=True
    )

    specversion: Literal["1.0"] = Field("1.0", description="Version of the CloudEvents specification.")
    id: UUID = Field(
        default_factory=uuid7,
        description="Id of this event (UUIDv7). A redelivery has the same id: skip events that you have handled.",
    )
    source: str = Field("", description="The service that emitted the event, as a path: `/content`.")
    type: str = Field(description="`<service>.<past_tense>.v<N>`; also the routing key.")
    subject: str = Field(description="Id of the entity that the event is about.")
    time: AwareDatetime = Field(
        default_factory=lambda: datetime.now(UTC), description="When the fact occurred (RFC 3339, UTC)."
    )
    datacontenttype: Literal["application/json"] = Field("application/json", description="Media type of `data`.")
    account_id: UUID = Field(alias="accountid", description="The account (tenant) that the event belongs to.")
    traceparent: str | None = Field(
        None,
        description="W3C trace context of the transaction that emitted the event; absent if it was not traced.",
        exclude_if=lambda value: value is None,
    )

    def model_post_init(self, _context: object) -> None:
        if not self.source:
            object.__setattr__(self, "source", "/" + self.type.partition(".")[0])

    def to_json(self) -> bytes:
        """Return the event as it is sent: UTF-8 JSON with CloudEvents attribute names."""
        return self.model_dump_json(by_alias=True).encode()
