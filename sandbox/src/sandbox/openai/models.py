"""The models of the stand-in."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Model:
    """`snapshot` is the name in responses. A reasoning model refuses sampling parameters."""

    id: str
    snapshot: str
    created: int
    reasons: bool
    shutdown_date: date | None

    def as_json(self) -> dict[str, Any]:
        listed: dict[str, Any] = {"id": self.id, "object": "model", "created": self.created, "owned_by": "system"}
        if self.shutdown_date is not None:
            listed["shutdown_date"] = self.shutdown_date.isoformat()
        return listed


MODELS = {
    model.id: model
    for model in (
        Model("gpt-4o-mini", "gpt-4o-mini-2024-07-18", 1_721_172_741, reasons=False, shutdown_date=date(2027, 1, 14)),
        Model("gpt-6-luna", "gpt-6-luna", 1_790_000_000, reasons=True, shutdown_date=None),
    )
}
