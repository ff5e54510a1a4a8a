from publisher.events import CONSUMES
from publisher.worker import ROUTERS
from pulseworks_contracts import ALL_QUEUES


def test_the_list_of_what_is_consumed_is_that_of_the_contracts() -> None:
    assert {queue for queue in ALL_QUEUES if queue.service == "publisher"} == set(CONSUMES)


def test_every_queue_of_the_service_is_subscribed() -> None:
    subscribed = [queue for create_router in ROUTERS for queue in create_router().queues.values()]
    assert set(subscribed) == set(CONSUMES)
