from publisher.worker import ROUTERS
from pulseworks_contracts import ALL_QUEUES


def test_every_queue_of_the_service_is_subscribed() -> None:
    subscribed = {queue for create_router in ROUTERS for queue in create_router().queues.values()}
    assert subscribed == {queue for queue in ALL_QUEUES if queue.service == "publisher"}
