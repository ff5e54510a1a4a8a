"""What the queues take, beside the last release (`make schema-snapshot`)."""

from pathlib import Path

import pytest
from pulseworks_contracts import ALL_QUEUES

RELEASED = Path(__file__).with_name("released_queues.txt")


@pytest.mark.invariant("E5", "E6")
def test_a_queue_of_the_last_release_takes_the_same_types() -> None:
    """Its replicas and ours consume the queue during a roll-out, and each makes a dead letter of a type it lacks.

    Give a new type a queue of its own, and leave a former type bound until no replica of the last release is left.
    """
    released: dict[str, set[str]] = {}
    for line in RELEASED.read_text(encoding="utf-8").splitlines():
        queue, _, type_ = line.partition(" ")
        released.setdefault(queue, set()).add(type_)
    present = {queue.name: {event.model_fields["type"].default for event in queue.events} for queue in ALL_QUEUES}

    assert {name: types for name, types in present.items() if released.get(name, types) != types} == {}
