from uuid import UUID, uuid5

from pulseworks_contracts.ids import uuid7

__all__ = ["derived_id", "new_id"]

new_id = uuid7

_NAMESPACE = UUID("6f0a1c52-5a0e-5d0f-9d8e-2f8f6f1f7a10")


def derived_id(*parts: object) -> UUID:
    """Return the same id for the same parts, so that a repeated step finds the row that it created before."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
