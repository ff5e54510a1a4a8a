import pytest
from publisher.models import Delivery
from publisher.protocol.states import ALLOWED, INITIAL, TERMINAL, TRANSITIONS, Status, TransitionRefusedError

PAIRS = [(source, target) for source in Status for target in Status]


@pytest.mark.invariant("P6")
def test_published_is_the_only_terminal_state() -> None:
    assert {Status.PUBLISHED} == TERMINAL


@pytest.mark.invariant("P4")
def test_sending_is_reached_from_pending_alone() -> None:
    assert {t.source for t in TRANSITIONS if t.target is Status.SENDING} == {Status.PENDING}


@pytest.mark.invariant("P5")
def test_a_post_that_may_be_live_is_sent_again_only_after_reconciling() -> None:
    back = {t.source for t in TRANSITIONS if t.target is Status.PENDING}
    assert back == {Status.SENDING, Status.RECONCILING, Status.UNKNOWN, Status.FAILED, Status.CANCELLED}
    assert Status.SENDING not in ALLOWED[Status.RECONCILING] | ALLOWED[Status.UNKNOWN]


def test_every_state_is_reached() -> None:
    reached, frontier = {INITIAL}, {INITIAL}
    while frontier:
        frontier = {target for source in frontier for target in ALLOWED[source]} - reached
        reached |= frontier
    assert reached == set(Status)


@pytest.mark.invariant("P6")
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_orm_model_accepts_exactly_the_transitions_of_the_table(source: Status, target: Status) -> None:
    delivery = Delivery()
    vars(delivery)["status"] = str(source)
    if target in ALLOWED[source]:
        delivery.status = target
        assert delivery.status == target
    else:
        with pytest.raises(TransitionRefusedError):
            delivery.status = target


@pytest.mark.parametrize("status", [status for status in Status if status is not INITIAL])
def test_a_delivery_begins_as_pending(status: Status) -> None:
    with pytest.raises(TransitionRefusedError):
        Delivery(status=status)
