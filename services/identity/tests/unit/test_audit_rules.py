import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from common.ids import new_id
from hypothesis import given
from hypothesis import strategies as st
from identity.audit.rules import GENESIS, canonical_json, entry_hash
from identity.models import AuditEvent

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=10,
)
_AT = datetime(2026, 11, 2, 9, 0, 0, 5, UTC)
_FIELDS = {
    "id": new_id(),
    "account_id": new_id(),
    "seq": 1,
    "source": "/content",
    "user_id": None,
    "event_type": "CONTENT_APPROVED",
    "entity_type": "content_item",
    "entity_id": "1",
    "facts": {"a": 1},
    "occurred_at": _AT,
    "created_at": _AT,
    "prev_hash": GENESIS,
}


def _hash(**changes: Any) -> str:
    return entry_hash(AuditEvent(**(_FIELDS | changes)))


@given(_JSON)
def test_the_canonical_form_survives_a_json_round_trip(document: Any) -> None:
    canonical = canonical_json(document)
    assert canonical_json(json.loads(canonical)) == canonical
    assert canonical_json(json.loads(json.dumps(document))) == canonical


@pytest.mark.invariant("P8")
@pytest.mark.parametrize(
    "change",
    [
        {"id": new_id()}, {"account_id": new_id()}, {"seq": 2}, {"source": "/x"},
        {"user_id": new_id()},
        {"event_type": "X"}, {"entity_type": "x"}, {"entity_id": "2"}, {"facts": {"a": "1"}}, {"facts": {}},
        {"prev_hash": "1" * 64},
        {"occurred_at": _AT + timedelta(microseconds=1)}, {"created_at": _AT + timedelta(microseconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_hash_covers_every_field(change: dict[str, Any]) -> None:
    assert _hash(**change) != _hash()


def test_the_hash_covers_every_other_column() -> None:
    assert {column.key for column in AuditEvent.__table__.columns} - {"hash"} == {
        "metadata" if name == "facts" else name for name in _FIELDS
    }


def test_the_same_instant_in_another_zone_has_the_same_hash() -> None:
    assert _hash(occurred_at=_AT.astimezone(timezone(timedelta(hours=13)))) == _hash()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_values_outside_json_are_rejected(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_json({"value": value})
